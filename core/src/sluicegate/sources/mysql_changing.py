"""One transaction in MySQL or MariaDB that may write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sluicegate.errors import SourceError
from sluicegate.model.data import Relation, RelationName
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources import mysql_settings
from sluicegate.sources.changing import Changed
from sluicegate.sources.deadline import Deadline
from sluicegate.sources.mysql_catalog import Found
from sluicegate.sources.mysql_session import MySQLSession
from sluicegate.sources.mysql_url import Address
from sluicegate.sources.mysql_values import bound

_TRIGGERS: Final = """
SELECT COUNT(*) AS n FROM information_schema.TRIGGERS
WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?
"""
_CASCADES: Final = """
SELECT COUNT(*) AS n FROM information_schema.REFERENTIAL_CONSTRAINTS
WHERE UNIQUE_CONSTRAINT_SCHEMA = ? AND REFERENCED_TABLE_NAME = ?
AND (DELETE_RULE IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL'))
"""


class MySQLChangingSession(MySQLSession):
    """A transaction that may write, at the isolation level READ COMMITTED.

    Failure mode: closed. What breaks closes the connection, and the server rolls back.
    """

    opening = (mysql_settings.CHANGING_ISOLATION, mysql_settings.CHANGING_BEGIN)
    undone = False
    """An answer that is lost looks like one that says no."""
    transaction = ""
    """Nobody can ask the server later what became of a transaction."""

    def __init__(self, source: str, address: Address, connection: Any) -> None:
        super().__init__(source, address, connection)
        self._untransactional: set[RelationName] = set()

    def found(self, wanted: Sequence[Found | None]) -> None:
        """Remember which relations have an engine without transactions."""
        for one in filter(None, wanted):
            if not one.transactional:
                self._untransactional.add(one.relation.name)

    def unsafe(self, relation: Relation) -> str:
        """Say why a change of a relation could not be taken back; note triggers and cascades."""
        if relation.name in self._untransactional:
            return "its engine has no transactions"
        name = [relation.name.schema, relation.name.name]
        for query, what in ((_TRIGGERS, "triggers"), (_CASCADES, "foreign keys that cascade")):
            (row,) = self._rows(query, name)
            if int(row["n"]):
                self._note(f"{relation.name} has {what}: the rows they change are not counted")
        return ""

    def count(self, relation: Relation) -> int:
        """Count the rows of a relation, which others may change meanwhile."""
        name = f"{_quote(relation.name.schema)}.{_quote(relation.name.name)}"
        (row,) = self._rows(f"SELECT COUNT(*) AS n FROM {name}", [])  # noqa: S608  # quoted
        return int(row["n"])

    def change(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Changed:
        """Run a statement that writes.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceUnavailable: the connection broke or the server cannot now.
            SourceError: the statement failed; names the number.
        """
        values = bound(statement, parameters)
        self._deadline = Deadline(self._seconds)
        try:
            rows = self._attempt(lambda: self._changed(statement.sql, values))
        finally:
            self._deadline = Deadline(None)
        return Changed(rows=rows, with_others=rows)

    def commit(self) -> None:
        """Commit; an error leaves open whether it was."""
        self._run("COMMIT")

    def rollback(self) -> None:
        """Take back what was changed."""
        self._run("ROLLBACK")

    def _changed(self, sql: str, values: Sequence[Scalar]) -> int:
        self._check_idle()
        self._wire.patience(self._wait())
        prepared = self._wire.prepare(sql)
        if prepared.parameters != len(values):
            raise SourceError(
                f"{self._source!r}: the statement has {prepared.parameters} parameters,"
                f" not {len(values)}"
            )
        rows = self._wire.change(prepared, values)
        self._wire.close(prepared)
        return rows


def _quote(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
