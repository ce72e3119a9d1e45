"""Which of two masks is stronger, so that rules combine to the stricter and never to the weaker.

The order of kinds is that of ``ORDER``, strongest first: what leaves nothing of a value, what keeps
only whether two are equal, what a key turns back, what keeps a part or its size. Redaction is as
strong as the detectors, so the file check allows it only as the default of a class of text, where
the only other masks are such as stand above it.

Masks of one kind combine to one that shows no more than each of them. That is rarely the one with
the smaller parameter: ``partial`` fills a short text entirely, so that keeping 2 characters shows
``**99`` where keeping 4 shows nothing; and buckets of 15 cut buckets of 10 in two. Where nothing
but less is sure to show no more, the value is suppressed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from sluicegate.model.masks import (
    Bucket,
    Constant,
    DateUnit,
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

ORDER: tuple[type[Mask], ...] = (
    SuppressRow,
    Suppress,
    Constant,
    Fake,
    Pseudonymize,
    Redact,
    MaskJson,
    Tokenize,
    PreserveFormat,
    GeneralizeDate,
    Bucket,
    GeneralizeNumber,
    ShiftDate,
    Noise,
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
    if len(same) == 1:
        return same[0]
    combine = _COMBINE.get(kind)
    return combine(same) if combine else Suppress()


def _partial(masks: Sequence[Mask]) -> Mask:
    """Keep what all keep if they agree on the part, else nothing but the length."""
    given = cast("Sequence[Partial]", masks)
    fill = min(mask.fill for mask in given)
    parts = {(mask.keep_first, mask.keep_last, mask.keep) for mask in given}
    first, last, keep = parts.pop() if len(parts) == 1 else (0, 0, "")
    return Partial(keep_first=first, keep_last=last, fill=fill, keep=keep)


def _pseudonymize(masks: Sequence[Mask]) -> Mask:
    """Keep the shorter prefix of one form."""
    given = cast("Sequence[Pseudonymize]", masks)
    forms = {mask.form for mask in given}
    if len(forms) > 1:
        return Suppress()
    return Pseudonymize(length=min(mask.length for mask in given), form=forms.pop())


def _redact(_masks: Sequence[Mask]) -> Mask:
    """Leave the numbers out: they tell which findings of a cell are equal."""
    return Redact(labels="typed")


def _bucket(masks: Sequence[Mask]) -> Mask:
    """Keep the bounds that all have: no bucket of any of them is cut."""
    given = cast("Sequence[Bucket]", masks)
    common = set(given[0].bounds).intersection(*(mask.bounds for mask in given))
    return Bucket(bounds=tuple(sorted(common))) if common else Suppress()


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


_COMBINE: dict[type[Mask], Callable[[Sequence[Mask]], Mask]] = {
    Partial: _partial,
    Pseudonymize: _pseudonymize,
    Redact: _redact,
    Bucket: _bucket,
    GeneralizeDate: _generalize_date,
    GeneralizeNumber: _generalize_number,
}
