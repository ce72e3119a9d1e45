"""Payment cards: issuer ranges, lengths, and the check digit.

Source of the rule: ISO/IEC 7812-1 (numbering, Luhn formula in annex B); the networks' public lists
of issuer ranges.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from sluicegate.detect.detector import Verdict

_FOUR_GROUPS = 19
"""Bytes of four groups of four."""
_NOW = frozenset({15, 16})
"""Lengths of nearly all cards in use."""
_USUAL = frozenset({16})
_LONG = frozenset({16, 17, 18, 19})
_RANGES: tuple[tuple[int, int, frozenset[int]], ...] = (
    # first and last six digits of the range, lengths
    (101000, 199999, frozenset({15})),
    (213100, 213199, frozenset({15})),
    (220000, 220499, _LONG),
    (222100, 272099, _USUAL),
    (300000, 305999, frozenset({14, 16})),
    (309500, 309599, frozenset({14, 16})),
    (340000, 349999, frozenset({15})),
    (352800, 358999, _LONG),
    (360000, 369999, frozenset({14, 16})),
    (370000, 379999, frozenset({15})),
    (380000, 399999, frozenset({14, 16})),
    (400000, 499999, frozenset({13, 16, 19})),
    (500000, 509999, frozenset({12, 13, 16, 18, 19})),
    (510000, 559999, _USUAL),
    (560000, 589999, frozenset({12, 13, 16, 18, 19})),
    (600000, 619999, frozenset({16, 19})),
    (620000, 629999, _LONG),
    (630000, 639999, frozenset({12, 13, 16, 18, 19})),
    (644000, 659999, frozenset({16, 19})),
    (670000, 699999, frozenset({12, 13, 16, 18, 19})),
    (817200, 820499, _USUAL),
)
_STARTS = [low for low, _, _ in _RANGES]
_RARE = frozenset({12, 13})
"""Lengths that still exist, but that any number may happen to have."""
_UNUSUAL = 200_000
"""Below it are the cards of airlines, and of all other numbers most."""
_GROUPED = re.compile(rb"[0-9]{4}([ .-])(?:[0-9]{4}\1[0-9]{4}\1[0-9]{4}|[0-9]{6}\1[0-9]{5})")

_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def card(value: bytes) -> Verdict | None:
    """Judge digits with single separators; a last group that is not of the card is given back."""
    for length in _lengths(value):
        digits = value[:length].translate(None, b" .-")
        if _luhn(digits) and digits.count(digits[:1]) < len(digits):
            lift = _issuer_lift(digits)
            if lift is not None:
                grouped = length > len(digits)
                return Verdict(lift + (0.1 if grouped else 0.0), length)
    return None


def card_mistyped(value: bytes) -> Verdict | None:
    """Judge digits beside a word for cards, though their check digit is wrong.

    People mistype, and made-up numbers are meant as cards. Groups, an issuer's range, or the check
    digit of a range that is not known here must speak for them.
    """
    form = _GROUPED.match(value)
    length = form.end() if form else len(value)
    digits = value[:length].translate(None, b" .-")
    if len(digits) not in _NOW or digits.count(digits[:1]) == len(digits):
        return None
    known = (_issuer_lift(digits) or 0.0) > 0 or _luhn(digits)
    return Verdict(0.1 * (form is not None) + 0.1 * known, length) if form or known else None


def _lengths(value: bytes) -> tuple[int, ...]:
    """Offer the whole value, then what is left without a fifth group."""
    if len(value) <= _FOUR_GROUPS:
        return (len(value),)
    return (len(value), max(*map(value.rfind, (b" ", b"-", b".")), 0) or len(value))


def _luhn(digits: bytes) -> bool:
    odd = sum(digits[-1::-2].translate(_VALUES))
    return (odd + sum(digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def _issuer_lift(digits: bytes) -> float | None:
    prefix = int(digits[:6])
    place = bisect_right(_STARTS, prefix) - 1
    if place < 0 or prefix > _RANGES[place][1] or len(digits) not in _RANGES[place][2]:
        return None
    if len(digits) in _RARE:
        return -0.25
    return -0.1 if prefix < _UNUSUAL else 0.2
