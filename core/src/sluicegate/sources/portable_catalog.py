"""Relations as SQLAlchemy's inspector tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import types as sat

from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily
from sluicegate.sources.inventory import Inventory, Listed, assemble

_FAMILIES: Final[tuple[tuple[type[Any], TypeFamily], ...]] = (
    (sat.Boolean, TypeFamily.BOOLEAN),
    (sat.Integer, TypeFamily.INTEGER),
    (sat.Float, TypeFamily.FLOAT),
    (sat.Numeric, TypeFamily.DECIMAL),
    (sat.Uuid, TypeFamily.UUID),
    (sat.String, TypeFamily.TEXT),
    (sat.DateTime, TypeFamily.TIMESTAMP),
    (sat.Date, TypeFamily.DATE),
    (sat.Time, TypeFamily.TIME),
    (sat.JSON, TypeFamily.JSON),
    (sat.ARRAY, TypeFamily.ARRAY),
    (sat._Binary, TypeFamily.BINARY),  # noqa: SLF001  # what BLOB and VARBINARY have in common
)
_SYSTEM: Final = frozenset({"information_schema", "mysql", "performance_schema", "sys"})


class Catalog:
    """One look at the catalogue; a new one sees what has changed.

    Args:
        connection: Of SQLAlchemy.
        dialect: sqlglot's name: it decides how names without quotes are compared.
    """

    def __init__(self, connection: Any, dialect: str) -> None:
        self._dialect = dialect
        self._compiler = connection.dialect
        self._inspector = sa.inspect(connection)
        self._home = self._inspector.default_schema_name or ""

    def find(self, schema: str | None, name: str, *, quoted: bool) -> Relation | None:
        """Return a table or view; ``None`` if there is none, or several are called so."""
        own = self._schema(schema, quoted=quoted)
        if own is None or not name:
            return None
        kinds = self._kinds(own)
        found = self._match(name, kinds, quoted=quoted)
        if found is None:
            return None
        columns = self._inspector.get_columns(found, schema=own)
        key = self._inspector.get_pk_constraint(found, schema=own)
        return Relation(
            name=RelationName(schema=own, name=found),
            kind=kinds[found],
            columns=tuple(self._column(c) for c in columns),
            key=tuple((key or {}).get("constrained_columns") or ()),
        )

    def inventory(self) -> Inventory:
        """Return tables, views and keys of the schema that a name without one means."""
        listed = [
            Listed(name=RelationName(schema=self._home, name=name), kind=kind)
            for name, kind in self._kinds(self._home).items()
        ]
        return assemble(listed, self._constraints([one.name.name for one in listed]))

    def _schema(self, schema: str | None, *, quoted: bool) -> str | None:
        if schema is None:
            return self._home
        if schema.lower() in _SYSTEM or schema.lower().startswith("pg_"):
            return None
        known = dict.fromkeys(self._inspector.get_schema_names(), "schema")
        return self._match(schema, known, quoted=quoted)

    def _kinds(self, schema: str) -> dict[str, str]:
        tables = dict.fromkeys(self._inspector.get_table_names(schema=schema), "table")
        return tables | dict.fromkeys(self._inspector.get_view_names(schema=schema), "view")

    def _match(self, name: str, known: dict[str, str], *, quoted: bool) -> str | None:
        fold = _folding(self._dialect)
        if self._dialect in {"postgres", "mysql"}:
            wanted = name if quoted else fold(name)
            return wanted if wanted in known else None
        found = [one for one in known if one == name or (not quoted and fold(one) == fold(name))]
        if self._dialect == "sqlite":
            found = [one for one in known if fold(one) == fold(name)]
        return found[0] if len(found) == 1 else None

    def _column(self, column: Any) -> CatalogColumn:
        kind = column["type"]
        family = next((f for base, f in _FAMILIES if isinstance(kind, base)), TypeFamily.OTHER)
        return CatalogColumn(
            name=column["name"],
            native_type=self._spelled(kind),
            family=family,
            nullable=bool(column.get("nullable", True)),
        )

    def _spelled(self, kind: Any) -> str:
        """Return the type's name, without the labels of an enum, which are data."""
        if isinstance(kind, sat.Enum) or hasattr(kind, "enums") or hasattr(kind, "values"):
            return "enum"
        try:
            return str(kind.compile(dialect=self._compiler))
        except sa.exc.SQLAlchemyError:
            return type(kind).__name__

    def _constraints(self, names: list[str]) -> Iterator[dict[str, Any]]:
        for name in names:
            key = self._inspector.get_pk_constraint(name, schema=self._home) or {}
            for column in key.get("constrained_columns") or ():
                yield self._row(name, column, None, None, None)
            for link in self._inspector.get_foreign_keys(name, schema=self._home):
                pairs = zip(link["constrained_columns"], link["referred_columns"], strict=True)
                for column, other in pairs:
                    target = link.get("referred_schema") or self._home
                    yield self._row(name, column, target, link["referred_table"], other)

    def _row(
        self, name: str, column: str, schema: str | None, target: str | None, other: str | None
    ) -> dict[str, Any]:
        return {
            "schema": self._home,
            "name": name,
            "column": column,
            "to_schema": schema,
            "to_name": target,
            "to_column": other,
        }


def _folding(dialect: str) -> Callable[[str], str]:
    if dialect == "mysql":
        return lambda name: name
    return lambda name: "".join(c.lower() if c.isascii() else c for c in name)
