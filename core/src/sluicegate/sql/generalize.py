"""Rounding numbers down, exactly, in each dialect."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.data import TypeFamily
from sluicegate.sql.functions import call, cast, number


def round_number(
    width: int, raw: exp.Column, family: TypeFamily, target: exp.DataType, dialect: str
) -> exp.Expr:
    """Return the multiple of ``width`` at or below a number, in the column's own type."""
    if family is TypeFamily.FLOAT or (dialect == "sqlite" and family is TypeFamily.DECIMAL):
        return _round_float(width, raw, target, dialect)
    rounded = _minus_modulo(width, _whole(raw, family, dialect))
    if dialect == "mysql" and family is TypeFamily.INTEGER:
        # Arithmetic keeps the sign of the type, and a cast to the wrong one would wrap.
        return rounded
    return cast(rounded, _target(target, dialect))


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
