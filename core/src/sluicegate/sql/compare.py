"""Equality between values that may be digests."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.plan import Carries
from sluicegate.sql.context import Context
from sluicegate.sql.digests import digest_parameter
from sluicegate.sql.labels import Label
from sluicegate.sql.parameters import marker
from sluicegate.sql.resolve import Bind


def equal(left: Bind, right: Bind, context: Context, node: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    """Return both sides of an equality, a parameter digested where the other side is a digest."""
    if left[1].parameter and right[1].carries is Carries.DIGEST:
        return _digested(left[1], right[1], context), right[0]
    if right[1].parameter and left[1].carries is Carries.DIGEST:
        return left[0], _digested(right[1], left[1], context)
    comparable(left[1], right[1], context, node)
    return left[0], right[0]


def member(subject: Bind, items: list[Bind], context: Context, node: exp.Expr) -> list[exp.Expr]:
    """Return the items of an IN list, each fit to be compared with the subject."""
    if subject[1].parameter:
        # One subject cannot be digested for some items and not for others.
        for _, label in items:
            comparable(subject[1], label, context, node)
        return [item for item, _ in items]
    return [equal(subject, item, context, node)[1] for item in items]


def comparable(left: Label, right: Label, context: Context, node: exp.Expr) -> None:
    """Note a fault unless the two may be compared for equality."""
    if (left.finished and right.finished) or _null_and_digest(left, right):
        return
    if Carries.RAW_TEXT in {left.carries, right.carries}:
        hint = "filter on another column; what the guard masks leaves only as it is"
        context.problem("G13", "free text, or what only the guard masks, is compared", hint, node)
    elif left.tag and right.tag and left.tag != right.tag:
        hint = "columns join when the policy gives them one data class and one kind of type"
        context.problem("G13", "pseudonyms of different data classes are compared", hint, node)
    elif not (left.tag and right.tag):
        hint = "bind the value as a parameter (:name); it is digested like the column"
        context.problem("G13", "a pseudonymized column is compared with a plain value", hint, node)


def _null_and_digest(left: Label, right: Label) -> bool:
    return (left.null or right.null) and Carries.RAW_TEXT not in {left.carries, right.carries}


def _digested(parameter: Label, digest: Label, context: Context) -> exp.Expr:
    placeholder = marker(parameter.parameter, digest.tag)
    return digest_parameter(digest.tag, placeholder, context.dialect)
