"""Which finding answers which label: intersection over union of at least one half, one to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

ENOUGH: Final = 0.5
"""Intersection over union from which a finding and a label are the same thing."""

Place = tuple[int, int, str]
"""Start, end, measured class."""


def matched(gold: Sequence[Place], found: Sequence[Place]) -> dict[int, int]:
    """Pair labels with findings of the same class, best overlap first.

    Returns:
        For the index of each label that was found, the index of its finding.
    """
    pairs = [
        (-_overlap(one, other), i, j)
        for i, one in enumerate(gold)
        for j, other in enumerate(found)
        if one[2] == other[2] and one[0] < other[1] and other[0] < one[1]
    ]
    answers: dict[int, int] = {}
    used: set[int] = set()
    for share, i, j in sorted(pairs):
        if -share >= ENOUGH and i not in answers and j not in used:
            answers[i] = j
            used.add(j)
    return answers


def covered(start: int, end: int, places: Sequence[tuple[int, int]]) -> int:
    """Count the characters of ``start:end`` that lie in any of ``places`` (sorted by start)."""
    total, reached = 0, start
    for low, high in places:
        low, high = max(low, reached), min(high, end)  # noqa: PLW2901  # clipped to what is new
        if low < high:
            total += high - low
            reached = high
    return total


def _overlap(one: Place, other: Place) -> float:
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (one[1] - one[0] + other[1] - other[0] - both)
