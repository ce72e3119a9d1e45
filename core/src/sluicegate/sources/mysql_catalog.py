"""Relations in the catalogue of MySQL and MariaDB (information_schema)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sluicegate.model.data import CatalogColumn, Relation, RelationName
from sluicegate.sources.mysql_types import family, spelled
from sluicegate.sources.port import Wanted

Query = Callable[[str, Sequence[str]], list[dict[str, Any]]]
"""Runs a catalogue query with text parameters and returns its rows."""

_KINDS = {
    "BASE TABLE": "table",
    "SYSTEM VERSIONED": "table",
    "VIEW": "view",
    "SYSTEM VIEW": "view",
}
_TRANSACTIONAL = {"INNODB", "ROCKSDB", "TOKUDB", "NDBCLUSTER"}
_MOST_LETTERS = 64
"""Characters of a name."""

# Both views are asked for the same constants: the server then opens one table, not all of them.
# Sequences and temporary tables are not found.
_FIND = """
SELECT {place} AS place, t.TABLE_SCHEMA AS `schema`, t.TABLE_NAME AS name, t.TABLE_TYPE AS kind,
       t.ENGINE AS engine, c.TABLE_SCHEMA AS column_schema, c.TABLE_NAME AS column_table,
       c.COLUMN_NAME AS `column`, c.DATA_TYPE AS native, c.COLUMN_TYPE AS full,
       c.IS_NULLABLE AS nullable, c.PRIVILEGES AS privileges, c.ORDINAL_POSITION AS position
FROM information_schema.TABLES AS t
JOIN information_schema.COLUMNS AS c
  ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ? AND c.TABLE_SCHEMA = ? AND c.TABLE_NAME = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A relation of the catalogue."""

    relation: Relation
    writable: bool
    """Whether the login may write to it."""
    transactional: bool
    """Whether its engine gives one state of the data to a whole transaction."""


def find(
    query: Query, wanted: Sequence[Wanted], *, database: str, folds: bool
) -> tuple[Found | None, ...]:
    """Return each relation as the server itself resolves its name; one query, however many.

    ``None`` stands for what does not exist, may not be seen or has no column that may be read.

    Args:
        query: Runs a query.
        wanted: Names; quotes make no difference here.
        database: Where a name without a schema is looked for; empty for nowhere.
        folds: Whether the server ignores the case of schemas and tables
            (``lower_case_table_names`` is not 0).
    """
    names = [(database if schema is None else schema, name) for schema, name, _ in wanted]
    asked = [n for n, pair in enumerate(names) if all(_possible(part) for part in pair)]
    if not asked:
        return tuple(None for _ in names)
    text = "UNION ALL".join(_FIND.format(place=n) for n in asked) + "ORDER BY place, position"
    rows = query(text, [part for n in asked for part in (*names[n], *names[n])])
    return tuple(_found(rows, n, pair, folds=folds) for n, pair in enumerate(names))


def _possible(name: str) -> bool:
    """Whether a relation may be called so: names hold only the first plane of Unicode."""
    return 0 < len(name) <= _MOST_LETTERS and all("\0" < c <= "\uffff" for c in name)


def _found(
    rows: Sequence[dict[str, Any]], place: int, pair: tuple[str, str], *, folds: bool
) -> Found | None:
    # The catalogue compares with a collation that ignores case and accents, so it also gives the
    # columns of `Orders` for `orders`; the server resolves names without one.
    fold = _fold if folds else str
    wanted = tuple(map(fold, pair))
    own = [
        r
        for r in rows
        if r["place"] == place
        and (fold(r["schema"]), fold(r["name"])) == wanted
        and (r["schema"], r["name"]) == (r["column_schema"], r["column_table"])
    ]
    names = {(r["schema"], r["name"], r["kind"], r["engine"]) for r in own}
    readable = [r for r in own if "select" in _rights(r)]
    if len(names) != 1 or not readable:
        return None
    ((schema, name, kind, engine),) = names
    if kind not in _KINDS:
        return None
    return Found(
        relation=Relation(
            name=RelationName(schema=schema, name=name),
            kind=_KINDS[kind],
            columns=tuple(_column(r) for r in readable),
        ),
        writable=any(_rights(r) & {"insert", "update"} for r in own),
        transactional=kind == "VIEW" or str(engine).upper() in _TRANSACTIONAL,
    )


def _column(row: dict[str, Any]) -> CatalogColumn:
    native = row["native"].lower()
    return CatalogColumn(
        name=row["column"],
        native_type=spelled(native, row["full"]),
        family=family(native),
        nullable=row["nullable"] == "YES",
    )


def _rights(row: dict[str, Any]) -> set[str]:
    return set(row["privileges"].lower().split(","))


def _fold(name: str) -> str:
    return name.lower()
