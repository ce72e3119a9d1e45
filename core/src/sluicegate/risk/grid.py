"""Counts rows in an array with a cell for every combination: the fastest way while it is small."""

from __future__ import annotations

from math import prod

import numpy as np

from sluicegate.risk.grouping import Ints, flat_keys
from sluicegate.risk.rows import Rows


class Grid:
    """Counts of all combinations of numbers, also of those that never came.

    Args:
        columns: How many columns rows have.
        most: Cells that may be held.
    """

    def __init__(self, columns: int, most: int) -> None:
        self._most = most
        self._cells: Ints = np.zeros((1,) * columns, np.int64)

    def add(self, rows: Rows, weights: Ints | None) -> bool:
        """Count rows; ``False``, and nothing is counted, if there would be too many cells.

        So it is of rows that stand for none: an empty cell could not tell that they came.

        Args:
            rows: At least one.
            weights: How many rows each stands for; one, if not given.
        """
        if weights is not None and (weights <= 0).any():
            return False
        if not self._fit(rows):
            return False
        at = flat_keys(rows.columns, self._cells.shape, rows.length)
        np.add.at(self._cells.reshape(-1), at, 1 if weights is None else weights)
        return True

    def total(self) -> tuple[Rows, Ints]:
        """Return the rows that came, in the order of their numbers, and their counts."""
        cells = self._cells.reshape(-1)
        there = np.flatnonzero(cells)
        columns = np.unravel_index(there, self._cells.shape) if self._cells.ndim else ()
        return Rows(tuple(c.astype(np.int64) for c in columns), len(there)), cells[there]

    def _fit(self, rows: Rows) -> bool:
        """Make room for the largest number of each column, and some more for those to come."""
        held = self._cells.shape
        needed = [max(n, int(c.max()) + 1) for n, c in zip(held, rows.columns, strict=True)]
        if tuple(needed) == held:
            return True
        roomy = [n if n == h else n + n // 4 for n, h in zip(needed, held, strict=True)]
        shape = roomy if prod(roomy) <= self._most else needed
        if prod(shape) > self._most:
            return False
        cells = np.zeros(shape, np.int64)
        cells[tuple(slice(n) for n in held)] = self._cells
        self._cells = cells
        return True
