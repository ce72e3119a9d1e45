"""Diversity and closeness of a sensitive column, for all classes at once.

Works on the pairs of class and value that exist, never on classes times values.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.risk.grouping import Ints

Floats = npt.NDArray[np.float64]

_DENSE: Final = 4
"""Up to so many cells of class and value for each pair, a table of all of them is faster."""


class Pairs(NamedTuple):
    """How often each value stands in each class. Every class has at least one pair."""

    classes: Ints
    """Class of each pair, from 0 without gaps."""
    values: Ints
    """Value of each pair: its rank among all values, from 0 without gaps."""
    counts: Ints
    null: int = -1
    """Rank of NULL; −1 if it does not stand anywhere."""

    @property
    def number(self) -> int:
        """How many classes there are."""
        return int(self.classes.max()) + 1 if len(self.classes) else 0


def distinct(pairs: Pairs) -> Ints:
    """Count the distinct values of each class (Machanavajjhala et al. 2006); NULL is none.

    A class of nothing but NULL tells nothing of anybody: it is 0, which no requirement looks at.
    """
    return np.bincount(pairs.classes[pairs.values != pairs.null], minlength=pairs.number)


def entropy(pairs: Pairs) -> Floats:
    """Return e to the entropy of each class's values: the effective number of values; NULL is none.

    0 for a class of nothing but NULL.
    """
    known = pairs.values != pairs.null
    classes, counts = pairs.classes[known], pairs.counts[known].astype(np.float64)
    totals = np.bincount(classes, weights=counts, minlength=pairs.number)
    share = counts / totals[classes]
    bits = np.bincount(classes, weights=-share * np.log(share), minlength=pairs.number)
    effective: Floats = np.where(totals > 0, np.exp(bits), 0.0)
    return effective


def equal_distance(pairs: Pairs) -> Floats:
    """Return the distance of each class's values from those of all rows, any two equally far.

    Half the sum of the differences of shares (Li et al. 2007, section 4.2). A value that a class
    lacks adds its share in the whole, so only the values that it has are looked at.
    """
    share, whole = _shares(pairs)
    there = whole[pairs.values]
    change = np.bincount(
        pairs.classes, weights=np.abs(share - there) - there, minlength=pairs.number
    )
    distance: Floats = np.maximum(0.0, 0.5 * (change + 1.0))
    return distance


def ordered_distance(pairs: Pairs) -> Floats:
    """Return the earth mover's distance of each class from all rows, values being ranks.

    The sum of the differences of cumulated shares over the number of steps (Li et al. 2007,
    section 4.1). Between two values of a class its cumulated share stands still and that of the
    whole rises, so that each stretch has one crossing and a closed sum.
    """
    share, whole = _shares(pairs)
    if len(whole) < 2:  # noqa: PLR2004 - one value is no distance from itself
        return np.zeros(pairs.number)
    cells = pairs.classes * len(whole) + pairs.values
    if pairs.number * len(whole) <= _DENSE * len(cells):
        return _by_cells(cells, share, whole) / (len(whole) - 1)
    order = np.argsort(cells)
    classes, values, share = pairs.classes[order], pairs.values[order], share[order]
    first = np.r_[True, classes[1:] != classes[:-1]]
    last = np.r_[first[1:], True]
    rising = np.cumsum(share)
    level = rising - (rising - share)[first][classes]
    level[last] = 1.0
    ends = np.where(last, len(whole), np.r_[values[1:], 0])
    stretches = _between(whole, values, ends, level)
    stretches += np.where(first, _between(whole, np.zeros_like(values), values, 0.0 * level), 0.0)
    return np.bincount(classes, weights=stretches, minlength=pairs.number) / (len(whole) - 1)


def _by_cells(cells: Ints, share: Floats, whole: Floats) -> Floats:
    """Sum the differences of cumulated shares, where most classes have most values."""
    table = np.zeros((int(cells.max()) // len(whole) + 1, len(whole)))
    table.reshape(-1)[cells] = share
    np.cumsum(table, axis=1, out=table)
    np.subtract(table, np.cumsum(whole), out=table)
    distance: Floats = np.abs(table, out=table).sum(axis=1)
    return distance


def _between(whole: Floats, start: Ints, end: Ints, level: Floats) -> Floats:
    """Sum ``|level − cumulated share of the whole|`` over the ranks from ``start`` to ``end``."""
    cumulated = np.cumsum(whole)
    sums = np.r_[0.0, np.cumsum(cumulated)]
    cross = np.clip(np.searchsorted(cumulated, level), start, end)
    below: Floats = level * (cross - start) - (sums[cross] - sums[start])
    above: Floats = (sums[end] - sums[cross]) - level * (end - cross)
    return below + above


def _shares(pairs: Pairs) -> tuple[Floats, Floats]:
    """Return each pair's share of its class, and each value's share of all rows."""
    counts = pairs.counts.astype(np.float64)
    totals = np.bincount(pairs.classes, weights=counts, minlength=pairs.number)
    whole = np.bincount(pairs.values, weights=counts)
    return counts / totals[pairs.classes], whole / whole.sum()
