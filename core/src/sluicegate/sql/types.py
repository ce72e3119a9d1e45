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


def native(column: CatalogColumn, dialect: str) -> exp.DataType:
    """Return the column's own type, or the usual one of its family if it is not plain."""
    if _PLAIN.fullmatch(column.native_type):
        try:
            found = exp.DataType.build(column.native_type, dialect=dialect)
        except (SqlglotError, ValueError):
            found = None
        if isinstance(found, exp.DataType):
            return found
    return exp.DataType(this=exp.DataType.Type[_OF_FAMILY.get(column.family, "TEXT")])


def typed_null(column: CatalogColumn, dialect: str) -> exp.Expr:
    """Return NULL of the column's type. SQLite values carry their type, so its NULL has none."""
    if dialect == "sqlite":
        return exp.Null()
    return cast(exp.Null(), native(column, dialect))
