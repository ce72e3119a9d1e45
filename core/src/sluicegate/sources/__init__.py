"""Sources: where rows come from, as Arrow record batches out of a transaction that cannot write."""

from sluicegate.sources.duckdb import DuckDBSource
from sluicegate.sources.mysql import MySQLSource
from sluicegate.sources.open import open_source
from sluicegate.sources.port import Session, Source
from sluicegate.sources.postgres import PostgresSource
from sluicegate.sources.sqlite import SQLiteSource

__all__ = [
    "DuckDBSource",
    "MySQLSource",
    "PostgresSource",
    "SQLiteSource",
    "Session",
    "Source",
    "open_source",
]
