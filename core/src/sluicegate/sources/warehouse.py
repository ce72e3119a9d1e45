"""What Snowflake and BigQuery have in common: sessions over ADBC on servers that bill by the scan.

Not run here: there is no server of either to test against. What can be checked without one is:
options are taken by the real drivers, statements are compared as texts, errors are translated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import pyarrow as pa

from sluicegate.errors import SluicegateError, SourceError, SourceUnavailable
from sluicegate.model.data import CatalogColumn, Estimate, Relation, RelationName, TypeFamily
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources.batches import check_values, checked_rows, empty, sliced
from sluicegate.sources.deadline import Deadline, checked_seconds
from sluicegate.sources.failure import attempt
from sluicegate.sources.inventory import Inventory, Listed, assemble
from sluicegate.sources.parameters import as_text, ordered
from sluicegate.sources.port import Wanted
from sluicegate.sources.portable_sql import check_reads

T = TypeVar("T")

NOT_RUN: Final = "this source was written against its driver's API and never run on a server"
WRITABLE: Final = "no transaction here only reads: the login's rights alone keep it from writing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """What differs from one to the other."""

    dialect: str
    who: str
    """Query for the login and the schema that a name without one means."""
    opening: tuple[str, ...]
    """Statements that pin what text means."""
    columns: Callable[[str], str]
    """Schema → query for its relations' columns; see ``_relations``."""
    families: Mapping[str, TypeFamily]
    """Type of the catalogue, in upper case and without its length → family."""
    statement_options: Callable[[Limits], Mapping[str, str]]
    time_limit: Callable[[float | None], tuple[str, ...]]
    """Statements that set the time limit in the server."""
    explain: Callable[[str], str] | None
    """Statement → the one that asks the planner."""
    estimate: Callable[[str], Estimate]
    """What the planner answers → the estimate."""
    folds: Callable[[str], str]
    """A name without quotes → as the catalogue has it."""


class WarehouseSession:
    """A session of a warehouse; there are no transactions that only read.

    Failure mode: closed. The server keeps the time limit, and each batch is checked against it.
    """

    def __init__(self, source: str, warehouse: Warehouse, connection: Any) -> None:
        self._source = source
        self._warehouse = warehouse
        self._connection = connection
        self._login = ""
        self._home = ""
        self._limits = Limits()
        self._deadline = Deadline(None)
        self._cursor: Any = None
        self._cancelled = False

    @property
    def login(self) -> str:
        """The login that the server tells."""
        return self._login

    @property
    def notes(self) -> tuple[str, ...]:
        """Blind spots for the outcome."""
        return (NOT_RUN, WRITABLE)

    def begin(self) -> None:
        """Pin the settings and find out who we are."""
        for statement in self._warehouse.opening:
            self._rows(statement)
        (who,) = self._rows(self._warehouse.who)
        self._login, self._home = str(who["login"]), str(who["home"] or "")

    def relation(self, schema: str | None, name: str, *, quoted: bool = False) -> Relation | None:
        """Look a table or view up."""
        return self.relations([(schema, name, quoted)])[0]

    def relations(self, wanted: Sequence[Wanted]) -> tuple[Relation | None, ...]:
        """Look many relations up, with one query a schema."""
        found: dict[str, dict[str, Relation]] = {}
        answers = []
        for schema, name, quoted in wanted:
            fold = str if quoted else self._warehouse.folds
            own = self._home if schema is None else fold(schema)
            if own not in found:
                found[own] = self._relations(own)
            answers.append(found[own].get(fold(name)))
        return tuple(answers)

    def inventory(self) -> Inventory:
        """Return the tables and views of the schema that a name without one means."""
        relations = self._relations(self._home).values()
        return assemble([Listed(name=r.name, kind=r.kind) for r in relations], iter(()))

    def limit(self, limits: Limits) -> None:
        """Set the time limit in the server, and the most that it may bill where it can.

        Raises:
            ConfigurationError: the limit is not a positive number.
        """
        seconds = checked_seconds(limits.seconds)
        self._limits = limits
        for statement in self._warehouse.time_limit(seconds):
            self._rows(statement)

    def stream(
        self, statement: Statement, parameters: Mapping[str, Scalar], *, batch_rows: int = 65_536
    ) -> Iterator[pa.RecordBatch]:
        """Run ``statement`` and yield its rows; at least one batch, which tells the schema.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceUnavailable: the connection broke.
            SourceError: the statement failed.
            ConfigurationError: a parameter is missing.
        """
        checked_rows(batch_rows)
        values = [_bound(v) for v in ordered(statement, parameters)]
        check_reads(self._source, statement.sql, self._warehouse.dialect)
        self._deadline = Deadline(self._limits.seconds)
        cursor = self._cursor = self._connection.cursor()
        try:
            options = dict(self._warehouse.statement_options(self._limits))
            self._attempt(lambda: cursor.adbc_statement.set_options(**options))
            self._attempt(lambda: cursor.execute(statement.sql, values or None))
            yield from self._batches(cursor.fetch_record_batch(), batch_rows)
        finally:
            self._end()

    def estimate(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Estimate | None:
        """Ask the planner, if it can be asked without running anything.

        Raises:
            SourceError: the statement cannot be planned.
            ConfigurationError: a parameter is missing.
        """
        values = [_bound(v) for v in ordered(statement, parameters)]
        if self._warehouse.explain is None:
            return None
        check_reads(self._source, statement.sql, self._warehouse.dialect)
        rows = self._rows(self._warehouse.explain(statement.sql), values)
        return self._warehouse.estimate(str(next(iter(rows[0].values()))))

    def cancel(self) -> None:
        """Stop a running stream; safe to call more than once and from another thread."""
        self._cancelled = True
        with suppress(Exception):  # nothing runs any more
            if self._cursor is not None:
                self._cursor.adbc_cancel()

    def close(self) -> None:
        """Stop what runs; the connection is closed by who opened it."""
        self._cancelled = True
        self._end()

    def _batches(self, reader: Any, batch_rows: int) -> Iterator[pa.RecordBatch]:
        none = True
        while (batch := self._attempt(lambda: next(reader, None))) is not None:
            self._check_stopped()
            check_values(batch)
            for part in sliced(batch, batch_rows):
                none = False
                yield part
            self._check_stopped()
        if none:
            yield empty(reader.schema)

    def _relations(self, schema: str) -> dict[str, Relation]:
        """Read ``name``, ``kind``, ``column``, ``type``, ``nullable`` of all columns, in order."""
        columns: dict[str, list[CatalogColumn]] = {}
        kinds: dict[str, str] = {}
        for row in self._rows(self._warehouse.columns(schema), [schema] if schema else []):
            kinds[row["name"]] = "view" if "VIEW" in str(row["kind"]) else "table"
            columns.setdefault(row["name"], []).append(self._column(row))
        return {
            name: Relation(
                name=RelationName(schema=schema, name=name),
                kind=kinds[name],
                columns=tuple(own),
            )
            for name, own in columns.items()
        }

    def _column(self, row: Mapping[str, Any]) -> CatalogColumn:
        plain = str(row["type"]).upper().partition("(")[0].partition("<")[0].strip()
        return CatalogColumn(
            name=row["column"],
            native_type=str(row["type"]),
            family=self._warehouse.families.get(plain, TypeFamily.OTHER),
            nullable=str(row["nullable"]).upper() != "NO",
        )

    def _end(self) -> None:
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            with suppress(Exception):  # what has ended cannot be cancelled
                cursor.adbc_cancel()
            with suppress(Exception):  # its error was raised already
                cursor.close()

    def _check_stopped(self) -> None:
        self._deadline.check()
        if self._cancelled:
            raise self._cancelled_error()

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        def run() -> list[dict[str, Any]]:
            with self._connection.cursor() as cursor:
                cursor.execute(sql, list(values) or None)
                return list(cursor.fetch_arrow_table().to_pylist())

        return self._attempt(run)

    def _attempt(self, action: Callable[[], T]) -> T:
        return attempt(action, self._translate)

    def _translate(self, error: Exception) -> SluicegateError:
        if self._cancelled:
            return self._cancelled_error()
        if self._deadline.passed:
            return self._deadline.error()
        return of_adbc(self._source, error)

    def _cancelled_error(self) -> SourceError:
        return SourceError(f"{self._source!r}: the stream was cancelled")


@contextmanager
def opened(
    source: str, warehouse: Warehouse, connect: Callable[[], Any]
) -> Iterator[WarehouseSession]:
    """Open a session over what ``connect`` gives, and close both.

    Raises:
        SourceUnavailable: nobody answers.
        SourceError: the login is refused.
    """
    connection = attempt(connect, lambda error: of_adbc(source, error))
    session = WarehouseSession(source, warehouse, connection)
    try:
        session.begin()
        yield session
    finally:
        session.close()
        with suppress(Exception):  # the session ends when the line drops
            connection.close()


def of_adbc(source: str, error: Exception) -> SluicegateError:
    """Translate an error of an ADBC driver by its status; its text is dropped."""
    status = getattr(getattr(error, "status_code", None), "name", type(error).__name__)
    state = getattr(error, "sqlstate", None)
    code = f"{status}, SQLSTATE {state}" if state else status
    if status in {"IO", "TIMEOUT", "CANCELLED"}:
        return SourceUnavailable(f"{source!r}: it cannot be reached, or broke off ({code})")
    if status in {"UNAUTHENTICATED", "UNAUTHORIZED"}:
        return SourceError(f"{source!r}: the login is refused ({code})")
    return SourceError(f"{source!r}: it refused ({code})")


def _bound(value: Scalar) -> Any:
    """Numbers, text and booleans are bound as they are; times as the text that SQL reads."""
    return value if value is None or isinstance(value, (bool, int, float)) else as_text(value)
