"""One read-only transaction in MySQL or MariaDB."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import pyarrow as pa

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.model.data import Estimate, Relation
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources import mysql_catalog, mysql_errors, mysql_plan, mysql_settings
from sluicegate.sources.batches import checked_rows, empty, sliced
from sluicegate.sources.deadline import Deadline, checked_seconds
from sluicegate.sources.failure import attempt
from sluicegate.sources.mysql_connect import driver, encrypted, open_connection
from sluicegate.sources.mysql_rows import Rows
from sluicegate.sources.mysql_types import Reading, readings
from sluicegate.sources.mysql_url import Address
from sluicegate.sources.mysql_values import bound
from sluicegate.sources.mysql_wire import Prepared, Wire
from sluicegate.sources.port import Wanted

T = TypeVar("T")

_GRACE = 5.0
"""Seconds after the time limit in which the server itself may still say so."""
_PATIENCE = 3630.0
"""Seconds to wait for the server without a limit; its own default ends before."""
_ANSWER = 30.0
"""Seconds in which the catalogue and the planner must answer."""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_WHO = """
SELECT VERSION() AS version, CURRENT_USER() AS login, DATABASE() AS `database`,
       CONNECTION_ID() AS number, @@lower_case_table_names AS folds
"""
# The grantee is written 'user'@'host', and a user may hold an at sign.
_RIGHTS = """
SELECT PRIVILEGE_TYPE AS granted FROM information_schema.USER_PRIVILEGES
WHERE GRANTEE = CONCAT('''', REVERSE(SUBSTRING(REVERSE(?), LOCATE('@', REVERSE(?)) + 1)), '''@''',
                       SUBSTRING_INDEX(?, '@', -1), '''')
"""
_NOTED = {
    "SUPER": "the login is an administrator: rights do not bind it",
    "FILE": "the login may read and write files of the server",
    "INSERT": "the login may write to every database",
}


class MySQLSession:
    """A transaction that reads one state of the data and cannot write.

    Failure mode: closed. A stream that failed, was cancelled or left before its end closes the
    connection, and every later call raises.
    """

    opening = (mysql_settings.ISOLATION, mysql_settings.BEGIN)

    def __init__(self, source: str, address: Address, connection: Any) -> None:
        self._source = source
        self._address = address
        self._connection = connection
        self._wire = Wire(connection, driver())
        self._login = ""
        self._database = ""
        self._number = 0
        self._folds = False
        self._mariadb = False
        self._notes: dict[str, None] = {}
        self._zero_dates: dict[str, int] = {}
        self._seconds: float | None = None
        self._deadline = Deadline(None)
        self._cancelled = False
        self._over = False

    @property
    def login(self) -> str:
        """The account whose rights count, as the server tells it: ``user@host``."""
        return self._login

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots for the outcome: rights beyond reading, types and values not kept."""
        zeros = (
            f"column {name!r}: {count} zero dates (0000-00-00) were read as NULL"
            for name, count in self._zero_dates.items()
        )
        return (*self._notes, *zeros)

    def begin(self) -> None:
        """Drop what the connection carries, pin the settings, begin, and find out who we are.

        Raises:
            SourceUnavailable: the connection broke.
            SourceError: the server refused a setting.
        """
        self._attempt(self._wire.reset)
        self._run(mysql_settings.NAMES)
        (who,) = self._rows(_WHO, [])
        self._mariadb = "mariadb" in who["version"].lower()
        pins = mysql_settings.pins(mariadb=self._mariadb)
        for sql in (pins, *self.opening):
            self._run(sql)
        self._login = who["login"]
        self._database = who["database"] or ""
        self._number = int(who["number"])
        self._folds = who["folds"] != 0
        self._run(mysql_settings.default_limit(mariadb=self._mariadb))
        for row in self._rows(_RIGHTS, [self._login] * 3):
            if row["granted"] in _NOTED:
                self._note(_NOTED[row["granted"]])
        if not encrypted(self._connection) and self._address.host not in _LOOPBACK:
            self._note("the connection to the source is not encrypted")

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:
        """Look a relation up as the server resolves it; never a temporary one."""
        return self.relations([(schema, name, quoted)])[0]

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up with one query."""
        found = mysql_catalog.find(self._rows, wanted, database=self._database, folds=self._folds)
        self.found(found)
        for one in filter(None, found):
            if one.writable:
                self._note(f"the login may write to {one.relation.name}")
            if not one.transactional:
                self._note(f"{one.relation.name}: its engine has no transactions")
        return tuple(one.relation if one else None for one in found)

    def found(self, wanted: Sequence[mysql_catalog.Found | None]) -> None:
        """Hear what was looked up; a session that only reads needs no more of it."""

    def limit(self, limits: Limits) -> None:
        """Set the time limit of the statements that follow, in the server and here.

        Raises:
            ConfigurationError: the limit is not a positive number.
        """
        self._seconds = checked_seconds(limits.seconds)
        self._run(mysql_settings.time_limit(self._seconds, mariadb=self._mariadb))

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; at least one batch, which tells the schema.

        The server binds the values of the statement's ``?``. A batch also ends at about 16 MiB.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceUnavailable: the connection broke or the server cannot now.
            SourceError: the statement failed, or a value cannot be read; names number or column.
            ConfigurationError: a parameter is missing.
        """
        checked_rows(batch_rows)
        values = bound(statement, parameters)
        self._deadline = Deadline(self._seconds)
        prepared = self._prepare(statement.sql, len(values))
        ended = False
        try:
            fields = self._attempt(lambda: self._execute(prepared, values))
            columns = self._readings(fields)
            none = True
            for batch in self._batches(columns, batch_rows):
                for part in sliced(batch, batch_rows):
                    none = False
                    yield part
                    self._check_stopped()
            if none:
                yield empty(pa.schema([pa.field(c.name, c.arrow) for c in columns]))
            self._warned()
            self._attempt(lambda: self._wire.close(prepared))
            ended = True
        finally:
            self._deadline = Deadline(None)
            if not ended:
                self._end()

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Ask the planner. Its locks keep the relations as they are until the transaction ends.

        Raises:
            SourceError: the statement cannot be planned.
            ConfigurationError: a parameter is missing.
        """
        values = bound(statement, parameters)
        self._attempt(lambda: self._wire.close(self._prepare(statement.sql, len(values))))
        (row,) = self._rows(f"EXPLAIN FORMAT=JSON {statement.sql}", values)
        (text,) = row.values()
        return mysql_plan.estimate(text)

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread.

        The stream notices at once; the server is told on a second connection, which takes at most
        five seconds.
        """
        self._cancelled = True
        if self._wire.busy:
            self._cut()

    def close(self) -> None:
        """Stop what runs; without a connection the server ends the transaction."""
        self._end()

    def _end(self) -> None:
        if self._over:
            return
        self._over = True
        if self._wire.busy:
            self._cut()
        with suppress(Exception):  # a line that broke needs no goodbye
            self._connection.close()

    def _cut(self) -> None:
        """Cut the line and have the server stop: it would notice only when it next writes.

        The connection is killed, not the query: a kill that comes between two statements would
        otherwise stop nothing.
        """
        with suppress(Exception):  # it is closed already
            # Past the layer of TLS, whose state belongs to the thread that reads.
            socket.socket.shutdown(self._connection._sock, socket.SHUT_RDWR)  # noqa: SLF001  # no public way
        with suppress(Exception):  # it is gone already, or cannot be reached either
            second = open_connection(self._source, self._address)
            try:
                second.query(f"KILL CONNECTION {self._number}")
            finally:
                second.close()

    def _prepare(self, sql: str, values: int) -> Prepared:
        """Have the server parse the statement, and prove that it is a query and nothing else.

        What may stand in ``EXISTS (…)`` has no INTO, changes no setting and ends no transaction;
        the server's own parser says so before anything runs.
        """
        self._check_stopped()

        def prepare() -> Prepared:
            self._check_idle()
            self._wire.patience(_ANSWER)
            self._wire.close(self._wire.prepare(f"SELECT EXISTS (\n{sql}\n)"))
            return self._wire.prepare(sql)

        prepared = self._attempt(prepare)
        if prepared.parameters != values:
            raise SourceError(
                f"{self._source!r}: the statement has {prepared.parameters} parameters,"
                f" not {values}"
            )
        return prepared

    def _execute(self, prepared: Prepared, values: Sequence[Scalar]) -> Any:
        self._wire.patience(self._wait())
        return self._wire.execute(prepared, values)

    def _readings(self, fields: Any) -> tuple[Reading, ...]:
        columns = readings(fields)
        for column in columns:
            if column.note:
                self._note(column.note)
        return columns

    def _batches(self, columns: Sequence[Reading], batch_rows: int) -> Iterator[pa.RecordBatch]:
        chunks = self._wire.chunks(batch_rows, self._wait)
        while (chunk := self._attempt(lambda: next(chunks, None))) is not None:
            self._check_stopped()
            rows = Rows(chunk)
            yield rows.batch(columns)
            for name, count in rows.zero_dates.items():
                self._zero_dates[name] = self._zero_dates.get(name, 0) + count

    def _wait(self) -> float:
        return min(self._deadline.remaining + _GRACE, _PATIENCE)

    def _warned(self) -> None:
        """Note what the server warned of, by number: its texts quote values."""
        if not self._wire.warnings:
            return
        rows = self._attempt(lambda: self._shown("SHOW WARNINGS"))
        codes = ", ".join(sorted({str(int(row[1])) for row in rows}))
        self._note(f"the source warned (numbers {codes}): values may have been cut or converted")

    def _shown(self, sql: str) -> list[tuple[Any, ...]]:
        self._wire.patience(_ANSWER)
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def _check_stopped(self) -> None:
        if self._cancelled:
            raise self._cancelled_error()
        self._deadline.check()
        if self._over:
            raise SourceError(f"{self._source!r}: the session is over")

    def _rows(self, sql: str, values: Sequence[Scalar]) -> list[dict[str, Any]]:
        def run() -> list[dict[str, Any]]:
            self._check_idle()
            self._wire.patience(_ANSWER)
            prepared = self._wire.prepare(sql)
            columns = readings(self._wire.execute(prepared, values))
            chunks = self._wire.chunks(10_000, lambda: _ANSWER)
            rows = [r for c in chunks for r in Rows(c).batch(columns).to_pylist()]
            self._wire.close(prepared)
            return rows

        return self._attempt(run)

    def _run(self, sql: str) -> None:
        def run() -> None:
            self._check_idle()
            self._wire.patience(_ANSWER)
            self._wire.run(sql)

        self._attempt(run)

    def _check_idle(self) -> None:
        if self._wire.busy:
            raise SourceError(
                f"{self._source!r}: another stream of this session has not ended",
                hint="read it to its end, or open a session of its own",
            )

    def _attempt(self, action: Callable[[], T]) -> T:
        if self._over:
            raise SourceError(f"{self._source!r}: the session is over")
        return attempt(action, self._translate)

    def _translate(self, error: Exception) -> SluicegateError:
        if self._cancelled:
            return self._cancelled_error()
        if self._deadline.passed:
            return self._deadline.error()
        return mysql_errors.of_statement(self._source, error)

    def _cancelled_error(self) -> SourceError:
        return SourceError(f"{self._source!r}: the stream was cancelled")

    def _note(self, note: str) -> None:
        self._notes[note] = None
