"""Masks as SQL expressions, so that a source can mask before anything leaves it.

Each expression gives the same value as the Arrow transform of the same mask. NULL stays NULL.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import (
    GeneralizeDate,
    GeneralizeNumber,
    Keep,
    Mask,
    Partial,
    Pseudonymize,
    Redact,
    Suppress,
)
from sluicegate.sql.dates import round_date
from sluicegate.sql.functions import call, cast, number, text
from sluicegate.sql.generalize import round_number
from sluicegate.sql.names import column
from sluicegate.sql.profiles import profile
from sluicegate.sql.types import native, typed_null

_KINDS = {TypeFamily.TEXT: "text", TypeFamily.INTEGER: "int", TypeFamily.UUID: "uuid"}

_FAMILIES: dict[type[Mask], tuple[TypeFamily, ...]] = {
    Redact: (TypeFamily.TEXT, TypeFamily.JSON),
    Partial: (TypeFamily.TEXT,),
    Pseudonymize: tuple(_KINDS),
    GeneralizeDate: (TypeFamily.DATE, TypeFamily.TIMESTAMP),
    GeneralizeNumber: (TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.FLOAT),
}

_ALL = tuple(TypeFamily)


def fits(mask: Mask, family: TypeFamily) -> bool:
    """Tell whether ``mask`` can be applied to columns of ``family``."""
    return family in _FAMILIES.get(type(mask), _ALL)


def families_of(mask: Mask) -> tuple[str, ...]:
    """Return the names of the families that ``mask`` can be applied to."""
    return tuple(str(f) for f in _FAMILIES.get(type(mask), _ALL))


def digest_tag(data_class: str, family: TypeFamily) -> str:
    """Return what stands before the canonical text of a value in its digest."""
    return f"sluicegate:1:{data_class}:{_KINDS[family]}:"


def push_down(  # noqa: PLR0911 - one return per mask
    mask: Mask, column: CatalogColumn, data_class: str, dialect: str
) -> Callable[[exp.Column], exp.Expr]:
    """Return the function from a raw column to its masked expression.

    ``fits(mask, column.family)`` must hold.
    """
    match mask:
        case Keep():
            return lambda raw: raw
        case Suppress():
            return lambda _raw: typed_null(column, dialect)
        case Redact():
            return lambda raw: _as_text(raw, column, dialect)
        case Pseudonymize():
            tag = digest_tag(data_class, column.family)
            return lambda raw: digest_expression(tag, raw, dialect)
        case Partial():
            return lambda raw: _partial(mask, raw, dialect)
        case GeneralizeDate():
            return lambda raw: round_date(mask.unit, raw, column, dialect)
        case GeneralizeNumber():
            target = native(column, dialect)
            return lambda raw: round_number(mask.width, raw, column.family, target, dialect)


def digest_expression(tag: str, value: exp.Expr, dialect: str) -> exp.Expr:
    """Return 64 hex digits: SHA-256 over the UTF-8 of ``tag`` and the canonical text.

    SQLite has no SHA-256; its source registers ``sluicegate_sha256(text)``, NULL for NULL.
    """
    strings = profile(dialect).strings
    return strings.sha256(strings.join([text(tag), _canonical(tag, value, dialect)]))


def digest_parameter(tag: str, value: exp.Expr, dialect: str) -> exp.Expr:
    """Return the digest of a bound parameter, so that it equals the digest of an equal column."""
    kind = tag.rsplit(":", 2)[1]
    if kind == "int":
        return digest_expression(tag, cast(value, "BIGINT"), dialect)
    as_uuid = kind == "uuid" and not profile(dialect).lower_uuid
    typed = cast(value, "UUID") if as_uuid else profile(dialect).strings.as_text(value)
    return digest_expression(tag, typed, dialect)


def _canonical(tag: str, value: exp.Expr, dialect: str) -> exp.Expr:
    own = profile(dialect)
    if dialect == "mysql" and tag.endswith(":int:"):
        # Otherwise a column that is filled with zeros would keep them.
        value = exp.Paren(this=exp.Add(this=value, expression=number(0)))
    as_text = own.strings.as_text(value)
    return call("lower", as_text) if own.lower_uuid and tag.endswith(":uuid:") else as_text


def _as_text(raw: exp.Column, column: CatalogColumn, dialect: str) -> exp.Expr:
    # SQLite columns hold any type whatever they declare; the guard redacts text only.
    if column.family is TypeFamily.JSON or dialect == "sqlite":
        return profile(dialect).strings.as_text(raw)
    return raw


def _partial(mask: Partial, raw: exp.Column, dialect: str) -> exp.Expr:
    strings = profile(dialect).strings

    def value() -> exp.Expr:
        return strings.as_text(column(raw.table, raw.name))  # a copy, and faster than one

    def length() -> exp.Expr:
        return strings.length(value())

    def fill(count: exp.Expr) -> exp.Expr:
        return strings.repeat(mask.fill, length(), count)

    kept = mask.keep_first + mask.keep_last
    middle = exp.Sub(this=length(), expression=number(kept))
    start = exp.Paren(this=exp.Sub(this=length(), expression=number(mask.keep_last - 1)))
    pieces = [fill(middle)]
    if mask.keep_first:
        pieces.insert(0, strings.part(value(), number(1), number(mask.keep_first)))
    if mask.keep_last:
        pieces.append(strings.part(value(), start, number(mask.keep_last)))
    short = exp.LTE(this=length(), expression=number(kept))
    whole = strings.join(pieces)
    return exp.Case(ifs=[exp.If(this=short, true=fill(length()))], default=whole)
