"""Rows of several columns of numbers, also of none: what the tallies keep and look up."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple, Self

import numpy as np

from sluicegate.risk.grouping import Groups, Ints, countable, flat_keys, group


class Rows(NamedTuple):
    """Columns of one length."""

    columns: tuple[Ints, ...]
    length: int

    @classmethod
    def joined(cls, parts: Iterable[Rows]) -> Self:
        """Put rows of the same columns below each other."""
        known = list(parts)
        columns = zip(*(p.columns for p in known), strict=True)
        return cls(tuple(np.concatenate(c) for c in columns), sum(p.length for p in known))

    def take(self, places: Ints) -> Rows:
        """Return the rows at ``places``."""
        return Rows(tuple(c[places] for c in self.columns), len(places))

    def beside(self, column: Ints) -> Rows:
        """Return the rows with one column more."""
        return Rows((*self.columns, column), self.length)

    def without_last(self) -> Rows:
        """Return the rows with one column less."""
        return Rows(self.columns[:-1], self.length)

    def groups(self) -> Groups:
        """Group the rows by all of their columns."""
        return group(self.columns, self.length)

    def places_in(self, known: Rows) -> Ints:
        """Return where each row stands among ``known`` distinct rows; −1 if it does not."""
        if not known.length:
            return np.full(self.length, -1, np.int64)
        if not self.length:
            return np.empty(0, np.int64)
        widths = [
            max(int(a.max()), int(b.max())) + 1
            for a, b in zip(known.columns, self.columns, strict=True)
        ]
        if countable(prod(widths), known.length + self.length):
            place = np.full(prod(widths), -1, np.int64)
            place[flat_keys(known.columns, widths, known.length)] = np.arange(known.length)
            found: Ints = place[flat_keys(self.columns, widths, self.length)]
            return found
        groups = Rows.joined((known, self)).groups()
        number = np.full(len(groups.firsts), -1, np.int64)
        number[groups.ids[: known.length]] = np.arange(known.length)
        return number[groups.ids[known.length :]]
