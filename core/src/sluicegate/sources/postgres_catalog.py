"""Relations in PostgreSQL's catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily
from sluicegate.sources.port import Wanted

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
# stand in front of the table that the policy speaks of. Columns that the login may not read are
# left out: the source would refuse them anyway.
_FIND = """
SELECT w.place::int AS place, n.nspname::text AS schema, c.relname::text AS name,
       c.relkind::text AS kind,
       pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS writable,
       (
           -- In a REPEATABLE READ transaction this query sees the catalogue of its beginning, and
           -- what runs sees the present one. This function looks there too.
           SELECT pg_catalog.bool_and((pg_catalog.pg_identify_object(
               'pg_catalog.pg_class'::regclass, a.attrelid, a.attnum
           )).identity = pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname))
           FROM pg_catalog.pg_attribute AS a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       ) IS TRUE AS present,
       (
           SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
               a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
               b.typname, b.typcategory, b.typtype
           ) ORDER BY a.attnum)::text
           FROM pg_catalog.pg_attribute AS a
           CROSS JOIN LATERAL (
               WITH RECURSIVE domains AS (
                   SELECT t.typname, t.typcategory, t.typtype, t.typbasetype
                   FROM pg_catalog.pg_type AS t WHERE t.oid = a.atttypid
                   UNION ALL
                   SELECT t.typname, t.typcategory, t.typtype, t.typbasetype
                   FROM domains AS d JOIN pg_catalog.pg_type AS t ON t.oid = d.typbasetype
                   WHERE d.typtype = 'd'
               )
               SELECT * FROM domains WHERE typtype <> 'd'
           ) AS b
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
       ) AS columns,
       (
           SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum)::text
           FROM pg_catalog.pg_index AS i
           JOIN pg_catalog.pg_attribute AS a
             ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
           WHERE i.indrelid = c.oid AND i.indisprimary AND NOT i.indisexclusion AND i.indimmediate
       ) AS key
FROM (
    SELECT place, item ->> 0 AS schema, item ->> 1 AS name, item ->> 2 AS path
    FROM pg_catalog.json_array_elements($1::json) WITH ORDINALITY AS e (item, place)
) AS w
JOIN pg_catalog.pg_class AS c
  ON c.oid = CASE WHEN w.schema IS NULL THEN pg_catalog.to_regclass(w.path) ELSE (
      SELECT o.oid FROM pg_catalog.pg_class AS o
      JOIN pg_catalog.pg_namespace AS s ON s.oid = o.relnamespace
      WHERE s.nspname = w.schema::name AND o.relname = w.name::name
  ) END
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A relation of the catalogue."""

    relation: Relation
    writable: bool
    """Whether the login may write to it."""
    present: bool
    """Whether its columns are still called so; not if they were altered since the transaction
    began."""


def find(query: Query, wanted: Sequence[Wanted]) -> tuple[Found | None, ...]:
    """Return each relation as the server itself resolves its name.

    ``None`` stands for what does not exist, may not be seen or has no column that may be read.
    One round trip, however many names.
    """
    names = [_exact(schema, name, quoted=quoted) for schema, name, quoted in wanted]
    rows = query(_FIND, [json.dumps([[s, n, _quote(n)] for s, n in names])]) if names else []
    found = {int(row["place"]) - 1: row for row in rows if row["columns"]}
    return tuple(_relation(found[i]) if i in found else None for i in range(len(names)))


def _exact(schema: str | None, name: str, *, quoted: bool) -> tuple[str | None, str]:
    if quoted:
        return schema, name
    return (None if schema is None else _fold(schema)), _fold(name)


def _relation(row: dict[str, Any]) -> Found:
    columns = tuple(
        CatalogColumn(
            name=name, native_type=native, family=_family(base, category, sort), nullable=not filled
        )
        for name, native, filled, base, category, sort in json.loads(row["columns"])
    )
    relation = Relation(
        name=RelationName(schema=row["schema"], name=row["name"]),
        kind=_KINDS[row["kind"]],
        columns=columns,
        key=tuple(json.loads(row["key"] or "[]")),
    )
    return Found(relation=relation, writable=row["writable"], present=row["present"])


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
