"""Which finding answers which label: intersection over union of at least one half, one to one.

Work grows with the number of spans, not with their pairs: documents may hold many thousands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
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
    answers: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in sorted(_pairs(gold, found)):
        if i not in answers and j not in used:
            answers[i] = j
            used.add(j)
    return answers


class Cover:
    """The characters that lie in any of some places.

    Args:
        places: Start and end; they may overlap.
    """

    def __init__(self, places: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(places):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)
        lengths = (end - start for start, end in zip(self._starts, self._ends, strict=True))
        self._sums = [0, *accumulate(lengths)]

    def count(self, start: int, end: int) -> int:
        """Count the covered characters of ``start:end``."""
        return self._before(end) - self._before(start)

    def _before(self, place: int) -> int:
        """Count the covered characters before ``place``."""
        index = bisect_right(self._starts, place) - 1
        if index < 0:
            return 0
        return self._sums[index] + min(place, self._ends[index]) - self._starts[index]


def _pairs(gold: Sequence[Place], found: Sequence[Place]) -> Iterator[tuple[float, int, int]]:
    """Yield every pair that overlaps enough; the best sorts first."""
    by_class: dict[str, list[tuple[int, int, int]]] = {}
    for j, (start, end, name) in enumerate(found):
        by_class.setdefault(name, []).append((start, end, j))
    for places in by_class.values():
        places.sort()
    for i, (start, end, name) in enumerate(gold):
        places = by_class.get(name, [])
        # What begins further to the left is too long to overlap by half.
        first = bisect_left(places, (start - (end - start), 0, 0))
        for low, high, j in places[first : bisect_left(places, (end, 0, 0))]:
            both = min(end, high) - max(start, low)
            share = both / (end - start + high - low - both)
            if share >= ENOUGH:
                yield -share, i, j
