"""PostgreSQL as a store of released tables, by ADBC: rows go in as COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

import pyarrow as pa

from sluicegate.errors import MissingDependencyError, SinkError, SinkUnavailable
from sluicegate.settings import SCOPED_ROLE_OPTION
from sluicegate.sinks.failure import translated
from sluicegate.sinks.table_location import TableLocation
from sluicegate.sinks.table_store import TableStore, exists, full

T = TypeVar("T")

_PINS: Final = (
    "SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, MDY'", "SET IntervalStyle = 'postgres'",
    "SET bytea_output = 'hex'", "SET extra_float_digits = 1", "SET lock_timeout = '10s'",
    "SET standard_conforming_strings = on", "SET search_path = pg_catalog",
)  # fmt: skip
_LATER: Final = ("08", "53", "40", "57", "58", "55P03", "25P03")
_TAKEN: Final = frozenset({"42P07", "23505"})
_KNOWN: Final = {
    "42501": ("the login may not write there", "grant it USAGE and CREATE on the schema"),
    "3F000": ("the schema does not exist", "create it"),
    "2BP01": ("other objects depend on the table that would be replaced", "drop them first"),
    "0A000": ("a type or statement is not supported", "cast the column in the SQL"),
    "28P01": ("the password is wrong", "check the source's URI in the settings"),
    "28000": ("the login may not come in", "check the source's URI in the settings"),
    "3D000": ("the database does not exist", "check the source's URI in the settings"),
}


class PostgresStore(TableStore):
    """A connection to PostgreSQL."""

    bytes_type = "BYTEA"

    def __init__(self, location: TableLocation, uri: str) -> None:
        if SCOPED_ROLE_OPTION in uri:
            raise SinkError(f"{location.source!r} is read under a scoped role, and not written to")
        self._location = location
        driver = _driver()
        self._connection: Any = self._attempt(lambda: driver.connect(uri))
        for pin in _PINS:
            self.execute(pin)
        self.commit()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""

        def run() -> list[tuple[Any, ...]]:
            with self._connection.cursor() as cursor:
                cursor.execute(sql, tuple(parameters) or None)
                return list(cursor.fetchall()) if cursor.description else []

        return self._attempt(run)

    def ingest(self, schema: str, table: str, rows: pa.Table, *, create: bool) -> None:
        """Create a table of the rows' types, or append to it."""

        def run() -> None:
            with self._connection.cursor() as cursor:
                mode = "create" if create else "append"
                cursor.adbc_ingest(table, rows, mode=mode, db_schema_name=schema)

        self._attempt(run)

    def read(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Run a query and stream its rows."""
        with self._connection.cursor() as cursor:
            self._attempt(lambda: cursor.execute(sql))
            reader = self._attempt(cursor.fetch_record_batch)
            while (batch := self._attempt(lambda: next(reader, None))) is not None:
                yield batch

    def relation(self, schema: str, table: str) -> str:
        """Return the oid of whatever stands at a name."""
        found = self.execute(
            "SELECT c.oid::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = $1 AND c.relname = $2",
            (schema, table),
        )
        return str(found[0][0]) if found else ""

    def columns(self, schema: str, table: str) -> list[str]:
        """Return the names of a table's columns, in order."""
        found = self.execute(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::oid AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            (int(self.relation(schema, table)),),
        )
        return [str(name) for (name,) in found]

    def text_of(self, column: str) -> str:
        """Return the SQL of a column as text that sorts by its bytes."""
        return f'{column}::text COLLATE "C"'

    def lock(self, location: TableLocation) -> None:
        """Keep others from the table until the transaction ends."""
        self.execute(f"LOCK TABLE {full(location.schema, location.table)} IN ACCESS EXCLUSIVE MODE")

    def commit(self) -> None:
        """End the transaction and begin another."""
        self._attempt(self._connection.commit)

    def close(self) -> None:
        """Undo what was not committed, and close."""
        self._connection.close()

    def _attempt(self, action: Callable[[], T]) -> T:
        return translated(
            action, lambda error: _failure(self._location, getattr(error, "sqlstate", None))
        )


def _failure(location: TableLocation, state: str | None) -> SinkError:
    if state in _TAKEN:
        return exists(location)
    if state is None or state.startswith(_LATER):
        what = f"SQLSTATE {state}" if state else "the connection failed"
        return SinkUnavailable(f"the output {location} cannot be written now: {what}")
    reason, hint = _KNOWN.get(state, ("the database refused", "look the SQLSTATE up"))
    return SinkError(f"the output {location}, SQLSTATE {state}: {reason}", hint=hint)


def _driver() -> Any:
    try:
        from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("PostgreSQL", "postgres")
    else:
        return dbapi
    raise missing
