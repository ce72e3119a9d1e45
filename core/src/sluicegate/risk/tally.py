"""Counts distinct rows over a stream, in memory bounded by their number.

While there are few combinations each has a cell in an array; many are grouped and merged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from sluicegate.errors import CombinationsExceeded
from sluicegate.risk.grid import Grid
from sluicegate.risk.grouping import Ints
from sluicegate.risk.rows import Rows

PENDING: Final = 131_072
"""Rows that are put aside before they are merged."""


class Tally:
    """Distinct rows and how often each came.

    What a batch holds is put aside and merged once it is as much as what is held, so that each
    combination is looked at a few times only, however many batches there are.

    Args:
        names: Of the columns, for messages.
        most: Distinct rows that may be held.
    """

    def __init__(self, names: Sequence[str], most: int) -> None:
        self._names = names
        self._most = most
        self._grid: Grid | None = Grid(len(names), most)
        self._parts: list[tuple[Rows, Ints]] = []
        self._pending = 0
        self._held = 0

    def add(
        self, rows: Rows, weights: Ints | None, distinct: Callable[[], tuple[Rows, Ints]]
    ) -> None:
        """Count rows.

        Args:
            rows: At least one.
            weights: How many rows each stands for; one, if not given.
            distinct: Gives the distinct ones of them, and how many each stands for.

        Raises:
            CombinationsExceeded: there are too many distinct ones.
        """
        if self._grid is not None:
            if self._grid.add(rows, weights):
                return
            self._put_aside(*self._grid.total())
            self._grid = None
        self._put_aside(*distinct())

    def _put_aside(self, rows: Rows, counts: Ints) -> None:
        self._parts.append((rows, counts))
        self._pending += rows.length
        if self._pending > max(PENDING, self._held):
            self._merge()

    def total(self) -> tuple[Rows, Ints]:
        """Return the distinct rows and their counts.

        Raises:
            CombinationsExceeded: there are too many.
        """
        if self._grid is not None:
            return self._grid.total()
        self._merge()
        return self._parts[0] if self._parts else (Rows((), 0), np.empty(0, np.int64))

    def _merge(self) -> None:
        if not self._pending:
            return
        rows = Rows.joined(part for part, _ in self._parts)
        groups = rows.groups()
        if len(groups.firsts) > self._most:
            raise CombinationsExceeded.of(", ".join(self._names), self._most)
        counts = np.concatenate([counts for _, counts in self._parts])
        sums = groups.sums(counts)
        self._parts = [(rows.take(groups.firsts), sums)]
        self._held, self._pending = len(sums), 0
