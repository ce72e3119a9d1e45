"""Counts the distinct people of each class, up to the number that matters.

Rows are cheap to repeat, people are not. Of a class only so many people are remembered as the
policy asks for, so that memory is bounded by classes and not by people.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sluicegate.errors import CombinationsExceeded
from sluicegate.risk.grouping import Ints
from sluicegate.risk.rows import Rows
from sluicegate.risk.tally import PENDING


class SubjectTally:
    """Distinct subjects per class, up to ``enough``.

    Args:
        names: Of the quasi-identifiers and the subject, for messages.
        enough: People after which a class is counted no further.
        most: Pairs of class and person, and classes, that may be held.
    """

    def __init__(self, names: Sequence[str], enough: int, most: int) -> None:
        self._names = names
        self._enough = enough
        self._most = most
        self._full: Rows | None = None
        self._parts: list[Rows] = []
        self._pending = 0
        self._held = 0

    def add(self, classes: Rows, ids: Ints, subjects: Ints) -> None:
        """Add rows of people; repeated ones change nothing.

        Args:
            classes: Distinct classes.
            ids: Place in ``classes`` of each row.
            subjects: Key of each row's subject.

        Raises:
            CombinationsExceeded: there are too many.
        """
        if self._full is not None and self._full.length <= len(ids):
            kept = (classes.places_in(self._full) < 0)[ids]
            ids, subjects = ids[kept], subjects[kept]
        self._parts.append(classes.take(ids).beside(subjects))
        self._pending += len(ids)
        if self._pending > max(PENDING, self._held):
            self._merge()

    def counts(self, classes: Rows) -> Ints:
        """Return how many subjects each of the distinct ``classes`` has, at most ``enough``."""
        self._merge()
        found = np.zeros(classes.length, np.int64)
        if self._parts:
            np.add.at(found, self._parts[0].without_last().places_in(classes), 1)
        if self._full is not None:
            found[self._full.places_in(classes)] = self._enough
        return found

    def _merge(self) -> None:
        if not self._pending:
            return
        pairs = Rows.joined(self._parts)
        if self._full is not None:
            pairs = pairs.take(np.flatnonzero(pairs.without_last().places_in(self._full) < 0))
        # keys of people are spread over all of int64: their ranks group as well
        _, ranks = np.unique(pairs.columns[-1], return_inverse=True)
        firsts = pairs.without_last().beside(ranks).groups().firsts
        self._keep(pairs.take(firsts))
        if max(self._held, self._full.length if self._full else 0) > self._most:
            raise CombinationsExceeded.of(", ".join(self._names), self._most)

    def _keep(self, pairs: Rows) -> None:
        """Keep distinct pairs, but forget the people of classes that have enough of them."""
        classes = pairs.without_last()
        groups = classes.groups()
        enough = groups.sizes >= self._enough
        fresh = classes.take(groups.firsts[enough])
        self._full = fresh if self._full is None else Rows.joined((self._full, fresh))
        rest = pairs.take(np.flatnonzero(~enough[groups.ids]))
        self._parts, self._pending, self._held = [rest], 0, rest.length
