"""One read-only transaction in a DuckDB file."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import pyarrow as pa

from sluicegate.errors import ConfigurationError, SluicegateError, SourceError, SourceUnavailable
from sluicegate.model.data import CatalogColumn, Estimate, Relation, RelationName
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources import duckdb_types
from sluicegate.sources.batches import check_values, checked_rows, empty, gathered
from sluicegate.sources.deadline import Deadline, checked_seconds, memory_exceeded
from sluicegate.sources.failure import attempt
from sluicegate.sources.outer import cast_columns
from sluicegate.sources.parameters import ordered
from sluicegate.sources.port import Wanted

T = TypeVar("T")

_RELATIONS = """
SELECT schema_name, table_name AS name, 'table' AS kind FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
UNION ALL
SELECT schema_name, view_name AS name, 'view' AS kind FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
"""
_COLUMNS = """
SELECT column_name, data_type, is_nullable FROM duckdb_columns()
WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2
ORDER BY column_index
"""
_READS = "SELECT"
_AT_ONCE = 4096
"""Rows that are taken from the engine at once: cells may be big, and Arrow's are not counted."""


class DuckDBSession:
    """A transaction on a file that was opened for reading.

    Failure mode: closed. Time limits are kept by a timer that interrupts the engine.
    """

    mode = "BEGIN TRANSACTION READ ONLY"

    def __init__(self, source: str, connection: Any, module: Any) -> None:
        self._source = source
        self._connection = connection
        self._module = module
        self._notes: dict[str, None] = {}
        self._deadline = Deadline(None)
        self._seconds: float | None = None
        self._memory: int | None = None
        self._cancelled = False
        self._open_reader: Any = None

    @property
    def login(self) -> str:
        """DuckDB has no logins: always ``duckdb``."""
        return "duckdb"

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots for the outcome: types that were not kept."""
        return tuple(self._notes)

    def begin(self) -> None:
        """Begin the transaction.

        Raises:
            SourceError: the engine refused.
        """
        self._rows(self.mode)

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:  # noqa: ARG002  # DuckDB ignores case in quotes too
        """Look a table or view up, ignoring the case of ASCII letters as DuckDB does."""
        wanted = (_fold(schema or "main"), _fold(name))
        found = [r for r in self._rows(_RELATIONS) if (_fold(r[0]), _fold(r[1])) == wanted]
        if len(found) != 1:
            return None
        own_schema, own_name, kind = found[0]
        columns = self._rows(_COLUMNS, [own_schema, own_name])
        return Relation(
            name=RelationName(schema=own_schema, name=own_name),
            kind=kind,
            columns=tuple(catalog_column(c) for c in columns),
        )

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up: the catalogue is in this process."""
        return tuple(self.relation(schema, name, quoted=q) for schema, name, q in wanted)

    def limit(self, limits: Limits) -> None:
        """Set the time limit of the statements that follow, and what the engine may hold in memory.

        Raises:
            ConfigurationError: a limit is not a positive number, or this engine has no such limit.
        """
        self._seconds = checked_seconds(limits.seconds)
        self._memory = limits.memory
        if limits.memory is not None:
            setting = f"SET memory_limit = '{int(limits.memory)}B'"
            attempt(lambda: self._connection.execute(setting), _no_memory_limit)

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; at least one batch, which tells the schema.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceError: the statement failed, or a value cannot be read.
            ConfigurationError: a parameter is missing.
        """
        checked_rows(batch_rows)
        values = ordered(statement, parameters)
        with self._within_time():
            self._check_reads(statement.sql)
            names, sql = self._prepare(statement.sql, values)
            yield from self._batches(sql, values, names, batch_rows)

    @contextmanager
    def _within_time(self) -> Iterator[None]:
        """Interrupt the connection when the time limit has passed."""
        self._deadline = Deadline(self._seconds)
        watchdog = threading.Timer(self._seconds or 0, self._connection.interrupt)
        watchdog.daemon = True
        if self._seconds is not None:
            watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Ask the planner; DuckDB tells rows and no cost.

        A statement that cannot be planned ends DuckDB's transaction. Nothing was read in it, and
        nobody alters a file that is open, so a new one is as good.

        Raises:
            SourceError: the statement cannot be planned.
            ConfigurationError: a parameter is missing.
        """
        values = ordered(statement, parameters)
        try:
            self._check_reads(statement.sql)
            ((_, text),) = self._rows(f"EXPLAIN (FORMAT json) {statement.sql}\n", values)
        except SourceError:
            with suppress(SluicegateError):  # the first error is the one to tell
                self._rows("ROLLBACK")
                self.begin()
            raise
        return Estimate(rows=_cardinality(json.loads(text)), cost=None)

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""
        self._cancelled = True
        with suppress(Exception):  # nothing runs, or it is closed already
            self._connection.interrupt()

    def close(self) -> None:
        """End a stream that was left: its reader would keep the file's engine alive.

        The next ``connect`` of this process would wait for that engine without end.
        """
        if self._open_reader is not None:
            self.cancel()
            self._open_reader.close()
            self._open_reader = None
        self._connection.close()

    def _note(self, *notes: str) -> None:
        self._notes.update(dict.fromkeys(notes))

    def _check_reads(self, sql: str) -> None:
        """Refuse what is not one SELECT: the engine would run SET, and CREATE TEMP even here."""
        kinds = self._attempt(
            lambda: [s.type.name for s in self._connection.extract_statements(sql)]
        )
        if kinds != [_READS]:
            raise SourceError(
                f"{self._source!r}: the statement is not one that can be read from",
                hint="ask with one SELECT",
            )

    def _prepare(self, sql: str, values: Sequence[Scalar]) -> tuple[list[str], str]:
        described = self._rows(f"DESCRIBE {sql}\n", values)
        for name, kind, *_ in described:
            if duckdb_types.text_cast(kind) and (note := duckdb_types.note(name, kind)):
                self._note(note)
        casts = [duckdb_types.text_cast(kind) for _, kind, *_ in described]
        return [name for name, *_ in described], cast_columns(sql, casts)

    def _batches(
        self, sql: str, values: Sequence[Scalar], names: list[str], batch_rows: int
    ) -> Iterator[pa.RecordBatch]:
        reader = self._attempt(lambda: self._reader(sql, values, batch_rows))
        self._open_reader = reader
        schema = pa.schema([pa.field(n, f.type) for n, f in zip(names, reader.schema, strict=True)])
        none = True
        try:
            for batch in gathered(iter(lambda: self._next(reader), None), batch_rows):
                self._deadline.check()
                renamed = pa.RecordBatch.from_arrays(batch.columns, schema=schema)
                check_values(renamed)
                none = False
                yield renamed
                self._deadline.check()
        finally:
            reader.close()
        self._check_stopped()
        if none:
            yield empty(schema)

    def _next(self, reader: Any) -> pa.RecordBatch | None:
        return self._attempt(lambda: next(reader, None))

    def _reader(self, sql: str, values: Sequence[Scalar], batch_rows: int) -> Any:
        connection = self._connection
        batch_rows = min(batch_rows, _AT_ONCE)
        if hasattr(connection, "to_arrow_reader"):
            # From DuckDB 2 on, `execute` holds the whole result; a relation streams.
            return connection.sql(sql, params=list(values)).to_arrow_reader(batch_rows)
        return connection.execute(sql, list(values)).fetch_record_batch(batch_rows)

    def _check_stopped(self) -> None:
        self._deadline.check()
        if self._cancelled:
            raise self._cancelled_error()

    def _rows(self, sql: str, values: Sequence[Scalar] = ()) -> list[tuple[Any, ...]]:
        return self._attempt(lambda: list(self._connection.execute(sql, list(values)).fetchall()))

    def _attempt(self, action: Callable[[], T]) -> T:
        return attempt(action, self._translate)

    def _translate(self, error: Exception) -> SluicegateError:
        if self._cancelled:
            return self._cancelled_error()
        if self._deadline.passed:
            return self._deadline.error()
        kind = type(error).__name__.removesuffix("Exception")
        if kind == "OutOfMemory" and self._memory is not None:
            return memory_exceeded(self._memory)
        if isinstance(error, self._module.IOException):
            return SourceUnavailable(f"{self._source!r}: its file cannot be read now ({kind})")
        return SourceError(
            f"{self._source!r}: the statement failed ({kind})", hint=_HINTS.get(kind, "")
        )

    def _cancelled_error(self) -> SourceError:
        return SourceError(f"{self._source!r}: the stream was cancelled")


_HINTS = {
    "OutOfMemory": "sorting and joining are kept in memory, so that no raw value is spilled",
    "Catalog": "a relation or function does not exist",
    "Binder": "a column does not exist, or types do not fit",
    "Conversion": "a value or parameter is not of the type it is cast to",
    "Permission": "files and extensions cannot be reached from a statement",
}


def _no_memory_limit(error: Exception) -> SluicegateError:
    return ConfigurationError(
        f"the engine takes no memory limit ({type(error).__name__})",
        hint="install DuckDB 2 or later, or leave `memory` out of the policy's limits",
    )


def catalog_column(row: tuple[Any, ...]) -> CatalogColumn:
    """Build a column from its name, its type as the engine spells it, and whether it takes NULL."""
    name, native, nullable = row
    return CatalogColumn(
        name=name,
        native_type=duckdb_types.spelled(native),
        family=duckdb_types.family(native),
        nullable=bool(nullable),
    )


def _fold(name: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in name)


def _cardinality(nodes: list[dict[str, Any]]) -> float | None:
    """Return what is expected of the outermost operator that says so."""
    while nodes:
        found = nodes[0].get("extra_info", {}).get("Estimated Cardinality")
        if found is not None:
            return float(found)
        nodes = nodes[0].get("children", [])
    return None
