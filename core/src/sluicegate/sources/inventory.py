"""What a source holds: its tables and views, primary keys and foreign keys.

Read from the catalogue of the source in one transaction, through its own session; system schemas
and temporary relations are left out, and so is what the login may not read. Failure mode: closed;
a catalogue that cannot be read raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, runtime_checkable

from sluicegate.model.data import ColumnRef, RelationName
from sluicegate.model.plan import Statement
from sluicegate.sources.port import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A table or view that is there."""

    name: RelationName
    kind: str
    rows: float | None = None
    """What the source's statistics say; ``None`` if they say nothing."""
    home: bool = True
    """Whether it is in the schema that a name without one means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All of them, sorted by name."""

    relations: tuple[Listed, ...]
    keys: Mapping[RelationName, tuple[str, ...]] = field(default_factory=dict)
    """Columns of primary keys."""
    links: Mapping[ColumnRef, ColumnRef] = field(default_factory=dict)
    """Column of a foreign key → the column that it refers to."""


@runtime_checkable
class Inventoried(Protocol):
    """A session that tells its inventory itself, since no statement may ask for it."""

    def inventory(self) -> Inventory:
        """Return the inventory."""


def inventory(session: Session, dialect: str) -> Inventory:
    """Return what the source holds.

    Raises:
        SourceUnavailable: the source cannot answer now.
        SourceError: it refused.
    """
    if isinstance(session, Inventoried):
        return session.inventory()
    relations, constraints = _QUERIES[dialect]
    found = [_listed(row) for row in _rows(session, relations)]
    return assemble(found, _rows(session, constraints))


def assemble(relations: list[Listed], constraints: Iterator[dict[str, Any]]) -> Inventory:
    """Sort, and tell keys from links.

    Args:
        relations: In any order.
        constraints: A row per column and constraint: ``schema``, ``name``, ``column`` and, for a
            foreign key, ``to_schema``, ``to_name``, ``to_column``; ``NULL`` for a primary key.
    """
    keys: dict[RelationName, tuple[str, ...]] = {}
    links: dict[ColumnRef, ColumnRef] = {}
    for row in constraints:
        relation = RelationName(schema=row["schema"], name=row["name"])
        if row["to_name"] is None:
            keys[relation] = (*keys.get(relation, ()), row["column"])
        elif row["to_column"] is not None:
            target = RelationName(schema=row["to_schema"], name=row["to_name"])
            here = ColumnRef(relation=relation, column=row["column"])
            links.setdefault(here, ColumnRef(relation=target, column=row["to_column"]))
    ordered = tuple(sorted(relations, key=lambda one: one.name))
    return Inventory(relations=ordered, keys=keys, links=links)


def _rows(session: Session, sql: str) -> Iterator[dict[str, Any]]:
    for batch in session.stream(Statement(sql=sql), {}):
        yield from batch.to_pylist()


def _listed(row: Mapping[str, Any]) -> Listed:
    rows = row["row_count"]
    return Listed(
        name=RelationName(schema=row["schema"], name=row["name"]),
        kind=row["kind"],
        rows=None if rows is None or rows < 0 else float(rows),
        home=bool(row["home"]),
    )


_POSTGRES: Final = """
SELECT n.nspname::text AS schema, c.relname::text AS name,
       CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned_table' WHEN 'v' THEN 'view'
            WHEN 'm' THEN 'materialized_view' ELSE 'foreign_table' END AS kind,
       c.reltuples::float8 AS row_count, true AS home
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't' AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
"""
_POSTGRES_KEYS: Final = """
SELECT n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS column,
       fn.nspname::text AS to_schema, fc.relname::text AS to_name, fa.attname::text AS to_column
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL ROWS FROM (
    pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)
) WITH ORDINALITY AS u (own, other, place)
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.own
LEFT JOIN pg_catalog.pg_class AS fc ON fc.oid = k.confrelid AND k.contype = 'f'
LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS fa ON fa.attrelid = fc.oid AND fa.attnum = u.other
WHERE k.contype IN ('p', 'f')
ORDER BY k.oid, u.place
"""
_MYSQL: Final = """
SELECT TABLE_SCHEMA AS `schema`, TABLE_NAME AS name,
       CASE WHEN TABLE_TYPE = 'VIEW' THEN 'view' ELSE 'table' END AS kind,
       CAST(TABLE_ROWS AS SIGNED) AS row_count,
       (DATABASE() IS NULL OR TABLE_SCHEMA = DATABASE()) AS home
FROM information_schema.TABLES
WHERE TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
  AND TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')
"""
_MYSQL_KEYS: Final = """
SELECT TABLE_SCHEMA AS `schema`, TABLE_NAME AS name, COLUMN_NAME AS `column`,
       REFERENCED_TABLE_SCHEMA AS to_schema, REFERENCED_TABLE_NAME AS to_name,
       REFERENCED_COLUMN_NAME AS to_column
FROM information_schema.KEY_COLUMN_USAGE
WHERE CONSTRAINT_NAME = 'PRIMARY' OR REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION
"""
_DUCKDB: Final = """
SELECT schema_name AS schema, table_name AS name, 'table' AS kind,
       estimated_size::DOUBLE AS row_count, true AS home
FROM duckdb_tables()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
UNION ALL
SELECT schema_name, view_name, 'view', NULL::DOUBLE, true FROM duckdb_views()
WHERE database_name = current_database() AND NOT internal AND NOT temporary
"""
_DUCKDB_KEYS: Final = """
SELECT schema_name AS schema, table_name AS name, unnest(constraint_column_names) AS "column",
       schema_name AS to_schema, referenced_table AS to_name,
       unnest(referenced_column_names) AS to_column
FROM duckdb_constraints()
WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
"""
_QUERIES: Final[Mapping[str, tuple[str, str]]] = {
    "postgres": (_POSTGRES, _POSTGRES_KEYS),
    "mysql": (_MYSQL, _MYSQL_KEYS),
    "duckdb": (_DUCKDB, _DUCKDB_KEYS),
}
