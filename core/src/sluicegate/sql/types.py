"""Native types of a catalogue as types to cast to."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.errors import SqlglotError

from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.sql.functions import cast

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ ]*(\([0-9, ]+\))?( with(out)? time zone)?(\[\])*")

_OF_FAMILY = {
    TypeFamily.TEXT: "TEXT",
    TypeFamily.INTEGER: "BIGINT",
    TypeFamily.DECIMAL: "DECIMAL",
    TypeFamily.FLOAT: "DOUBLE",
    TypeFamily.BOOLEAN: "BOOLEAN",
    TypeFamily.DATE: "DATE",
    TypeFamily.TIMESTAMP: "TIMESTAMP",
    TypeFamily.TIME: "TIME",
    TypeFamily.UUID: "UUID",
    TypeFamily.JSON: "JSON",
}

_MYSQL_DECIMAL = re.compile(r"(?:decimal|numeric)\((\d+), ?(\d+)\)", re.IGNORECASE)
_MYSQL = {
    TypeFamily.TIMESTAMP: "DATETIME",
    TypeFamily.BOOLEAN: "BIGINT",
    TypeFamily.UUID: "TEXT",
    TypeFamily.JSON: "TEXT",
}


def has_zone(column: CatalogColumn) -> bool:
    """Tell whether the values of a column are points in time, whatever the session's zone is."""
    kind = column.native_type.lower()
    return any(
        word in kind
        for word in ("with time zone", "timestamptz", "timestamp_tz", "timestamp_ltz", "offset")
    )


def native(column: CatalogColumn, dialect: str) -> exp.DataType:
    """Return the column's own type, or the usual one of its family if it is not plain."""
    if dialect == "mysql":
        return _mysql(column)
    if _PLAIN.fullmatch(column.native_type):
        try:
            found = exp.DataType.build(column.native_type, dialect=dialect)
        except (SqlglotError, ValueError):
            found = None
        if isinstance(found, exp.DataType):
            return found
    return exp.DataType(this=exp.DataType.Type[_OF_FAMILY.get(column.family, "TEXT")])


def _mysql(column: CatalogColumn) -> exp.DataType:
    # MySQL casts to a few types only, and a column's own is seldom among them.
    if found := _MYSQL_DECIMAL.match(column.native_type):
        return exp.DataType.build(f"DECIMAL({found[1]}, {found[2]})")
    kind = _MYSQL.get(column.family) or _OF_FAMILY.get(column.family, "TEXT")
    if column.family is TypeFamily.INTEGER and "unsigned" in column.native_type.lower():
        kind = "UBIGINT"
    return exp.DataType(this=exp.DataType.Type[kind])


def typed_null(column: CatalogColumn, dialect: str) -> exp.Expr:
    """Return NULL of the column's type. SQLite values carry their type, so its NULL has none."""
    if dialect == "sqlite":
        return exp.Null()
    return cast(exp.Null(), native(column, dialect))
