"""One transaction of the portable path."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any, Final, TypeVar

import pyarrow as pa

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.model.data import Estimate, Relation
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources import mysql_settings
from sluicegate.sources.batches import check_values, checked_rows, gathered
from sluicegate.sources.deadline import Deadline, checked_seconds
from sluicegate.sources.failure import attempt
from sluicegate.sources.inventory import Inventory
from sluicegate.sources.outer import cast_columns
from sluicegate.sources.parameters import as_text, ordered
from sluicegate.sources.port import Wanted
from sluicegate.sources.portable_catalog import Catalog
from sluicegate.sources.portable_errors import of_statement
from sluicegate.sources.portable_sql import bind, check_reads
from sluicegate.sources.portable_types import array, text_casts, told_types
from sluicegate.sources.sqlite_guard import sha256

T = TypeVar("T")

_AT_ONCE: Final = 2048
"""Rows that are fetched at once."""
_POSTGRES: Final = (
    "SET TimeZone = 'UTC'",
    "SET standard_conforming_strings = on",
    "SET DateStyle = 'ISO, MDY'",
    "SET IntervalStyle = 'postgres'",
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
)
_SQLITE: Final = (
    "PRAGMA query_only = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    "BEGIN",
)
_FIRST: Final = (
    "read over the portable path: values travel and are bound as the driver does it, and"
    " the time limit is kept by this process"
)
_WRITABLE: Final = (
    "this database has no transaction that only reads over the portable path: the login's rights"
    " alone keep a statement from writing"
)
_BY_VALUES: Final = "types of columns that the driver does not tell follow from their first values"


class PortableSession:
    """A transaction over a DB-API driver.

    Failure mode: closed. The time limit is a timer that interrupts the statement.
    """

    def __init__(self, source: str, dialect: str, engine: Any, connection: Any) -> None:
        self._source = source
        self._dialect = dialect
        self._engine = engine
        self._connection = connection
        self._driver = connection.connection.dbapi_connection
        self._login = engine.url.username or dialect
        self._notes: dict[str, None] = {_FIRST: None}
        self._seconds: float | None = None
        self._deadline = Deadline(None)
        self._cancelled = False
        self._lost = False

    @property
    def login(self) -> str:
        """The login of the URL; the name of the dialect if there is none."""
        return str(self._login)

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots for the outcome: what this path does not enforce, and types not kept."""
        return tuple(self._notes)

    def begin(self) -> None:
        """Pin the settings and begin a transaction that only reads, where there is one."""
        for statement in self._opening():
            self._connection.exec_driver_sql(statement)
        if self._dialect == "sqlite":
            self._driver.create_function("sluicegate_sha256", 1, sha256, deterministic=True)

    def _opening(self) -> tuple[str, ...]:
        if self._dialect == "postgres":
            return _POSTGRES
        if self._dialect == "sqlite":
            return _SQLITE
        if self._dialect == "mysql":
            mariadb = bool(getattr(self._connection.dialect, "is_mariadb", False))
            pins = mysql_settings.pins(mariadb=mariadb)
            return (mysql_settings.NAMES, pins, mysql_settings.ISOLATION, mysql_settings.BEGIN)
        self._notes[_WRITABLE] = None
        return ()

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:
        """Look a table or view up."""
        return self.relations([(schema, name, quoted)])[0]

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up, each with the round trips that the inspector needs."""
        if not wanted:
            return ()
        catalog = self._attempt(lambda: Catalog(self._connection, self._dialect))
        return tuple(
            None
            if "\0" in name
            else self._attempt(partial(catalog.find, schema, name, quoted=quoted))
            for schema, name, quoted in wanted
        )

    def inventory(self) -> Inventory:
        """Return the tables, views and keys of the login's own schema."""
        return self._attempt(lambda: Catalog(self._connection, self._dialect).inventory())

    def limit(self, limits: Limits) -> None:
        """Set the time limit of the statements that follow.

        Raises:
            ConfigurationError: the limit is not a positive number.
        """
        self._seconds = checked_seconds(limits.seconds)

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; at least one batch, which tells the schema.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceUnavailable: the connection broke.
            SourceError: the statement failed, or a value does not fit its column.
            ConfigurationError: a parameter is missing.
        """
        checked_rows(batch_rows)
        values = [self._bound(v) for v in ordered(statement, parameters)]
        self._deadline = Deadline(self._seconds)
        watchdog = threading.Timer(self._seconds or 0, self._interrupt)
        watchdog.daemon = True
        if self._seconds is not None:
            watchdog.start()
        try:
            check_reads(self._source, statement.sql, self._dialect)
            names, types, result = self._attempt(lambda: self._run(statement.sql, values))
            batches = self._batches(names, types, result, batch_rows)
            first = next(batches)
            if first.num_rows:
                yield from gathered(chain([first], batches), batch_rows)
            else:
                yield first
            self._check_stopped()
        finally:
            watchdog.cancel()

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Check the parameters; planners are asked in too many ways for this path."""
        ordered(statement, parameters)
        return None

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""
        self._cancelled = True
        self._interrupt()

    def close(self) -> None:
        """Drop the connection; the server rolls back."""
        self._lost = True
        with suppress(Exception):  # a broken connection has no transaction left
            self._connection.invalidate()
        with suppress(Exception):
            self._connection.close()

    def _batches(
        self, names: Sequence[str], types: list[Any], result: Any, batch_rows: int
    ) -> Iterator[pa.RecordBatch]:
        """Yield small batches; the first has no rows if there are none."""
        first, whole = True, False
        try:
            while (rows := self._fetch(result, min(batch_rows, _AT_ONCE))) or first:
                self._check_stopped()
                columns = list(zip(*rows, strict=True)) or [() for _ in names]
                batch = _batch(names, columns, types)
                types = batch.schema.types
                check_values(batch)
                first = False
                yield batch
                self._check_stopped()
            whole = True
        finally:
            with suppress(Exception):  # its error was raised already
                if not whole:
                    self._abandon(result)
                result.close()

    def _abandon(self, result: Any) -> None:
        """Leave a stream: PyMySQL would read the rest of it, so it loses the connection instead."""
        unread = getattr(result.cursor, "_result", None)
        if unread is not None and getattr(unread, "unbuffered_active", False):
            unread.unbuffered_active = False
            self._interrupt()
            self.close()

    def _run(self, sql: str, values: Sequence[Any]) -> tuple[list[str], list[Any], Any]:
        described = self._described(sql, values)
        types = [kind for _, kind in described]
        sql = cast_columns(sql, text_casts(self._dialect, types))
        streamed = self._connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)
        result = streamed.exec_driver_sql(*self._written(sql, values))
        if not result.returns_rows:
            raise SourceError(f"{self._source!r}: the statement gives no rows")
        names = [name for name, _ in described] or list(result.keys())
        told = told_types(self._dialect, result.cursor)
        for name, before, after in zip(names, types or told, told, strict=True):
            if types and before is None:
                self._notes[f"column {name!r}: its type was read as text"] = None
            elif after is None:
                self._notes[_BY_VALUES] = None
        return names, told, result

    def _described(self, sql: str, values: Sequence[Any]) -> list[tuple[str, Any]]:
        """Ask PostgreSQL for the types first: the driver would make objects of JSON and ranges."""
        if self._dialect != "postgres":
            return []
        query = f"SELECT * FROM ({sql}\n) AS q LIMIT 0"  # noqa: S608  # one query, as was checked
        with self._connection.exec_driver_sql(*self._written(query, values)) as result:
            return list(zip(result.keys(), told_types(self._dialect, result.cursor), strict=True))

    def _written(self, sql: str, values: Sequence[Any]) -> tuple[str, Any]:
        style = self._connection.dialect.paramstyle
        return bind(sql, values, dialect=self._dialect, style=style)

    def _fetch(self, result: Any, size: int) -> list[Any]:
        if self._lost:
            raise SourceError(f"{self._source!r}: the session has ended")
        return self._attempt(lambda: list(result.fetchmany(size)))

    def _bound(self, value: Scalar) -> Any:
        if self._dialect != "sqlite" or value is None or isinstance(value, (int, float, str)):
            return int(value) if self._dialect == "sqlite" and isinstance(value, bool) else value
        return as_text(value)

    def _interrupt(self) -> None:
        """Stop what runs, by what the driver has for it; else by dropping the connection."""
        with suppress(Exception):  # nothing runs, or it is closed already
            for name in ("cancel", "interrupt"):
                if callable(stop := getattr(self._driver, name, None)):
                    stop()
                    return
            if self._dialect == "mysql" and hasattr(self._driver, "thread_id"):
                self._kill(int(self._driver.thread_id()))
                return
            self._driver.close()

    def _kill(self, number: int) -> None:
        with self._engine.connect() as other:
            other.exec_driver_sql(f"KILL {number}")

    def _check_stopped(self) -> None:
        self._deadline.check()
        if self._cancelled:
            raise self._cancelled_error()

    def _attempt(self, action: Callable[[], T]) -> T:
        return attempt(action, self._translate)

    def _translate(self, error: Exception) -> SluicegateError:
        if self._cancelled:
            return self._cancelled_error()
        if self._deadline.passed:
            return self._deadline.error()
        return of_statement(self._source, error)

    def _cancelled_error(self) -> SourceError:
        return SourceError(f"{self._source!r}: the stream was cancelled")


def _batch(names: Sequence[str], columns: Sequence[Any], types: Sequence[Any]) -> pa.RecordBatch:
    arrays = [array(n, c, t) for n, c, t in zip(names, columns, types, strict=True)]
    schema = pa.schema([pa.field(n, a.type) for n, a in zip(names, arrays, strict=True)])
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
