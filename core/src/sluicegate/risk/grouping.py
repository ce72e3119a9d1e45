"""Groups rows by several columns of numbers: exact, over whole arrays.

The columns become one number of mixed radix, so two rows are one group only if they are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

_LARGEST: Final = 2**62
_DENSE: Final = 16
"""A range of keys up to this many times the rows is counted in an array; a wider one is sorted."""
_SMALL: Final = 65_536


class Groups(NamedTuple):
    """Rows by group."""

    ids: Ints
    """Group of each row, from 0 without gaps."""
    firsts: Ints
    """One row of each group."""

    @property
    def sizes(self) -> Ints:
        """Rows of each group."""
        return np.bincount(self.ids, minlength=len(self.firsts))

    def sums(self, weights: Ints) -> Ints:
        """Add up the weights of each group; they stay far below 2^53, where a float would round."""
        return np.bincount(self.ids, weights=weights, minlength=len(self.firsts)).astype(np.int64)


def group(columns: Sequence[Ints], rows: int) -> Groups:
    """Group ``rows`` rows by all of ``columns``; without a column they are one group.

    Args:
        columns: Numbers from 0.
        rows: How many there are.
    """
    if rows == 0:
        return Groups(np.empty(0, np.int64), np.empty(0, np.int64))
    keys, size = np.zeros(rows, np.int64), 1
    for column in columns:
        width = int(column.max()) + 1
        if size * width >= _LARGEST:
            compact = _compact(keys, size)
            keys, size = compact.ids, len(compact.firsts)
        keys = keys * width + column if size > 1 else column
        size *= width
    return _compact(keys, size)


def flat_keys(columns: Sequence[Ints], widths: Sequence[int], rows: int) -> Ints:
    """Make one number of mixed radix of each row.

    Args:
        columns: Numbers from 0, each below its width.
        widths: As many; their product is below 2^62.
        rows: How many there are.
    """
    if not columns:
        return np.zeros(rows, np.int64)
    keys = columns[0]
    for column, width in zip(columns[1:], widths[1:], strict=True):
        keys = keys * width + column
    return keys


def countable(size: int, rows: int) -> bool:
    """Tell whether an array with a cell for each of ``size`` keys is worth it for so many rows."""
    return size <= max(_SMALL, _DENSE * rows)


def _compact(keys: Ints, size: int) -> Groups:
    if countable(size, len(keys)):
        first = np.full(size, -1, np.int64)
        first[keys] = np.arange(len(keys))
        there = np.flatnonzero(first >= 0)
        number = np.empty(size, np.int64)
        number[there] = np.arange(len(there))
        return Groups(number[keys], first[there])
    _, firsts, ids = np.unique(keys, return_index=True, return_inverse=True)
    return Groups(ids.astype(np.int64), firsts.astype(np.int64))
