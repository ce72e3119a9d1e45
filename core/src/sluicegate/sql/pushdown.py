"""Masks as SQL expressions, so that a source can mask before anything leaves it.

Each expression gives the same value as the Arrow transform of the same mask. NULL stays NULL.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import (
    Bucket,
    Constant,
    Fake,
    GeneralizeDate,
    GeneralizeNumber,
    Keep,
    Mask,
    MaskJson,
    Noise,
    Partial,
    PreserveFormat,
    Pseudonymize,
    Redact,
    ShiftDate,
    Suppress,
    SuppressRow,
    Tokenize,
)
from sluicegate.sql.dates import round_date
from sluicegate.sql.digests import KINDS, digest_expression, digest_tag
from sluicegate.sql.functions import exact
from sluicegate.sql.generalize import round_number
from sluicegate.sql.guardside import Subject, by_guard, raw_text
from sluicegate.sql.names import column as named
from sluicegate.sql.partial import partial
from sluicegate.sql.profiles import profile
from sluicegate.sql.types import native, typed_null

_DATES = (TypeFamily.DATE, TypeFamily.TIMESTAMP)
_NUMBERS = (TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.FLOAT)
_DOCUMENTS = (TypeFamily.TEXT, TypeFamily.JSON)

_FAMILIES: dict[type[Mask], tuple[TypeFamily, ...]] = {
    Redact: _DOCUMENTS,
    MaskJson: _DOCUMENTS,
    Partial: (TypeFamily.TEXT,),
    Pseudonymize: tuple(KINDS),
    Fake: tuple(KINDS),
    Tokenize: tuple(KINDS),
    PreserveFormat: (TypeFamily.TEXT, TypeFamily.INTEGER),
    GeneralizeDate: _DATES,
    ShiftDate: _DATES,
    GeneralizeNumber: _NUMBERS,
    Bucket: _NUMBERS,
    Noise: _NUMBERS,
}

_ALL = tuple(TypeFamily)


def fits(mask: Mask, family: TypeFamily) -> bool:
    """Tell whether ``mask`` can be applied to columns of ``family``."""
    return family in _FAMILIES.get(type(mask), _ALL)


def families_of(mask: Mask) -> tuple[str, ...]:
    """Return the names of the families that ``mask`` can be applied to."""
    return tuple(str(f) for f in _FAMILIES.get(type(mask), _ALL))


def push_down(  # noqa: PLR0911 - one return per mask
    mask: Mask,
    column: CatalogColumn,
    data_class: str,
    dialect: str,
    subject: Subject | None = None,
) -> Callable[[exp.Column], exp.Expr]:
    """Return the function from a raw column to its masked expression.

    ``fits(mask, column.family)`` must hold, and a mask that goes by a subject must get it.
    """
    if by_guard(mask):
        return lambda raw: raw_text(mask, raw, column, subject, dialect)
    match mask:
        case Keep():
            return lambda raw: raw
        case Suppress() | SuppressRow():
            return lambda _raw: typed_null(column, dialect)
        case Pseudonymize() | Fake():
            tag = digest_tag(data_class, column.family)
            return lambda raw: digest_expression(tag, raw, dialect)
        case Constant():
            return lambda raw: _constant(mask.value, raw, dialect)
        case Partial():
            return lambda raw: partial(mask, raw, dialect)
        case Bucket():
            return lambda raw: _bucket(mask, raw, dialect)
        case GeneralizeDate():
            return lambda raw: round_date(mask.unit, raw, column, dialect)
        case GeneralizeNumber():
            target = native(column, dialect)
            return lambda raw: round_number(mask.width, raw, column.family, target, dialect)
    raise AssertionError(mask.method)  # the guard's own masks have returned above


def _constant(value: str, raw: exp.Column, dialect: str) -> exp.Expr:
    missing = exp.Is(this=raw, expression=exp.Null())
    constant = profile(dialect).strings.literal(value)
    return exp.Case(ifs=[exp.If(this=missing, true=exp.Null())], default=constant)


def _bucket(mask: Bucket, raw: exp.Column, dialect: str) -> exp.Expr:
    """Compare from below, so that NULL meets no bound and stays; the last arm takes NaN too."""
    literal = profile(dialect).strings.literal

    def value() -> exp.Expr:
        return named(raw.table, raw.name)

    *lower, last = mask.labels
    arms = [
        exp.If(this=exp.LT(this=value(), expression=exact(bound)), true=literal(label))
        for bound, label in zip(mask.bounds, lower, strict=True)
    ]
    present = exp.Not(this=exp.Is(this=value(), expression=exp.Null()))
    return exp.Case(ifs=[*arms, exp.If(this=present, true=literal(last))])
