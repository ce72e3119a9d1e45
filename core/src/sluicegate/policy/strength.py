"""Which of two masks is stronger, so that rules combine to the stricter and never to the weaker.

The order of kinds, strongest first: suppress, pseudonymize, redact, generalize_date,
generalize_number, partial, keep. Redaction is as strong as the detectors, so the file check allows
it only as the default of a class of text, where the only other masks are the two above it.

Masks of one kind combine to one that shows no more than each of them. That is rarely the one with
the smaller parameter: ``partial`` fills a short text entirely, so that keeping 2 characters shows
``**99`` where keeping 4 shows nothing; and buckets of 15 cut buckets of 10 in two.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import cast

from sluicegate.model.masks import (
    DateUnit,
    GeneralizeDate,
    GeneralizeNumber,
    Keep,
    Mask,
    Partial,
    Pseudonymize,
    Redact,
    Suppress,
)

ORDER: tuple[type[Mask], ...] = (
    Suppress,
    Pseudonymize,
    Redact,
    GeneralizeDate,
    GeneralizeNumber,
    Partial,
    Keep,
)
WIDEST = 10**12
"""Widest bucket of ``generalize_number``."""
_NESTED: tuple[DateUnit, ...] = ("day", "month", "quarter", "year")


def strongest(masks: Iterable[Mask]) -> Mask:
    """Combine one or more masks to one; their order does not matter."""
    given = list(masks)
    kind = next(kind for kind in ORDER if any(type(mask) is kind for mask in given))
    same = list(dict.fromkeys(mask for mask in given if type(mask) is kind))
    return same[0] if len(same) == 1 else _COMBINE[kind](same)


def _partial(masks: Sequence[Mask]) -> Mask:
    """Keep what all keep if they agree on the ends, else nothing but the length."""
    given = cast("Sequence[Partial]", masks)
    fill = min(mask.fill for mask in given)
    ends = {(mask.keep_first, mask.keep_last) for mask in given}
    first, last = ends.pop() if len(ends) == 1 else (0, 0)
    return Partial(keep_first=first, keep_last=last, fill=fill)


def _pseudonymize(masks: Sequence[Mask]) -> Mask:
    """Keep the shorter prefix."""
    return Pseudonymize(length=min(mask.length for mask in cast("Sequence[Pseudonymize]", masks)))


def _generalize_date(masks: Sequence[Mask]) -> Mask:
    """Take the coarser unit; weeks cross the borders of months, so nothing holds both."""
    units = {mask.unit for mask in cast("Sequence[GeneralizeDate]", masks)}
    if units == {"day", "week"}:
        return GeneralizeDate(unit="week")
    if "week" in units:
        return Suppress()
    return GeneralizeDate(unit=max(units, key=_NESTED.index))


def _generalize_number(masks: Sequence[Mask]) -> Mask:
    """Take the least common multiple: the finest buckets that cut none of the others."""
    width = math.lcm(*(mask.width for mask in cast("Sequence[GeneralizeNumber]", masks)))
    return GeneralizeNumber(width=width) if width <= WIDEST else Suppress()


_COMBINE = {
    Partial: _partial,
    Pseudonymize: _pseudonymize,
    GeneralizeDate: _generalize_date,
    GeneralizeNumber: _generalize_number,
}
