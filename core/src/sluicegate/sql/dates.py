"""Rounding dates down in the dialects whose ``date_trunc`` is missing or reads otherwise."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import DateUnit
from sluicegate.sql.functions import call, cast, number, text
from sluicegate.sql.types import has_zone, native

Rounding = Callable[[DateUnit, exp.Column, CatalogColumn], exp.Expr]
"""Unit, raw column, column of the catalogue → the start of the unit."""

_SQLITE_FORMATS = {"year": "%Y-01-01", "month": "%Y-%m-01", "day": "%Y-%m-%d"}
_QUARTERS = "010101040404070707101010"


def _sqlite(unit: DateUnit, raw: exp.Column, column: CatalogColumn) -> exp.Expr:
    day = _sqlite_day(unit, raw)
    if column.family is TypeFamily.DATE:
        return day
    return exp.DPipe(this=day, expression=text(" 00:00:00"))


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


def _mysql(unit: DateUnit, raw: exp.Column, column: CatalogColumn) -> exp.Expr:
    first = call("date", raw)
    if unit == "year":
        first = _less(first, _one_less("dayofyear", raw), "DAY")
    elif unit in {"month", "quarter"}:
        first = _less(first, _one_less("dayofmonth", raw), "DAY")
    elif unit == "week":
        first = _less(first, call("weekday", raw.copy()), "DAY")
    if unit == "quarter":
        months = exp.Mod(this=exp.Paren(this=_one_less("month", raw)), expression=number(3))
        first = _less(first, months, "MONTH")
    if column.family is TypeFamily.DATE:
        return first
    return cast(first, "DATETIME")


def _one_less(name: str, raw: exp.Column) -> exp.Expr:
    return exp.Sub(this=call(name, raw.copy()), expression=number(1))


def _less(day: exp.Expr, count: exp.Expr, unit: str) -> exp.Expr:
    interval = exp.Interval(this=exp.Paren(this=count), unit=exp.Var(this=unit))
    return call("date_sub", day, interval)


def _bigquery(unit: DateUnit, raw: exp.Column, column: CatalogColumn) -> exp.Expr:
    word = exp.Var(this="ISOWEEK" if unit == "week" else unit.upper())
    if column.family is TypeFamily.DATE:
        return call("date_trunc", raw, word)
    zoned = column.native_type.strip().lower() == "timestamp"
    return call("timestamp_trunc" if zoned else "datetime_trunc", raw, word)


def _tsql(unit: DateUnit, raw: exp.Column, column: CatalogColumn) -> exp.Expr:
    word = exp.Var(this="ISO_WEEK" if unit == "week" else unit.upper())
    if has_zone(column):
        return call("datetrunc", word, exp.AtTimeZone(this=raw, zone=text("UTC")))
    return call("datetrunc", word, raw)


def _postgres(unit: DateUnit, raw: exp.Column, column: CatalogColumn) -> exp.Expr:
    if column.family is TypeFamily.DATE:
        # DATE_TRUNC would take a date through the zone of the session, at twice the price.
        return cast(call("date_trunc", text(unit), cast(raw, "TIMESTAMP")), "DATE")
    return _standard(unit, raw, column, "postgres")


def _standard(unit: DateUnit, raw: exp.Column, column: CatalogColumn, dialect: str) -> exp.Expr:
    if column.family is TypeFamily.DATE:
        return cast(call("date_trunc", text(unit), raw), "DATE")
    if has_zone(column):
        inner = exp.Paren(this=exp.AtTimeZone(this=raw, zone=text("UTC")))
        rounded = call("date_trunc", text(unit), inner)
        return exp.AtTimeZone(this=rounded, zone=text("UTC"))
    return cast(call("date_trunc", text(unit), raw), native(column, dialect))


_OWN: dict[str, Rounding] = {
    "postgres": _postgres,
    "sqlite": _sqlite,
    "mysql": _mysql,
    "bigquery": _bigquery,
    "tsql": _tsql,
}


def round_date(unit: DateUnit, raw: exp.Column, column: CatalogColumn, dialect: str) -> exp.Expr:
    """Return the start of the unit that a date or timestamp falls into; weeks start on Monday.

    Timestamps with a time zone are rounded in UTC, whatever the session's zone is. MySQL's
    ``TIMESTAMP`` is read in the zone of the session, which the source pins to UTC.
    """
    own = _OWN.get(dialect)
    return own(unit, raw, column) if own else _standard(unit, raw, column, dialect)
