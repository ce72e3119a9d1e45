"""One read-only transaction in a SQLite file."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import pyarrow as pa

from sluicegate.errors import SluicegateError, SourceError, SourceUnavailable
from sluicegate.model.data import Estimate, Relation
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources import sqlite_catalog
from sluicegate.sources.batches import checked_rows
from sluicegate.sources.deadline import Deadline, checked_seconds
from sluicegate.sources.failure import attempt
from sluicegate.sources.inventory import Inventory
from sluicegate.sources.parameters import as_text, ordered
from sluicegate.sources.port import Wanted
from sluicegate.sources.sqlite_columns import Column
from sluicegate.sources.sqlite_guard import authorize
from sluicegate.sources.sqlite_inventory import read_inventory

T = TypeVar("T")

_STEPS = 20_000
"""Steps of the engine between two looks at the clock: about a millisecond."""
_BATCH_BYTES = 16 * 1024 * 1024
_LATER = {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_READONLY", "SQLITE_IOERR"}
_VIEW = "sluicegate_described"


class SQLiteSession:
    """A transaction on a file that was opened for reading.

    Failure mode: closed. Each statement runs under an authorizer that knows only reading.
    """

    mode = "BEGIN"

    def __init__(self, source: str, connection: sqlite3.Connection) -> None:
        self._source = source
        self._connection = connection
        self._seconds: float | None = None
        self._deadline = Deadline(None)
        self._cancelled = False
        self._told: dict[str, None] = {}
        connection.set_progress_handler(self._stop, _STEPS)

    @property
    def login(self) -> str:
        """SQLite has no logins: always ``sqlite``."""
        return "sqlite"

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots for the outcome."""
        return tuple(self._told)

    def begin(self) -> None:
        """Begin the transaction and take its snapshot.

        Raises:
            SourceUnavailable: another process holds the file.
            SourceError: it is not a SQLite database.
        """
        self._attempt(lambda: self._connection.execute(self.mode))
        self._attempt(lambda: self._connection.execute("SELECT count(*) FROM sqlite_schema"))

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:  # noqa: ARG002  # SQLite ignores case in quotes too
        """Look a table or view of the main database up."""
        return self._attempt(lambda: sqlite_catalog.find(self._connection, schema, name))

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up: the catalogue is in this process."""
        return tuple(self.relation(schema, name, quoted=q) for schema, name, q in wanted)

    def inventory(self) -> Inventory:
        """Return the tables, views and keys of the main database."""
        return self._attempt(lambda: read_inventory(self._connection))

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

        A batch also ends at about 16 MiB. Positions are written ``?`` or ``?n``.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceError: the statement failed, or a value does not fit its column.
            ConfigurationError: a parameter is missing.
        """
        checked_rows(batch_rows)
        values = [bound(v) for v in ordered(statement, parameters)]
        self._deadline = Deadline(self._seconds)
        declared = self._attempt(lambda: self._declared(statement.sql))
        self._connection.set_authorizer(authorize)
        try:
            cursor = self._attempt(lambda: self._connection.execute(statement.sql, values))
            yield from self._batches(cursor, declared, batch_rows)
        finally:
            self._end()

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Check the parameters; SQLite's planner tells neither rows nor cost."""
        ordered(statement, parameters)
        return None

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""
        self._cancelled = True
        with suppress(sqlite3.Error):  # it is closed already
            self._connection.interrupt()

    def _end(self) -> None:
        """Lift the authorizer for the catalogue's own queries."""
        with suppress(sqlite3.ProgrammingError):  # the session ended before its stream
            self._connection.set_authorizer(None)

    def _declared(self, sql: str) -> list[tuple[str, str]]:
        """Return name and declared type of each output column.

        Python's module does not tell declared types, but the catalogue does for a view. The view
        is temporary and in memory; making it also proves that the statement is one that reads.
        """
        text = _without_parameters(sql)
        self._connection.execute("PRAGMA query_only = OFF")
        try:
            self._connection.execute(f"CREATE TEMP VIEW {_VIEW} AS {text}\n")
            rows = self._connection.execute(
                "SELECT name, type FROM pragma_table_xinfo(?, 'temp') ORDER BY cid", (_VIEW,)
            ).fetchall()
            self._connection.execute(f"DROP VIEW temp.{_VIEW}")
        finally:
            self._connection.execute("PRAGMA query_only = ON")
        return [(str(n), str(t)) for n, t in rows]

    def _batches(
        self, cursor: sqlite3.Cursor, declared: Sequence[tuple[str, str]], batch_rows: int
    ) -> Iterator[pa.RecordBatch]:
        names = [str(d[0]) for d in cursor.description]
        types = [t for _, t in declared]
        columns: list[Column] = []
        row = 1
        while True:
            rows = self._attempt(lambda: _take(cursor, batch_rows))
            if columns and not rows:
                break
            values = list(zip(*rows, strict=True)) or [() for _ in names]
            columns = columns or [Column(*c) for c in zip(names, types, values, strict=True)]
            yield _batch(columns, values, row)
            self._check_stopped()
            row += len(rows)

    def _check_stopped(self) -> None:
        self._deadline.check()
        if self._cancelled:
            raise self._cancelled_error()

    def _stop(self) -> bool:
        return self._cancelled or self._deadline.passed

    def _attempt(self, action: Callable[[], T]) -> T:
        return attempt(action, self._translate)

    def _translate(self, error: Exception) -> SluicegateError:
        if self._cancelled:
            return self._cancelled_error()
        if self._deadline.passed:
            return self._deadline.error()
        if match := re.match(r"Could not decode to UTF-8 column '(.*?)' with text", str(error)):
            return SourceError(
                f"{self._source!r}: column {match[1]!r} holds text that is not valid UTF-8",
                hint="CAST the column to BLOB, or clean it",
            )
        code = getattr(error, "sqlite_errorname", "") or type(error).__name__
        if code.startswith(tuple(_LATER)):
            return SourceUnavailable(f"{self._source!r}: its file cannot be read now ({code})")
        return SourceError(f"{self._source!r}: the statement failed ({code})")

    def _cancelled_error(self) -> SourceError:
        return SourceError(f"{self._source!r}: the stream was cancelled")


_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] | --[^\n]* | /\*.*?\*/
    | (?P<position>\?[0-9]*)""",
    re.VERBOSE | re.DOTALL,
)


def _without_parameters(sql: str) -> str:
    """Put NULL for each parameter: a view has none, and types do not hang on them."""
    return _TOKEN.sub(lambda m: "NULL" if m["position"] else m[0], sql)


def _take(cursor: sqlite3.Cursor, batch_rows: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    while len(rows) < batch_rows and size < _BATCH_BYTES:
        row = cursor.fetchone()
        if row is None:
            break
        rows.append(row)
        size += sum(len(v) for v in row if isinstance(v, (str, bytes)))
    return rows


def _batch(columns: Sequence[Column], values: Sequence[Any], row: int) -> pa.RecordBatch:
    arrays = [c.array(v, row) for c, v in zip(columns, values, strict=True)]
    schema = pa.schema([pa.field(c.name, c.arrow) for c in columns])
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def bound(value: Scalar) -> Any:
    """Return what is bound: numbers, text and NULL; the rest as the text that SQL reads."""
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, (int, float, str)) else as_text(value)
