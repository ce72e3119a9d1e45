"""Bodies that are gone, held against the records that say so."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from sluicegate.ledger.row import Row


class Drops:
    """Collects both while the records are read; a drop is told by a later record."""

    def __init__(self) -> None:
        self._gone: list[int] = []
        self._told: list[tuple[int, int]] = []

    @property
    def number(self) -> int:
        """How many bodies are gone."""
        return len(self._gone)

    def gone(self, sequence: int) -> None:
        """Note a record without a body."""
        self._gone.append(sequence)

    def told(self, row: Row) -> None:
        """Read a record that says which bodies are dropped. What is no such record says nothing."""
        try:
            ranges = [(int(a), int(b)) for a, b in json.loads(row.body)["ranges"]]
        except (KeyError, TypeError, ValueError):
            return
        self._told.extend((a, min(b, row.sequence - 1)) for a, b in ranges)

    def unexplained(self) -> int | None:
        """Return the first record whose body no record says to be dropped."""
        told = Ranges(self._told)
        return next((sequence for sequence in self._gone if sequence not in told), None)


def as_ranges(sequences: Iterable[int]) -> Iterator[Sequence[int]]:
    """Write ascending numbers as ranges, both ends included."""
    begin = end = 0
    for sequence in sequences:
        if begin and sequence == end + 1:
            end = sequence
            continue
        if begin:
            yield [begin, end]
        begin = end = sequence
    if begin:
        yield [begin, end]


class Ranges:
    """Numbers given as ranges, asked for one by one.

    Args:
        ranges: Both ends included, in any order; they may overlap.
    """

    def __init__(self, ranges: Iterable[Sequence[int]]) -> None:
        self._begins: list[int] = []
        self._ends: list[int] = []
        for begin, end in sorted((a, b) for a, b in ranges):
            if self._ends and begin <= self._ends[-1] + 1:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._begins.append(begin)
                self._ends.append(end)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._begins, number) - 1
        return at >= 0 and number <= self._ends[at]
