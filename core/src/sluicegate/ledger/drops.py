"""Bodies that are gone, held against the records that say so."""

from __future__ import annotations

import json
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
        ranges = iter(sorted(self._told))
        end = 0
        begin, last = next(ranges, (0, 0))
        for sequence in self._gone:
            while begin and begin <= sequence:
                end = max(end, last)
                begin, last = next(ranges, (0, 0))
            if sequence > end:
                return sequence
        return None


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
