"""Small builders of SQL expressions, for the masks."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """Return ``NAME(arguments)``, written as it is in every dialect."""
    return exp.Anonymous(this=name.upper(), expressions=list(arguments))


def text(value: str) -> exp.Literal:
    """Return a string literal."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """Return an integer literal; a negative one in brackets."""
    if value < 0:
        return exp.Paren(this=exp.Neg(this=exp.Literal.number(-value)))
    return exp.Literal.number(value)


def exact(value: float) -> exp.Expr:
    """Return a number literal without an exponent, which some engines would make a float."""
    digits = format(Decimal(repr(abs(value))), "f").removesuffix(".0")
    literal = exp.Literal.number(digits)
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def cast(value: exp.Expr, kind: str | exp.DataType) -> exp.Cast:
    """Return ``CAST(value AS kind)``."""
    target = exp.DataType(this=exp.DataType.Type[kind]) if isinstance(kind, str) else kind
    return exp.Cast(this=value, to=target)
