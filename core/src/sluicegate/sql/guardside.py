"""What a source sends for the masks that only the guard can do: a raw value as text.

Where a mask goes by a subject, the text is ``<inner digest of the subject>:<value>``: one column,
so that no hidden one is needed and every join and set operation carries both or neither. Such a
column is free text to the binder: it stands bare in the outermost projection or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import (
    Mask,
    MaskJson,
    Noise,
    Partial,
    PreserveFormat,
    Redact,
    ShiftDate,
    Tokenize,
)
from sluicegate.sql.digests import canonical, digest_expression, digest_tag
from sluicegate.sql.functions import call, cast, number, text
from sluicegate.sql.names import column as named
from sluicegate.sql.profiles import profile
from sluicegate.sql.types import has_zone

_DECLARED = re.compile(r"(?:decimal|numeric)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", re.IGNORECASE)
_MOST_DIGITS = 38
_ISO = 126
"""Style of SQL Server's CONVERT: ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose value it is: a column of the same relation, and its data class."""

    column: CatalogColumn
    data_class: str


def by_guard(mask: Mask) -> bool:
    """Tell whether only the guard can do a mask, so that the source sends raw text for it."""
    if isinstance(mask, Partial):
        return mask.keep == "area"
    return isinstance(mask, (Redact, PreserveFormat, Tokenize, ShiftDate, Noise, MaskJson))


def returned_type(mask: Mask, column: CatalogColumn, dialect: str) -> str:
    """Name the Arrow type that the guard gives a value back in; empty where it leaves as text."""
    if isinstance(mask, ShiftDate):
        if column.family is TypeFamily.DATE:
            return "date32[day]"
        return "timestamp[us, tz=UTC]" if _is_instant(column, dialect) else "timestamp[us]"
    if not isinstance(mask, Noise):
        return ""
    if column.family is TypeFamily.INTEGER:
        return "int64"
    declared = _DECLARED.match(column.native_type)
    if column.family is TypeFamily.DECIMAL and declared and int(declared[1]) <= _MOST_DIGITS:
        return f"decimal128({int(declared[1])}, {int(declared[2] or 0)})"
    return "double"


def raw_text(
    mask: Mask, raw: exp.Column, column: CatalogColumn, subject: Subject | None, dialect: str
) -> exp.Expr:
    """Return what the guard needs of a raw column; ``subject`` where the mask goes by one."""
    if isinstance(mask, Redact):
        return _free_text(raw, column, dialect)
    value = _text_of(raw, column, dialect)
    if subject is None:
        return value
    whose = named(raw.table, subject.column.name)
    tag = digest_tag(subject.data_class, subject.column.family)
    digest = digest_expression(tag, whose, dialect)
    return profile(dialect).strings.join([digest, text(":"), value])


def _free_text(raw: exp.Column, column: CatalogColumn, dialect: str) -> exp.Expr:
    # SQLite columns hold any type whatever they declare; the guard redacts text only.
    if column.family is TypeFamily.JSON or dialect == "sqlite":
        return profile(dialect).strings.as_text(raw)
    return raw


def _text_of(raw: exp.Column, column: CatalogColumn, dialect: str) -> exp.Expr:
    if column.family in {TypeFamily.DATE, TypeFamily.TIMESTAMP}:
        return _moment(raw, column, dialect)
    return canonical(column.family, raw, dialect)


def _moment(raw: exp.Column, column: CatalogColumn, dialect: str) -> exp.Expr:
    """ISO 8601 in every dialect: the sources pin what else would change how a date is written."""
    as_text = profile(dialect).strings.as_text
    if dialect == "tsql":
        zoned = exp.AtTimeZone(this=raw, zone=text("UTC")) if has_zone(column) else raw
        local = cast(zoned, "DATETIME2") if has_zone(column) else zoned
        return call("convert", exp.DataType.build("NVARCHAR(33)", "tsql"), local, number(_ISO))
    if dialect == "bigquery" and _is_instant(column, dialect):
        return as_text(call("datetime", raw, text("UTC")))
    if has_zone(column) and dialect not in {"sqlite", "mysql"}:
        return as_text(exp.Paren(this=exp.AtTimeZone(this=raw, zone=text("UTC"))))
    return as_text(raw)


def _is_instant(column: CatalogColumn, dialect: str) -> bool:
    if dialect in {"mysql", "bigquery"}:
        return column.native_type.lower().startswith("timestamp")
    return dialect != "sqlite" and has_zone(column)
