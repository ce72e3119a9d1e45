"""The inner digest of a pseudonym as SQL, with the same bytes in every dialect (promise P8)."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.data import TypeFamily
from sluicegate.sql.functions import call, cast, number, text
from sluicegate.sql.profiles import profile

KINDS = {TypeFamily.TEXT: "text", TypeFamily.INTEGER: "int", TypeFamily.UUID: "uuid"}
"""Families that have a digest, and the kind in its tag."""


def digest_tag(data_class: str, family: TypeFamily) -> str:
    """Return what stands before the canonical text of a value in its digest."""
    return f"sluicegate:1:{data_class}:{KINDS[family]}:"


def digest_expression(tag: str, value: exp.Expr, dialect: str) -> exp.Expr:
    """Return 64 hex digits: SHA-256 over the UTF-8 of ``tag`` and the canonical text.

    SQLite has no SHA-256; its source registers ``sluicegate_sha256(text)``, NULL for NULL.
    """
    strings = profile(dialect).strings
    return strings.sha256(strings.join([text(tag), canonical(_family(tag), value, dialect)]))


def digest_parameter(tag: str, value: exp.Expr, dialect: str) -> exp.Expr:
    """Return the digest of a bound parameter, so that it equals the digest of an equal column."""
    family = _family(tag)
    if family is TypeFamily.INTEGER:
        return digest_expression(tag, cast(value, "BIGINT"), dialect)
    as_uuid = family is TypeFamily.UUID and not profile(dialect).lower_uuid
    typed = cast(value, "UUID") if as_uuid else profile(dialect).strings.as_text(value)
    return digest_expression(tag, typed, dialect)


def canonical(family: TypeFamily, value: exp.Expr, dialect: str) -> exp.Expr:
    """Return the text of a value that is the same whatever its column looks like."""
    own = profile(dialect)
    if dialect == "mysql" and family is TypeFamily.INTEGER:
        # Otherwise a column that is filled with zeros would keep them.
        value = exp.Paren(this=exp.Add(this=value, expression=number(0)))
    as_text = own.strings.as_text(value)
    return call("lower", as_text) if own.lower_uuid and family is TypeFamily.UUID else as_text


def _family(tag: str) -> TypeFamily:
    kind = tag.rsplit(":", 2)[1]
    return next(family for family, name in KINDS.items() if name == kind)
