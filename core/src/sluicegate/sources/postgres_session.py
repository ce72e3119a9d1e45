"""One read-only transaction in PostgreSQL."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import pyarrow as pa

from sluicegate.errors import SluicegateError, SourceError, SourceUnavailable
from sluicegate.model.data import Estimate, Relation
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources import postgres_catalog, postgres_errors
from sluicegate.sources.batches import check_values, checked_rows, empty, sliced
from sluicegate.sources.deadline import Deadline, checked_seconds
from sluicegate.sources.failure import attempt
from sluicegate.sources.parameters import as_text, ordered
from sluicegate.sources.placeholders import replace_placeholders
from sluicegate.sources.port import Wanted
from sluicegate.sources.postgres_types import Reading, cast_in_server, convert, readings

T = TypeVar("T")

_MOST_MILLISECONDS = 2**31 - 1
_WHO = """
SELECT current_user::text AS login, r.rolsuper AS superuser, r.rolbypassrls AS bypasses
FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
"""


class PostgresSession:
    """A transaction that reads one state of the data and cannot write.

    Failure mode: closed. After an error the transaction is over, and every call raises.
    """

    mode = "ISOLATION LEVEL REPEATABLE READ, READ ONLY"

    def __init__(self, source: str, connection: Any) -> None:
        self._source = source
        self._connection = connection
        self._login = ""
        self._notes: dict[str, None] = {}
        self._seconds: float | None = None
        self._cursor: Any = None
        self._lock = threading.Lock()  # `cancel` must not meet a cursor that is being closed
        self._cancelled = False

    @property
    def login(self) -> str:
        """The login whose rights count, as the server tells it."""
        return self._login

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots for the outcome: rights beyond reading, types that were not kept."""
        return tuple(self._notes)

    def begin(self, pins: Mapping[str, str]) -> None:
        """Pin the settings, begin the transaction and find out who we are.

        Raises:
            SourceError: the server refused a setting.
        """
        for name, value in pins.items():
            self._rows("SELECT pg_catalog.set_config($1, $2, false)", [name, value])
        self._run(f"BEGIN {self.mode}")
        (who,) = self._rows(_WHO, [])
        self._login = who["login"]
        if who["superuser"]:
            self._note("the login is a superuser: rights and row security do not bind it")
        elif who["bypasses"]:
            self._note("the login bypasses row security")

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:
        """Look a relation up as the server resolves it; never in a temporary schema."""
        return self.relations([(schema, name, quoted)])[0]

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up in one round trip.

        Raises:
            SourceUnavailable: one was altered after the transaction began.
        """
        asked = [w if w[1] and "\0" not in f"{w[0]}{w[1]}" else None for w in wanted]
        found = iter(postgres_catalog.find(self._rows, [w for w in asked if w]))
        each = [next(found) if w else None for w in asked]
        for one in filter(None, each):
            if not one.present:
                raise SourceUnavailable(
                    f"{self._source!r}: {one.relation.name} was altered a moment ago",
                    hint="run it again: it will be planned for what the source has now",
                )
            if one.writable:
                self._note(f"the login may write to {one.relation.name}")
        return tuple(one.relation if one else None for one in each)

    def limit(self, limits: Limits) -> None:
        """Set the time limit of the statements that follow, in the server and here.

        Raises:
            ConfigurationError: the limit is not a positive number.
        """
        self._seconds = checked_seconds(limits.seconds)
        most = 0 if self._seconds is None else max(1, int(self._seconds * 1000))
        text = str(min(most, _MOST_MILLISECONDS))
        self._rows("SELECT pg_catalog.set_config('statement_timeout', $1, true)", [text])

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; at least one batch, which tells the schema.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceUnavailable: the connection broke or the server cannot now.
            SourceError: the statement failed, or a value cannot be read; names code or column.
            ConfigurationError: a parameter is missing.
        """
        checked_rows(batch_rows)
        deadline = Deadline(self._seconds)
        sql = self._bind(statement, ordered(statement, parameters))
        columns = readings(self._describe(sql))
        if not columns:
            raise SourceError(f"{self._source!r}: the statement has no columns")
        for column in columns:
            if column.note:
                self._note(column.note)
        batches = self._batches(cast_in_server(sql, columns), columns, deadline)
        first = True
        for batch in batches:
            for part in sliced(batch, batch_rows):
                first = False
                yield part
        if first:
            yield empty(pa.schema([pa.field(c.name, c.arrow) for c in columns]))

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Ask the planner. Its locks keep the relations as they are until the transaction ends.

        A statement that cannot be planned leaves the transaction as it was before.

        Raises:
            SourceError: the statement cannot be planned.
            ConfigurationError: a parameter is missing.
        """
        values = ordered(statement, parameters)
        self._run("SAVEPOINT sluicegate_estimate")
        try:
            return self._estimate(self._bind(statement, values))
        except SourceError:
            with suppress(SluicegateError):  # the first error is the one to tell
                self._run("ROLLBACK TO SAVEPOINT sluicegate_estimate")
            raise

    def _estimate(self, sql: str) -> Estimate:
        with self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.use_copy": "false"})
            explain = f"EXPLAIN (FORMAT JSON) {sql}"
            self._attempt(lambda: cursor.execute(explain))
            table = self._attempt(cursor.fetch_arrow_table)
        plan = json.loads(table.column(0)[0].as_py())[0]["Plan"]
        return Estimate(rows=float(plan["Plan Rows"]), cost=float(plan["Total Cost"]))

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""
        self._cancelled = True
        with self._lock, suppress(Exception):  # nothing runs any more
            if self._cursor is not None:
                self._cursor.adbc_cancel()

    def close(self) -> None:
        """Stop what runs and roll back; the connection is closed by who opened it."""
        if self._cursor is not None:
            self._cancelled = True  # the driver crashes if a closed stream is read on
            self._end()
        with suppress(Exception):  # a broken connection has no transaction left
            self._execute("ROLLBACK")

    def _bind(self, statement: Statement, values: list[Scalar]) -> str:
        """Bind the values on the server and return the statement that refers to them.

        The driver streams only statements without parameters (COPY), and binds text as ``text``,
        which no comparison with a date accepts. So the server prepares the statement, which also
        proves that it is one that reads and tells the parameters' types; each value is bound into
        a setting of this transaction; and ``$n`` becomes a cast of that setting. No value ever
        stands in SQL text.
        """
        self._run(f"PREPARE sluicegate_statement AS {statement.sql}")
        kinds = self._rows(
            "SELECT pg_catalog.format_type(t.oid, -1) AS kind"
            " FROM pg_catalog.pg_prepared_statements AS p"
            " CROSS JOIN LATERAL pg_catalog.unnest(p.parameter_types::oid[])"
            " WITH ORDINALITY AS t (oid, place)"
            " WHERE p.name = 'sluicegate_statement' ORDER BY t.place",
            [],
        )
        self._run("DEALLOCATE sluicegate_statement")
        # With -1 the server says "bpchar"; "character" would be cut to one character.
        types = [row["kind"] for row in kinds]
        if len(types) != len(values):
            raise SourceError(
                f"{self._source!r}: the statement has {len(types)} parameters, not {len(values)}"
            )
        texts = [as_text(v) for v in values]
        for number, (kind, text) in enumerate(zip(types, texts, strict=True), 1):
            if text is not None:
                self._set(number, kind, text, statement.parameters[number - 1])
        sql, found = replace_placeholders(
            statement.sql,
            lambda n: (
                _reference(n, types[n - 1], null=texts[n - 1] is None)
                if n <= len(types)
                else f"${n}"
            ),
        )
        if not found <= set(range(1, len(types) + 1)):
            raise SourceError(f"{self._source!r}: the statement's parameters cannot be told apart")
        return sql

    def _set(self, number: int, kind: str, text: str, name: str) -> None:
        setting = f"pg_catalog.set_config('sluicegate.p{number}', $1, true)"
        query = f"SELECT CAST({setting} AS {kind}) IS NULL AS n"
        try:
            self._rows(query, [text])
        except SourceError as error:
            failure = error
        else:
            return
        # A passed time limit, a lost connection or a cancellation is not the parameter's fault.
        if type(failure) is SourceError and not self._cancelled:
            failure = SourceError(
                f"{self._source!r}: parameter {name!r} is not of the type {kind}",
                hint="give a value of that type, or cast it in the statement",
            )
        raise failure

    def _describe(self, sql: str) -> pa.Schema:
        with self._connection.cursor() as cursor:
            return self._attempt(lambda: cursor.adbc_execute_schema(sql))

    def _batches(
        self, sql: str, columns: tuple[Reading, ...], deadline: Deadline
    ) -> Iterator[pa.RecordBatch]:
        self._check_cancelled()
        cursor = self._cursor = self._connection.cursor()
        try:
            self._attempt(lambda: cursor.execute(f"{sql}\n"))  # ends a comment
            batches = iter(_reader(cursor))
            while (batch := self._attempt(lambda: next(batches, None))) is not None:
                deadline.check()
                converted = convert(batch, columns)
                check_values(converted)
                yield converted
                deadline.check()
                self._check_cancelled()
            self._check_cancelled()
        finally:
            self._end()

    def _end(self) -> None:
        """Stop the statement in the server and close it; safe to call more than once."""
        with self._lock:
            cursor, self._cursor = self._cursor, None
            if cursor is None:
                return
            with suppress(Exception):  # what has ended cannot be cancelled
                cursor.adbc_cancel()
            with suppress(Exception):  # its error was raised already
                cursor.close()

    def _check_cancelled(self) -> None:
        if self._cancelled:
            raise SourceError(f"{self._source!r}: the stream was cancelled")

    def _rows(self, sql: str, values: Sequence[str]) -> list[dict[str, Any]]:
        return self._attempt(lambda: self._execute(sql, values))

    def _run(self, sql: str) -> None:
        self._attempt(lambda: self._execute(sql))

    def _execute(self, sql: str, values: Sequence[str] = ()) -> list[dict[str, Any]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(values) or None)
            return list(cursor.fetch_arrow_table().to_pylist())

    def _attempt(self, action: Callable[[], T]) -> T:
        return attempt(action, self._translate)

    def _translate(self, error: Exception) -> SluicegateError:
        if self._cancelled:
            return SourceError(f"{self._source!r}: the stream was cancelled")
        return postgres_errors.of_statement(self._source, error)

    def _note(self, note: str) -> None:
        self._notes[note] = None


def _reference(number: int, kind: str, *, null: bool) -> str:
    value = "NULL" if null else f"pg_catalog.current_setting('sluicegate.p{number}')"
    return f"CAST({value} AS {kind})"


def _reader(cursor: Any) -> Any:
    """Return the reader whose errors carry the SQLSTATE; the public one loses it."""
    results = getattr(cursor, "_results", None)
    return getattr(results, "reader", None) or cursor.fetch_record_batch()
