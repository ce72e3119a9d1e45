"""Rounding dates and numbers down, exactly, in each dialect."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import DateUnit
from sluicegate.sql.functions import call, cast, number, text
from sluicegate.sql.types import native

_SQLITE_FORMATS = {"year": "%Y-01-01", "month": "%Y-%m-01", "day": "%Y-%m-%d"}
_QUARTERS = "010101040404070707101010"


def round_date(unit: DateUnit, raw: exp.Column, column: CatalogColumn, dialect: str) -> exp.Expr:
    """Return the start of the unit that a date or timestamp falls into; weeks start on Monday.

    Timestamps with a time zone are rounded in UTC, whatever the session's zone is.
    """
    if dialect == "sqlite":
        day = _sqlite_day(unit, raw)
        if column.family is TypeFamily.DATE:
            return day
        return exp.DPipe(this=day, expression=text(" 00:00:00"))
    if column.family is TypeFamily.DATE:
        return cast(call("date_trunc", text(unit), raw), "DATE")
    if _has_zone(column):
        inner = exp.Paren(this=exp.AtTimeZone(this=raw, zone=text("UTC")))
        rounded = call("date_trunc", text(unit), inner)
        return exp.AtTimeZone(this=rounded, zone=text("UTC"))
    return cast(call("date_trunc", text(unit), raw), native(column, dialect))


def round_number(
    width: int, raw: exp.Column, family: TypeFamily, target: exp.DataType, dialect: str
) -> exp.Expr:
    """Return the multiple of ``width`` at or below a number, in the column's own type."""
    if family is TypeFamily.FLOAT or (dialect == "sqlite" and family is TypeFamily.DECIMAL):
        return _round_float(width, raw, target, dialect)
    return cast(_minus_modulo(width, _whole(raw, family, dialect)), _target(target, dialect))


def _target(target: exp.DataType, dialect: str) -> exp.DataType:
    # SQLite's CAST knows affinities only, and an unknown type name would be numeric.
    return exp.DataType(this=exp.DataType.Type.BIGINT) if dialect == "sqlite" else target


def _whole(raw: exp.Column, family: TypeFamily, dialect: str) -> exp.Expr:
    if dialect == "sqlite":
        return cast(raw, "BIGINT")
    if dialect == "duckdb" and family is TypeFamily.DECIMAL:
        # floor(x / w) = floor(floor(x) / w) for whole w, and DuckDB's % on decimals is inexact.
        return cast(call("floor", raw), "INT128")
    return raw


def _minus_modulo(width: int, value: exp.Expr) -> exp.Expr:
    """``v - ((v % w) + w) % w``: integer division truncates toward zero, this does not."""
    inner = exp.Paren(this=exp.Mod(this=value.copy(), expression=number(width)))
    shifted = exp.Paren(this=exp.Add(this=inner, expression=number(width)))
    rest = exp.Paren(this=exp.Mod(this=shifted, expression=number(width)))
    return exp.Sub(this=value, expression=rest)


def _round_float(width: int, raw: exp.Column, target: exp.DataType, dialect: str) -> exp.Expr:
    quotient = exp.Paren(this=exp.Div(this=cast(raw, "DOUBLE"), expression=_double(width)))
    if dialect != "sqlite":
        floored = call("floor", quotient)
        return cast(exp.Mul(this=floored, expression=_double(width)), target)
    # SQLite may be built without floor(): truncate, and take one off where that went up.
    whole = cast(quotient, "BIGINT")
    above = exp.Paren(this=exp.LT(this=quotient.copy(), expression=whole.copy()))
    floored = exp.Paren(this=exp.Sub(this=whole, expression=above))
    return exp.Mul(this=cast(floored, "DOUBLE"), expression=number(width))


def _double(width: int) -> exp.Expr:
    return cast(number(width), "DOUBLE")


def _has_zone(column: CatalogColumn) -> bool:
    kind = column.native_type.lower()
    return "with time zone" in kind or "timestamptz" in kind


def _sqlite_day(unit: DateUnit, raw: exp.Column) -> exp.Expr:
    if unit in _SQLITE_FORMATS:
        return call("strftime", text(_SQLITE_FORMATS[unit]), raw)
    if unit == "week":
        # The inner call drops the time: date arithmetic would round 23:59:59.9999 up to a day.
        day = call("strftime", text(_SQLITE_FORMATS["day"]), raw)
        return call("date", day, text("-6 days"), text("weekday 1"))
    month = cast(call("strftime", text("%m"), raw), "BIGINT")
    offset = exp.Sub(this=exp.Mul(this=month, expression=number(2)), expression=number(1))
    first = call("substr", text(_QUARTERS), offset, number(2))
    year = call("strftime", text("%Y-"), raw.copy())
    joined = exp.DPipe(this=year, expression=first)
    return exp.DPipe(this=joined, expression=text("-01"))
