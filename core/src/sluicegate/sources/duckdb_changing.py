"""One transaction in a DuckDB file that may write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sluicegate.errors import SourceError, SourceUnavailable
from sluicegate.model.data import Relation
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources.changing import Changed
from sluicegate.sources.deadline import Deadline
from sluicegate.sources.duckdb_session import DuckDBSession
from sluicegate.sources.parameters import ordered


class DuckDBChangingSession(DuckDBSession):
    """A transaction that may write; nobody else has the file open meanwhile.

    Failure mode: closed. DuckDB has neither triggers nor cascades, so the rows it tells are all.
    """

    mode = "BEGIN TRANSACTION"
    undone = False
    """Whether the engine itself refused to commit."""
    transaction = ""
    """Nobody can ask DuckDB later what became of a transaction."""

    def unsafe(self, relation: Relation) -> str:
        """All that is changed here can be taken back."""
        del relation
        return ""

    def count(self, relation: Relation) -> int:
        """Count the rows of a relation; nobody else can write to the file."""
        name = f"{_quote(relation.name.schema)}.{_quote(relation.name.name)}"
        return int(self._rows(f"SELECT count(*) FROM {name}")[0][0])  # noqa: S608  # quoted

    def change(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Changed:
        """Run a statement that writes.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceError: the statement failed.
        """
        values = ordered(statement, parameters)
        try:
            with self._within_time():
                rows = _number(self._rows(statement.sql, values))
        finally:
            self._deadline = Deadline(None)
        return Changed(rows=rows, with_others=rows)

    def commit(self) -> None:
        """Commit; an error leaves open whether it was."""
        try:
            self._rows("COMMIT")
        except SourceUnavailable:
            raise
        except SourceError:
            self.undone = True
            raise

    def rollback(self) -> None:
        """Take back what was changed."""
        self._rows("ROLLBACK")


def _number(rows: list[tuple[Any, ...]]) -> int:
    """DuckDB answers a change with one number, and what changes objects with none."""
    first = rows[0][0] if rows and len(rows[0]) == 1 else 0
    return first if isinstance(first, int) else 0


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
