"""A cursor whose every row was masked and verified before it is handed out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Self

from sluicegate.errors import SluicegateError
from sluicegate.gate.dbapi.errors import (
    InterfaceError,
    NotSupportedError,
    of_leak,
    of_reasons,
    of_sluicegate,
)
from sluicegate.gate.dbapi.markers import Given, named
from sluicegate.gate.dbapi.types import TypeObject, type_code
from sluicegate.gate.dbapi.verbs import writes
from sluicegate.model.outcome import Status

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.gate.dbapi.connection import Connection
    from sluicegate.gate.reading import Reading
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.statement import StatementOutcome

Row = tuple[Any, ...]
Description = tuple[str, TypeObject, None, None, None, None, bool]
_AT_ONCE: Final = 4096
"""Rows that are Python objects at a time."""


class Cursor:
    """Runs one statement at a time. Rows come from a file without a name, batch by batch."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.arraysize = 100
        self.description: tuple[Description, ...] | None = None
        self.rowcount = -1
        self.lastrowid: None = None
        self.outcome: Outcome | StatementOutcome | None = None
        """What the gate said of the last statement."""
        self._reading: Reading | None = None
        self._batches: Iterator[pa.RecordBatch] = iter(())
        self._rows: deque[Row] = deque()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Row]:
        while (row := self.fetchone()) is not None:
            yield row

    def execute(self, operation: str, parameters: Given = None) -> Self:
        """Run one statement: a query is read, masked and verified; a change is executed.

        Args:
            operation: SQL; parameters as ``:name``, ``%(name)s``, ``?`` or ``%s``.
            parameters: By name or by place.

        Raises:
            ProgrammingError: it is refused; ``reasons`` tell why.
            DataError: a leak was found, or a mask does not fit.
            OperationalError: the source, ledger or a key cannot be reached, or a budget ran out.
        """
        self._require_open()
        self._drop()
        sql, values = named(operation, parameters)
        if writes(sql, self.connection.dialect):
            self._change(sql, values)
        else:
            self._read(sql, values)
        return self

    def executemany(self, operation: str, seq_of_parameters: Sequence[Given]) -> Self:
        """Run a statement that changes rows once for each set of parameters, each by itself."""
        if not writes(operation, self.connection.dialect):
            raise NotSupportedError("executemany is for statements that change rows")
        count = 0
        for parameters in seq_of_parameters:
            self.execute(operation, parameters)
            count += self.rowcount
        self.rowcount = count
        return self

    def fetchone(self) -> Row | None:
        """Return the next row; ``None`` behind the last one."""
        self._require_rows()
        while not self._rows:
            batch = next(self._batches, None)
            if batch is None:
                return None
            self._take(batch)
        return self._rows.popleft()

    def fetchmany(self, size: int | None = None) -> list[Row]:
        """Return the next rows, fewer than ``size`` at the end only."""
        wanted = self.arraysize if size is None else size
        rows: list[Row] = []
        while len(rows) < wanted and (row := self.fetchone()) is not None:
            rows.append(row)
        return rows

    def fetchall(self) -> list[Row]:
        """Return the rest of the rows."""
        return list(self)

    def setinputsizes(self, sizes: Sequence[object]) -> None:
        """Do nothing, as PEP 249 allows."""

    def setoutputsize(self, size: int, column: int | None = None) -> None:
        """Do nothing, as PEP 249 allows."""

    def close(self) -> None:
        """Drop what was not fetched; safe to call twice."""
        self._drop()
        self._closed = True

    def _read(self, sql: str, values: Mapping[str, Any]) -> None:
        self._reading = self.connection.read(sql, values)
        self.outcome = outcome = self._reading.outcome
        if outcome.status is Status.REFUSED:
            raise of_reasons(outcome.reasons, outcome.approval)
        if outcome.status is not Status.RELEASED:
            raise of_leak(outcome.reasons)
        self.rowcount = outcome.rows
        self._batches = _parts(self._reading)
        first = next(self._batches)  # there is one, which tells the schema
        self.description = tuple(
            (field.name, type_code(field.type), None, None, None, None, True)
            for field in first.schema
        )
        self._take(first)

    def _change(self, sql: str, values: Mapping[str, Any]) -> None:
        self.outcome = outcome = self.connection.change(sql, values)
        if not outcome.executed:
            raise of_reasons(outcome.reasons, outcome.approval)
        self.rowcount = outcome.affected_rows

    def _take(self, batch: pa.RecordBatch) -> None:
        columns = [column.to_pylist() for column in batch.columns]
        self._rows.extend(zip(*columns, strict=True))

    def _drop(self) -> None:
        if self._reading is not None:
            self._reading.close()
        self._reading, self._batches, self.description = None, iter(()), None
        self._rows.clear()
        self.rowcount = -1

    def _require_open(self) -> None:
        if self._closed:
            raise InterfaceError("the cursor is closed")
        self.connection.require_open()

    def _require_rows(self) -> None:
        self._require_open()
        if self.description is None:
            raise InterfaceError("no statement with rows was run")


def _parts(reading: Reading) -> Iterator[pa.RecordBatch]:
    """Yield small batches, so that few rows are Python objects at a time."""
    try:
        for batch in reading.batches():
            for start in range(0, max(1, batch.num_rows), _AT_ONCE):
                yield batch.slice(start, _AT_ONCE)
    except SluicegateError as error:
        failure = of_sluicegate(error)
    else:
        return
    raise failure
