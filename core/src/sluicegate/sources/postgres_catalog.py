"""Relations in PostgreSQL's catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily

Query = Callable[[str, Sequence[str]], list[dict[str, Any]]]
"""Runs a catalogue query with text parameters and returns its rows."""

_KINDS = {
    "r": "table",
    "p": "partitioned_table",
    "v": "view",
    "m": "materialized_view",
    "f": "foreign_table",
}

_FAMILIES = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), TypeFamily.INTEGER),
    **dict.fromkeys(("float4", "float8"), TypeFamily.FLOAT),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "char", "citext"), TypeFamily.TEXT),
    **dict.fromkeys(("timestamp", "timestamptz"), TypeFamily.TIMESTAMP),
    **dict.fromkeys(("time", "timetz"), TypeFamily.TIME),
    **dict.fromkeys(("json", "jsonb"), TypeFamily.JSON),
    "numeric": TypeFamily.DECIMAL,
    "bool": TypeFamily.BOOLEAN,
    "date": TypeFamily.DATE,
    "uuid": TypeFamily.UUID,
    "bytea": TypeFamily.BINARY,
}

# A relation of a temporary schema is never found: one that a pooled connection left behind would
# stand in front of the table that the policy speaks of.
_HEAD = """
SELECT c.oid::text AS oid, n.nspname::text AS schema, c.relname::text AS name,
       c.relkind::text AS kind,
       pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writable
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
"""
_BY_PATH = _HEAD + " AND c.oid = pg_catalog.to_regclass($1)"
_BY_NAME = _HEAD + " AND n.nspname = $1::name AND c.relname = $2::name"

# Columns that the login may not read are left out: the source would refuse them anyway.
_COLUMNS = """
SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS native,
       a.attnotnull AS filled, b.typname::text AS base, b.typcategory::text AS category,
       b.typtype::text AS sort
FROM pg_catalog.pg_attribute AS a
CROSS JOIN LATERAL (
    WITH RECURSIVE domains AS (
        SELECT t.oid, t.typname, t.typcategory, t.typtype, t.typbasetype
        FROM pg_catalog.pg_type AS t WHERE t.oid = a.atttypid
        UNION ALL
        SELECT t.oid, t.typname, t.typcategory, t.typtype, t.typbasetype
        FROM domains AS d JOIN pg_catalog.pg_type AS t ON t.oid = d.typbasetype
    )
    SELECT * FROM domains WHERE typtype <> 'd'
) AS b
WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
  AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
ORDER BY a.attnum
"""


def find(query: Query, schema: str | None, name: str, *, quoted: bool) -> dict[str, Any] | None:
    """Return the catalogue's row of a relation, as the server itself resolves the name."""
    fold = (lambda text: text) if quoted else _fold
    if schema is None:
        rows = query(_BY_PATH, [_quote(fold(name))])
    else:
        rows = query(_BY_NAME, [fold(schema), fold(name)])
    return rows[0] if rows else None


def describe(query: Query, row: dict[str, Any]) -> Relation | None:
    """Return the relation with the columns that the login may read; ``None`` if there are none."""
    columns = tuple(
        CatalogColumn(
            name=c["name"],
            native_type=c["native"],
            family=_family(c["base"], c["category"], c["sort"]),
            nullable=not c["filled"],
        )
        for c in query(_COLUMNS, [row["oid"]])
    )
    if not columns:
        return None
    return Relation(
        name=RelationName(schema=row["schema"], name=row["name"]),
        kind=_KINDS[row["kind"]],
        columns=columns,
    )


def _family(base: str, category: str, sort: str) -> TypeFamily:
    if category == "A":
        return TypeFamily.ARRAY
    if sort == "e":
        return TypeFamily.TEXT
    return _FAMILIES.get(base, TypeFamily.OTHER)


def _fold(name: str) -> str:
    """Fold as PostgreSQL folds in UTF-8: ASCII letters only."""
    return "".join(c.lower() if c.isascii() else c for c in name)


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
