"""Relations in the catalogue of MySQL and MariaDB."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily
from sluicegate.sources.port import Wanted

Query = Callable[[str, Sequence[str]], list[tuple[Any, ...]]]
"""Runs a catalogue query with text parameters and returns its rows."""

_KINDS = {"BASE TABLE": "table", "VIEW": "view", "SYSTEM VERSIONED": "table"}

_FAMILIES = {
    **dict.fromkeys(
        ("tinyint", "smallint", "mediumint", "int", "bigint", "year"), TypeFamily.INTEGER
    ),
    **dict.fromkeys(("float", "double"), TypeFamily.FLOAT),
    **dict.fromkeys(
        ("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"),
        TypeFamily.TEXT,
    ),
    **dict.fromkeys(("datetime", "timestamp"), TypeFamily.TIMESTAMP),
    **dict.fromkeys(
        ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"),
        TypeFamily.BINARY,
    ),
    "decimal": TypeFamily.DECIMAL,
    "date": TypeFamily.DATE,
    "time": TypeFamily.TIME,
    "json": TypeFamily.JSON,
    "uuid": TypeFamily.UUID,
}

_LISTED = frozenset({"enum", "set"})
"""Types whose full name lists values of the column."""

# Columns that the login may not read are left out: the source would refuse them anyway.
_FIND = """
SELECT t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, c.COLUMN_NAME, c.DATA_TYPE, c.COLUMN_TYPE,
       c.IS_NULLABLE, c.PRIVILEGES
FROM information_schema.TABLES AS t
JOIN information_schema.COLUMNS AS c
  ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
WHERE ({}) AND FIND_IN_SET('select', c.PRIVILEGES) > 0
ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, c.ORDINAL_POSITION
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A relation of the catalogue."""

    relation: Relation
    writable: bool
    """Whether the login may write to it."""


def find(
    query: Query, wanted: Sequence[Wanted], *, database: str, exact: bool
) -> tuple[Found | None, ...]:
    """Return each relation as the server resolves its name; one round trip.

    Args:
        query: Asks the server.
        wanted: Names as a statement writes them.
        database: Where names without a schema are looked for; empty if there is none.
        exact: Whether the server tells names of tables apart by case
            (``lower_case_table_names = 0``). Quotes never count.
    """
    names = [(schema or database, name) for schema, name, _ in wanted]
    asked = sorted({pair for pair in names if all(pair)})
    if not asked:
        return (None,) * len(names)
    condition = " OR ".join(["(t.TABLE_SCHEMA = %s AND t.TABLE_NAME = %s)"] * len(asked))
    rows = query(_FIND.format(condition), [part for pair in asked for part in pair])
    key = (lambda pair: pair) if exact else (lambda pair: (pair[0].lower(), pair[1].lower()))
    groups: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in rows:
        if row[2] in _KINDS:
            groups.setdefault(key((row[0], row[1])), []).append(row)
    return tuple(_found(groups[key(pair)]) if key(pair) in groups else None for pair in names)


def _found(rows: list[tuple[Any, ...]]) -> Found:
    schema, name, kind = rows[0][:3]
    relation = Relation(
        name=RelationName(schema=schema, name=name),
        kind=_KINDS[kind],
        columns=tuple(
            CatalogColumn(
                name=column,
                native_type=base if base in _LISTED else full,
                family=_FAMILIES.get(base, TypeFamily.OTHER),
                nullable=nullable == "YES",
            )
            for _, _, _, column, base, full, nullable, _ in rows
        ),
    )
    granted = {grant for row in rows for grant in str(row[7]).split(",")}
    return Found(relation=relation, writable=bool(granted & {"insert", "update"}))
