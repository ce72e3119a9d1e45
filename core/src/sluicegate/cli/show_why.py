"""Shows why a finding is one: what its score is made of, never what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sluicegate.detect.explanation import Part

if TYPE_CHECKING:
    from sluicegate.detect.explanation import Contribution, Explanation


def why_lines(why: Explanation) -> Iterator[str]:
    """Yield a line per contribution, then what the score had to pass and what it won over."""
    for one in why.contributions:
        yield f"  {one.amount:+.2f}  {_told(one)}"
    yield f"  {why.score:.2f}   score, threshold {why.threshold:.2f}"
    if why.overcame:
        names = ", ".join(f"{o.detector} ({o.score:.2f})" for o in why.overcame)
        yield f"         won over {names}"
    if why.disguised:
        yield "         seen once characters that look like others are taken for those"
    if why.rest:
        yield "         the rest of a longer match, of which a stronger finding took a part"


def why_document(why: Explanation) -> dict[str, Any]:
    """Describe an explanation in JSON types."""
    return {
        "detector": why.detector,
        "data_class": str(why.data_class),
        "start": why.start,
        "length": why.length,
        "score": round(why.score, 4),
        "threshold": why.threshold,
        "contributions": [
            {
                "part": str(one.part),
                "amount": round(one.amount, 4),
                "validator": one.name,
                "words": list(one.near),
                "column_words": list(one.column),
            }
            for one in why.contributions
        ],
        "won_over": [
            {
                "detector": one.detector,
                "data_class": str(one.data_class),
                "score": round(one.score, 4),
            }
            for one in why.overcame
        ],
        "disguised": why.disguised,
        "rest": why.rest,
    }


def _told(one: Contribution) -> str:
    if one.part is Part.PATTERN:
        return "its form"
    if one.part is Part.VALIDATOR:
        return f"validator {one.name}: {_verdict(one)}"
    if one.part is Part.LIMIT:
        return "no score is above 1"
    if one.part is Part.UNKNOWN:
        return "not replayed: it stands in a decoded form of the text, or a model marked it"
    what = "context" if one.part is Part.CONTEXT else "words against it"
    beside = f" beside it: {', '.join(one.near)}" if one.near else ""
    named = f" in the column's name: {', '.join(one.column)}" if one.column else ""
    return f"{what}{beside}{';' if beside and named else ''}{named}"


def _verdict(one: Contribution) -> str:
    checked = one.name.startswith("stdnum:")
    if one.amount > 0:
        return "its check digits are right" if checked else "speaks for it"
    if one.amount < 0:
        return "its check digits are wrong" if checked else "speaks against it"
    return "passed"
