"""One transaction in a SQLite file that may write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sluicegate.model.data import Relation
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources.changing import Changed
from sluicegate.sources.deadline import Deadline
from sluicegate.sources.parameters import ordered
from sluicegate.sources.sqlite_guard import authorize, authorize_change
from sluicegate.sources.sqlite_session import SQLiteSession, bound

_TRIGGERS: Final = "SELECT count(*) FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ?"


class SQLiteChangingSession(SQLiteSession):
    """A transaction that may write; it holds the file's only writing lock.

    Failure mode: closed. Each statement runs under an authorizer that knows rows, tables and
    indexes, and no other file.
    """

    mode = "BEGIN IMMEDIATE"
    transaction = ""
    """Nobody can ask SQLite later what became of a transaction."""

    @property
    def undone(self) -> bool:
        """Whether the transaction is open still: others read, so that it could not be written."""
        return self._connection.in_transaction

    def unsafe(self, relation: Relation) -> str:
        """Note triggers; all that is changed here can be taken back."""
        name = relation.name.name
        found = self._attempt(lambda: self._connection.execute(_TRIGGERS, (name,)).fetchone())
        if found[0]:
            self._told[f"{relation.name} has triggers: the rows they change are counted too"] = None
        return ""

    def count(self, relation: Relation) -> int:
        """Count the rows of a relation; the file is locked already."""
        name = '"' + relation.name.name.replace('"', '""') + '"'
        query = f"SELECT count(*) FROM main.{name}"  # noqa: S608  # quoted
        return int(self._attempt(lambda: self._connection.execute(query).fetchone())[0])

    def change(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Changed:
        """Run a statement that writes.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceError: the statement failed; names SQLite's code.
        """
        values = [bound(v) for v in ordered(statement, parameters)]
        self._deadline = Deadline(self._seconds)
        before = self._connection.total_changes
        self._connection.set_authorizer(authorize_change)
        try:
            cursor = self._attempt(lambda: self._connection.execute(statement.sql, values))
        finally:
            self._connection.set_authorizer(authorize)
        rows = max(0, cursor.rowcount)
        return Changed(rows=rows, with_others=max(rows, self._connection.total_changes - before))

    def commit(self) -> None:
        """Commit; an error leaves open whether it was."""
        self._end()
        self._attempt(lambda: self._connection.execute("COMMIT"))

    def rollback(self) -> None:
        """Take back what was changed."""
        self._end()
        if self._connection.in_transaction:
            self._attempt(lambda: self._connection.execute("ROLLBACK"))
