"""One transaction in PostgreSQL that may write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sluicegate.errors import SluicegateError, SourceError, SourceUnavailable
from sluicegate.model.data import Relation
from sluicegate.model.plan import Statement
from sluicegate.model.request import Scalar
from sluicegate.sources.changing import Changed
from sluicegate.sources.parameters import ordered
from sluicegate.sources.postgres_runner import running
from sluicegate.sources.postgres_session import PostgresSession

_COUNTED: Final = """
SELECT COALESCE(pg_catalog.sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint AS n
FROM pg_catalog.pg_stat_xact_user_tables
"""
"""Rows that this transaction has changed so far, by whatever: statement, trigger or cascade."""

_CLUSTER: Final = """
SELECT CASE WHEN pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
       THEN (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) ELSE '' END AS c
"""
_NAME: Final = re.compile(r"pg:([0-9]*):([0-9]+)")
_TRIGGERS: Final = """
SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2 AND NOT t.tgisinternal) AS found
"""


class PostgresChangingSession(PostgresSession):
    """A transaction that may write, at the isolation level of a plain client (READ COMMITTED).

    Failure mode: closed. After an error the transaction is over, and every call raises.
    """

    mode = "ISOLATION LEVEL READ COMMITTED, READ WRITE"
    undone = False
    """The server is asked instead."""

    def __init__(self, source: str, connection: Any) -> None:
        super().__init__(source, connection)
        self.transaction = ""

    def unsafe(self, relation: Relation) -> str:
        """Say why a change of a relation could not be taken back; note its triggers."""
        if relation.kind == "foreign_table":
            return "it is a table of another server"
        name = relation.name
        (row,) = self._rows(_TRIGGERS, [name.schema, name.name])
        if row["found"]:
            self._note(f"{name} has triggers: what they do beside changing rows is not seen")
        return ""

    def count(self, relation: Relation) -> int:
        """Count the rows of a relation that nobody else can change until the end."""
        name = f"{_quote(relation.name.schema)}.{_quote(relation.name.name)}"
        self._run(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE")
        (row,) = self._rows(f"SELECT pg_catalog.count(*) AS n FROM {name}", [])  # noqa: S608  # quoted
        return int(row["n"])

    def change(self, statement: Statement, parameters: Mapping[str, Scalar]) -> Changed:
        """Run a statement that writes, and whatever it has put off to the end.

        Raises:
            BudgetExceeded: the time limit passed.
            SourceUnavailable: the connection broke or the server cannot now.
            SourceError: the statement failed; names the SQLSTATE.
        """
        sql = statement.sql
        if statement.parameters:
            sql = self._bind(statement, ordered(statement, parameters))
        before = self._counted()
        rows = self._attempt(lambda: self._changed(sql))
        # a check or trigger that is put off to the commit belongs to what is tried and counted
        self._run("SET CONSTRAINTS ALL IMMEDIATE")
        (row,) = self._rows("SELECT pg_catalog.pg_current_xact_id()::text AS x", [])
        (cluster,) = self._rows(_CLUSTER, [])
        self.transaction = f"pg:{cluster['c']}:{row['x']}"
        return Changed(rows=max(0, rows), with_others=max(0, rows, self._counted() - before))

    def commit(self) -> None:
        """Commit; an error leaves open whether it was."""
        self._run("COMMIT")

    def rollback(self) -> None:
        """Take back what was changed."""
        self._run("ROLLBACK")

    def _changed(self, sql: str) -> int:
        with self._connection.cursor() as cursor:
            cursor.adbc_statement.set_sql_query(sql)
            return int(cursor.adbc_statement.execute_update())

    def _counted(self) -> int:
        (row,) = self._rows(_COUNTED, [])
        return int(row["n"])

    def _translate(self, error: Exception) -> SluicegateError:
        found = super()._translate(error)
        if type(found) is SourceError and "42501" in found.message:
            return SourceError(
                f"{self._source!r}, SQLSTATE 42501: the login may not do what the statement asks",
                hint="give the source a login that has these rights",
            )
        return found


def ended(source: str, uri: str, transaction: str) -> bool | None:
    """Ask the server what became of a transaction; see ``Changeable``."""
    found = _NAME.fullmatch(transaction)
    if not found:
        return None
    with running(source, uri) as runner:
        (cluster,) = runner.rows(_CLUSTER)
        if cluster["c"] != found[1]:
            return None  # another server, whose transactions have other numbers
        try:
            (row,) = runner.rows("SELECT pg_catalog.pg_xact_status($1::text::xid8) AS s", found[2])
        except SourceUnavailable:
            raise
        except SourceError:  # a number that is still to come
            return None
    if row["s"] == "in progress":
        raise SourceUnavailable(
            f"{source!r}: an earlier try of the statement is under way still",
            hint="run it again when that has ended",
        )
    return {"committed": True, "aborted": False}.get(row["s"])


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
