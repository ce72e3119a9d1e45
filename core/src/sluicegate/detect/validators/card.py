"""Payment cards: issuer ranges, lengths, and the check digit.

Source of the rule: ISO/IEC 7812-1 (numbering, Luhn formula in annex B); the networks' public lists
of issuer ranges.
"""

from __future__ import annotations

from sluicegate.detect.detector import Verdict

_RANGES: tuple[tuple[int, int, frozenset[int]], ...] = (
    # first and last six digits of the range, lengths
    (400000, 499999, frozenset({16, 19})),
    (510000, 559999, frozenset({16})),
    (222100, 272099, frozenset({16})),
    (340000, 349999, frozenset({15})),
    (370000, 379999, frozenset({15})),
    (300000, 305999, frozenset({14, 16})),
    (309500, 309599, frozenset({14, 16})),
    (360000, 369999, frozenset({14, 16})),
    (380000, 399999, frozenset({14, 16})),
    (352800, 358999, frozenset({16, 17, 18, 19})),
    (601100, 601199, frozenset({16, 19})),
    (622126, 622925, frozenset({16, 17, 18, 19})),
    (620000, 629999, frozenset({16, 17, 18, 19})),
    (644000, 659999, frozenset({16, 19})),
    (220000, 220499, frozenset({16, 17, 18, 19})),
    (500000, 509999, frozenset({16, 18, 19})),
    (560000, 589999, frozenset({16, 18, 19})),
    (600000, 609999, frozenset({16})),
    (630000, 639999, frozenset({16, 18, 19})),
    (670000, 699999, frozenset({16, 18, 19})),
    (817200, 820499, frozenset({16})),
)
_RARE = ((400000, 499999, 13), (500000, 699999, 12), (500000, 699999, 13))
"""Ranges and lengths that still exist, but that any number may happen to have."""

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def card(value: bytes) -> Verdict | None:
    """Judge digits with single separators; a trailing group that is not of the card is given
    back.
    """
    for length in _lengths(value):
        digits = [byte - 48 for byte in value[:length] if 48 <= byte <= 57]  # noqa: PLR2004
        if len(set(digits)) > 1 and _luhn(digits):
            lift = _issuer_lift(digits)
            if lift is not None:
                grouped = length > len(digits)
                return Verdict(lift + (0.1 if grouped else 0.0), length)
    return None


def _lengths(value: bytes) -> list[int]:
    """Offer the whole value, then what is left without its last group."""
    cut = max(value.rfind(b" "), value.rfind(b"-"))
    return [len(value), cut] if cut > 0 else [len(value)]


def _luhn(digits: list[int]) -> bool:
    odd = digits[-1::-2]
    even = digits[-2::-2]
    return (sum(odd) + sum(_DOUBLED[digit] for digit in even)) % 10 == 0


def _issuer_lift(digits: list[int]) -> float | None:
    prefix = int("".join(map(str, digits[:6])))
    for low, high, lengths in _RANGES:
        if low <= prefix <= high and len(digits) in lengths:
            return 0.2
    for low, high, length in _RARE:
        if low <= prefix <= high and len(digits) == length:
            return -0.25
    return None
