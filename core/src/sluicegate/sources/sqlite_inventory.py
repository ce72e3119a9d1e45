"""The tables and keys of a SQLite file: its own statements may not ask for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from sluicegate.model.data import RelationName
from sluicegate.sources.inventory import Inventory, Listed, assemble

_TABLES: Final = (
    "SELECT name, type FROM pragma_table_list"
    " WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite^_%'"
    " ESCAPE '^'"
)
_KEY: Final = "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE pk > 0 ORDER BY pk"
_LINKS: Final = (
    'SELECT "from", "table", "to" FROM pragma_foreign_key_list(?, \'main\') ORDER BY id, seq'
)


def read_inventory(connection: sqlite3.Connection) -> Inventory:
    """Return the tables and views of the main database."""
    found = connection.execute(_TABLES).fetchall()
    names = {str(name).lower(): str(name) for name, _ in found}
    listed = [
        Listed(
            name=RelationName(schema="main", name=name),
            kind="view" if kind == "view" else "table",
        )
        for name, kind in found
    ]
    return assemble(listed, _constraints(connection, names))


def _constraints(connection: sqlite3.Connection, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    keys = {name: [str(c) for (c,) in connection.execute(_KEY, (name,))] for name in names.values()}
    for name, columns in keys.items():
        for column in columns:
            yield _row(name, column, None, None)
        for place, (column, target, other) in enumerate(connection.execute(_LINKS, (name,))):
            known = names.get(str(target).lower())
            if known is None:
                continue
            # Without a column of its own a foreign key refers to the primary key.
            own = keys[known]
            to = other if other is not None else own[place] if place < len(own) else None
            yield _row(name, str(column), known, to)


def _row(name: str, column: str, target: str | None, other: str | None) -> dict[str, Any]:
    return {
        "schema": "main",
        "name": name,
        "column": column,
        "to_schema": "main",
        "to_name": target,
        "to_column": other,
    }
