"""The tables that a statement writes to, and their columns, as the catalogue knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from sluicegate.gate.refused import Refused
from sluicegate.model.data import ColumnRef, Relation, RelationName
from sluicegate.model.findings import Reason
from sluicegate.sql.names import catalogue_key, written
from sluicegate.sql.relations import as_written

if TYPE_CHECKING:
    from sluicegate.model.plan import OutputColumn
    from sluicegate.sources.port import Session, Wanted
    from sluicegate.sql.changes import Change

_TABLES: Final = frozenset({"table", "partitioned_table"})
_HOME: Final = {"sqlite": "main", "duckdb": "main"}


class Targets:
    """Looks up what a statement names; every name once.

    Args:
        session: An open read-only transaction of the source.
        dialect: Of the source's SQL.
    """

    def __init__(self, session: Session, dialect: str) -> None:
        self._session = session
        self._dialect = dialect
        self.resolved: dict[Wanted, Relation | None] = {}
        """Every name that was looked up."""

    def of(self, change: Change) -> tuple[Relation, ...]:
        """Return the tables that a statement changes or makes.

        Raises:
            Refused: one is not there, is no table, or would come to lie nobody knows where.
        """
        if change.kind == "create_table":
            return (self._created(change),)
        return tuple(self._existing(table) for table in change.targets)

    def resolve(self, table: exp.Table) -> Relation | None:
        """Look a table up once."""
        if not isinstance(table.this, exp.Identifier):
            return None
        key = as_written(table.this, table.args.get("db"), self._dialect)
        if key not in self.resolved:
            self.resolved[key] = self._session.relation(key[0], key[1], quoted=key[2])
        return self.resolved[key]

    def filled(
        self, target: Relation, change: Change, position: int, output: OutputColumn
    ) -> ColumnRef:
        """Return the column that an output of the statement's own SELECT fills."""
        if change.kind == "create_table":
            return ColumnRef(relation=target.name, column=output.name)
        return self.column(target, None, position, change)

    def column(
        self, target: Relation, name: str | None, position: int, change: Change
    ) -> ColumnRef:
        """Return the column of a target that a value is put into, spelled as in the catalogue.

        Raises:
            Refused: the target has no such column.
        """
        if name is None and change.columns:
            if position >= len(change.columns):
                raise Refused(reason("G09", "more values than columns", "name each column"))
            name = change.columns[position]
        if name is None:
            if position >= len(target.columns):
                raise Refused(reason("G09", "more values than columns", "name each column"))
            return ColumnRef(relation=target.name, column=target.columns[position].name)
        key = catalogue_key(name, change.dialect)
        for column in target.columns:
            if catalogue_key(column.name, change.dialect) == key:
                return ColumnRef(relation=target.name, column=column.name)
        hint = "check its name, and that the login may read it"
        raise Refused(reason("G09", f"{target.name} shows no column {name!r}", hint))

    def _existing(self, table: exp.Table) -> Relation:
        found = self.resolve(table)
        if found is None:
            hint = "check its name and schema, and that the login may see it"
            raise Refused(reason("G09", f"the source has no table {table.name!r}", hint))
        if found.kind not in _TABLES:
            hint = "name the table below it, so that the policy can decide on that"
            what = f"{found.name} is a {found.kind.replace('_', ' ')}"
            raise Refused(reason("STATEMENT-VIEW", what, hint))
        return found

    def _created(self, change: Change) -> Relation:
        (table,) = change.targets
        db = table.args.get("db")
        schema = written(db, change.dialect) if db else _HOME.get(change.dialect)
        if schema is None:
            hint = "write schema.table: where it comes to lie must not hang on a search path"
            raise Refused(reason("STATEMENT-SCHEMA", "the new table has no schema", hint))
        name = RelationName(schema=schema, name=written(table.this, change.dialect))
        return Relation(name=name, kind="table", columns=())


def reason(code: str, message: str, hint: str) -> Reason:
    """Return why a statement is refused."""
    return Reason(code=code, message=message, hint=hint)
