"""One read-only transaction in MySQL or MariaDB."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any, TypeVar

import pyarrow as pa

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.model.data import Estimate, Relation
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources import mysql_catalog, mysql_errors, mysql_types
from sluicegate.sources.batches import check_values, checked_rows, empty
from sluicegate.sources.deadline import Deadline, checked_seconds
from sluicegate.sources.failure import attempt
from sluicegate.sources.mysql_estimate import estimate_of
from sluicegate.sources.parameters import as_text, ordered
from sluicegate.sources.port import Wanted

T = TypeVar("T")

_MODE = (
    "STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,"
    "PIPES_AS_CONCAT,NO_ZERO_IN_DATE"
)
_PINS = {
    "sql_mode": _MODE,
    "time_zone": "+00:00",
    "lock_wait_timeout": 10,
    "innodb_lock_wait_timeout": 10,
    "net_write_timeout": 3600,
    "group_concat_max_len": 1_048_576,
}
"""What the text of a statement means, and how long it may wait, must not hang on the server."""

_BATCH_BYTES = 16 * 1024 * 1024
_PASSED = (
    "values of parameters travel as text to this source and may stand in the server's general log"
)


class MySQLSession:
    """A transaction that reads one state of the data and cannot write.

    Parameters are bound to a statement that the server has prepared, through user variables: the
    driver speaks no binary protocol. So a value never stands in the statement, but it does in the
    text of a ``SET`` before it.

    Failure mode: closed. After an error of the connection every call raises.
    """

    def __init__(self, source: str, connection: Any, another: Callable[[], Any]) -> None:
        self._source = source
        self._connection = connection
        self._another = another
        self._login = ""
        self._database = ""
        self._exact = True
        self._maria = False
        self._notes: dict[str, None] = {}
        self._seconds: float | None = None
        self._cursor: Any = None
        self._lock = threading.Lock()
        self._cancelled = False

    @property
    def login(self) -> str:
        """The account whose rights count, as the server tells it."""
        return self._login

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots for the outcome: rights beyond reading, types that were not kept."""
        return tuple(self._notes)

    def begin(self, *, encrypted: bool) -> None:
        """Pin the settings, begin the transaction and find out who we are.

        Raises:
            SourceError: the server refused a setting.
        """
        for name, value in _PINS.items():
            self._rows(f"SET SESSION {name} = %s", [value])
        self._rows("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        self._rows("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        ((login, database, folding, version),) = self._rows(
            "SELECT CURRENT_USER(), DATABASE(), @@lower_case_table_names, VERSION()"
        )
        self._login, self._database, self._exact = login, database or "", folding == "0"
        self._maria = "mariadb" in str(version).lower()
        if not encrypted:
            self._note("the connection to the source is not encrypted")

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:
        """Look a table or view up as the server resolves its name."""
        return self.relations([(schema, name, quoted)])[0]

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up in one round trip."""
        found = mysql_catalog.find(self._rows, wanted, database=self._database, exact=self._exact)
        for one in filter(None, found):
            if one.writable:
                self._note(f"the login may write to {one.relation.name}")
        return tuple(one.relation if one else None for one in found)

    def limit(self, limits: Limits) -> None:
        """Set the time limit of the statements that follow, in the server and here.

        Raises:
            ConfigurationError: the limit is not a positive number.
        """
        self._seconds = checked_seconds(limits.seconds)
        seconds = self._seconds or 0
        if self._maria:
            self._rows("SET SESSION max_statement_time = %s", [seconds])
        else:
            most = min(int(seconds * 1000) or bool(seconds), 2**32 - 1)
            self._rows("SET SESSION max_execution_time = %s", [most])

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Ask the planner. Its locks keep the relations as they are until the transaction ends.

        Raises:
            SourceError: the statement cannot be planned.
            ConfigurationError: a parameter is missing.
        """
        values = ordered(statement, parameters)
        self._check_reads(statement.sql)
        variables = self._prepare(f"EXPLAIN FORMAT=JSON {statement.sql}", values)
        ((text,),) = self._rows(f"EXECUTE sluicegate_statement{variables}")
        return estimate_of(json.loads(text))

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; at least one batch, which tells the schema.

        A batch also ends at about 16 MiB. Positions are written ``?``, one for each use.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceUnavailable: the connection broke or the server cannot now.
            SourceError: the statement failed, or a value cannot be read; names number or column.
            ConfigurationError: a parameter is missing.
        """
        checked_rows(batch_rows)
        values = ordered(statement, parameters)
        deadline = Deadline(self._seconds)
        self._check_reads(statement.sql)
        variables = self._prepare(statement.sql, values)
        self._check_cancelled()
        cursor = self._cursor = self._connection.cursor(_streaming())
        finished = False
        try:
            self._attempt(lambda: cursor.execute(f"EXECUTE sluicegate_statement{variables}"))
            columns = mysql_types.readings(cursor._result.fields)  # noqa: SLF001  # the only place that tells sign and character set
            for column in columns:
                if column.note:
                    self._note(column.note)
            none = True
            while rows := self._attempt(lambda: _take(cursor, batch_rows)):
                deadline.check()
                made = mysql_types.batch(rows, columns)
                check_values(made)
                none = False
                yield made
                deadline.check()
                self._check_cancelled()
            finished = True
            self._check_cancelled()
        finally:
            self._end(finished=finished)
        if none:
            yield empty(pa.schema([pa.field(c.name, c.arrow) for c in columns]))

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""
        self._cancelled = True
        self._kill()

    def close(self) -> None:
        """Stop what runs and roll back; the connection is closed by who opened it."""
        if self._cursor is not None:
            self._cancelled = True
            self._end(finished=False)
        with suppress(Exception):  # a broken connection has no transaction left
            self._connection.rollback()

    def _check_reads(self, sql: str) -> None:
        """Have the server prepare the statement as a table: it takes nothing but a query there."""
        self._prepare(f"SELECT 1 FROM ({sql}\n) AS sluicegate_read LIMIT 0", [])  # noqa: S608  # text that the guard made

    def _prepare(self, sql: str, values: Sequence[Scalar]) -> str:
        """Prepare a statement, bind its values to variables, and return how to name them."""
        self._rows("PREPARE sluicegate_statement FROM %s", [sql])
        names = [f"@sluicegate_{number}" for number in range(1, len(values) + 1)]
        for name, value in zip(names, values, strict=True):
            self._rows(f"SET {name} = %s", [_bound(value)])
        if values:
            self._note(_PASSED)
        return f" USING {', '.join(names)}" if names else ""

    def _end(self, *, finished: bool) -> None:
        """Stop the statement in the server and close it; safe to call more than once."""
        with self._lock:
            cursor, self._cursor = self._cursor, None
        if cursor is None:
            return
        if not finished:
            self._kill()
        with suppress(Exception):  # its error was raised already
            cursor.close()

    def _kill(self) -> None:
        with suppress(Exception):  # nothing runs any more, or nobody answers
            other = self._another()
            try:
                with other.cursor() as cursor:
                    cursor.execute(f"KILL QUERY {int(self._connection.thread_id())}")
            finally:
                other.close()

    def _check_cancelled(self) -> None:
        if self._cancelled:
            raise SourceError(f"{self._source!r}: the stream was cancelled")

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._attempt(lambda: self._execute(sql, values))

    def _execute(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(values) or None)
            return list(cursor.fetchall())

    def _attempt(self, action: Callable[[], T]) -> T:
        return attempt(action, self._translate)

    def _translate(self, error: Exception) -> SluicegateError:
        if self._cancelled:
            return SourceError(f"{self._source!r}: the stream was cancelled")
        return mysql_errors.of_statement(self._source, error)

    def _note(self, note: str) -> None:
        self._notes[note] = None


def _streaming() -> Any:
    from pymysql.cursors import SSCursor  # noqa: PLC0415  # an extra, asked for when used

    return SSCursor


def _take(cursor: Any, batch_rows: int) -> list[Any]:
    """Fetch rows until there are enough, or enough bytes."""
    rows: list[Any] = []
    size = 0
    for number in count(1):
        row = cursor.fetchone()
        if row is None:
            break
        rows.append(row)
        size += sum(len(v) for v in row if v is not None)
        if number == batch_rows or size >= _BATCH_BYTES:
            break
    return rows


def _bound(value: Scalar) -> Any:
    """Numbers stay numbers: text compared with a number would be cut to one."""
    if isinstance(value, bool) or value is None:
        return value
    return value if isinstance(value, (int, float)) else as_text(value)
