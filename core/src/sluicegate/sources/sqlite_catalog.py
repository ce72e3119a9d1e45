"""Relations and columns in SQLite's catalogue, and the families of declared types.

Source of the rules: "Datatypes In SQLite", section 3.1 (affinity by the declared type's name).
"""

from __future__ import annotations

import re
import sqlite3

from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily

_EXACT = {
    **dict.fromkeys(("BOOL", "BOOLEAN"), TypeFamily.BOOLEAN),
    **dict.fromkeys(("DATETIME", "TIMESTAMP"), TypeFamily.TIMESTAMP),
    "DATE": TypeFamily.DATE,
    "TIME": TypeFamily.TEXT,
    "UUID": TypeFamily.TEXT,
    "JSON": TypeFamily.JSON,
    "": TypeFamily.OTHER,
}
_AFFINITY = (
    (("INT",), TypeFamily.INTEGER),
    (("CHAR", "CLOB", "TEXT"), TypeFamily.TEXT),
    (("BLOB",), TypeFamily.BINARY),
    (("REAL", "FLOA", "DOUB"), TypeFamily.FLOAT),
)
_HIDDEN = 1


def family(declared: str) -> TypeFamily:
    """Return the family of a declared type; without one, anything may stand in the column."""
    name = re.split(r"[\s(]", declared.strip().upper(), maxsplit=1)[0]
    if name in _EXACT:
        return _EXACT[name]
    for parts, result in _AFFINITY:
        if any(part in declared.upper() for part in parts):
            return result
    return TypeFamily.DECIMAL


def find(connection: sqlite3.Connection, schema: str | None, name: str) -> Relation | None:
    """Return the table or view of the main database; SQLite ignores the case of ASCII letters.

    Its own tables, temporary ones and the shadow tables of extensions (which hold copies of
    texts) are not found.
    """
    if (schema is not None and schema.lower() != "main") or name.lower().startswith("sqlite_"):
        return None
    rows = connection.execute(
        "SELECT name, type FROM pragma_table_list"
        " WHERE schema = 'main' AND name = ? COLLATE NOCASE AND type <> 'shadow'",
        (name,),
    ).fetchall()
    if len(rows) != 1:
        return None
    own_name, kind = rows[0]
    return Relation(
        name=RelationName(schema="main", name=own_name),
        kind="view" if kind == "view" else "table",
        columns=_columns(connection, own_name),
    )


def _columns(connection: sqlite3.Connection, name: str) -> tuple[CatalogColumn, ...]:
    rows = connection.execute(
        'SELECT name, type, "notnull" FROM pragma_table_xinfo(?, ?) WHERE hidden <> ? ORDER BY cid',
        (name, "main", _HIDDEN),
    )
    return tuple(
        CatalogColumn(name=n, native_type=t, family=family(t), nullable=not filled)
        for n, t, filled in rows
    )
