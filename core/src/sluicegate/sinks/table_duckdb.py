"""A DuckDB file as a store of released tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote

import pyarrow as pa

from sluicegate.errors import (
    ConfigurationError,
    MissingDependencyError,
    SinkError,
    SinkUnavailable,
)
from sluicegate.sinks.failure import translated
from sluicegate.sinks.table_location import TableLocation
from sluicegate.sinks.table_store import TableStore, exists, full

T = TypeVar("T")

_CONFIG: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
_BATCH_ROWS: Final = 65_536
_ROWS: Final = "sluicegate_rows"


class DuckDBStore(TableStore):
    """A connection to a DuckDB file, which must exist; no other process may hold it meanwhile."""

    bytes_type = "BLOB"

    def __init__(self, location: TableLocation, path: str) -> None:
        self._location = location
        self._module = _module()
        file = Path(path).absolute()
        if not file.is_file():
            raise SinkError(f"the file of {location.source!r} does not exist", hint="create it")
        self._connection: Any = self._attempt(
            lambda: self._module.connect(str(file), config=_CONFIG)
        )
        self.execute("SET python_enable_replacements = false")
        self.execute("SET TimeZone = 'UTC'")
        self.execute("SET default_collation = ''")
        self.execute("BEGIN")

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        return self._attempt(
            lambda: list(self._connection.execute(sql, list(parameters)).fetchall())
        )

    def ingest(self, schema: str, table: str, rows: pa.Table, *, create: bool) -> None:
        """Create a table of the rows' types, or append to it."""
        target = full(schema, table)
        begin = f"CREATE TABLE {target} AS" if create else f"INSERT INTO {target}"

        def run() -> None:
            self._connection.register(_ROWS, rows)
            try:
                self._connection.execute(f"{begin} SELECT * FROM {_ROWS}")  # noqa: S608 - quoted names
            finally:
                self._connection.unregister(_ROWS)

        self._attempt(run)

    def read(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Run a query and stream its rows."""
        reader = self._attempt(lambda: self._reader(sql))
        while (batch := self._attempt(lambda: next(reader, None))) is not None:
            yield batch

    def _reader(self, sql: str) -> Any:
        if hasattr(self._connection, "to_arrow_reader"):
            return self._connection.sql(sql).to_arrow_reader(_BATCH_ROWS)
        return self._connection.execute(sql).fetch_record_batch(_BATCH_ROWS)  # before 1.4

    def relation(self, schema: str, table: str) -> str:
        """Return the kind of whatever stands at a name: DuckDB's ids change as it is opened."""
        found = self.execute(
            "SELECT table_type FROM information_schema.tables"
            " WHERE table_catalog = current_database()"
            " AND lower(table_schema) = lower($1) AND lower(table_name) = lower($2)",
            (schema, table),
        )
        return str(found[0][0]) if found else ""

    def columns(self, schema: str, table: str) -> list[str]:
        """Return the names of a table's columns, in order."""
        return [str(row[0]) for row in self.execute(f"DESCRIBE {full(schema, table)}")]

    def text_of(self, column: str) -> str:
        """Return the SQL of a column as text that sorts by its bytes."""
        return f"CAST({column} AS VARCHAR)"  # texts sort by their bytes, unless told otherwise

    def lock(self, location: TableLocation) -> None:
        """Nobody else can write: a file has one writer, and of two commits one fails."""

    def commit(self) -> None:
        """End the transaction and begin another."""
        self.execute("COMMIT")
        self.execute("BEGIN")

    def close(self) -> None:
        """Undo what was not committed, and close."""
        self._connection.close()

    def _attempt(self, action: Callable[[], T]) -> T:
        return translated(action, self._failure)

    def _failure(self, error: Exception) -> SinkError:
        kind, text = type(error).__name__, str(error)
        if "already exists" in text or kind == "TransactionException":
            return exists(self._location)
        if kind in {"IOException", "ConnectionException", "OutOfMemoryException"}:
            return SinkUnavailable(
                f"the output {self._location} cannot be written now: {kind}",
                hint="another connection may hold the file, or the disk is full",
            )
        return SinkError(
            f"DuckDB refused the output {self._location}: {kind}",
            hint="check that the schema exists and that DuckDB knows the types",
        )


def duckdb_path(location: TableLocation, rest: str) -> str:
    """Return the path in a URL ``duckdb:///path``.

    Raises:
        ConfigurationError: it has none, or options.
    """
    path = unquote(rest[1:])
    if not rest.startswith("/") or not path or "?" in rest or "#" in rest:
        raise ConfigurationError(f"the URL of source {location.source!r} does not name a file")
    return path


def _module() -> Any:
    try:
        import duckdb  # noqa: PLC0415 - an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("DuckDB", "duckdb")
    else:
        return duckdb
    raise missing
