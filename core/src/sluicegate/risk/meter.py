"""Measures a stream of masked batches: memory is bounded by combinations of values, not by rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.risk.dictionary import Dictionary
from sluicegate.risk.distances import (
    Floats,
    Pairs,
    distinct,
    entropy,
    equal_distance,
    ordered_distance,
)
from sluicegate.risk.grouping import Groups, Ints
from sluicegate.risk.mixing import Words
from sluicegate.risk.rows import Rows
from sluicegate.risk.sketch import class_keys
from sluicegate.risk.subject_keys import subject_keys
from sluicegate.risk.subjects import SubjectTally
from sluicegate.risk.tally import Tally

MOST_COMBINATIONS: Final = 2_000_000
"""Distinct combinations that one table of counts may hold: some hundred MB at worst."""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """One sensitive column by class; each array has one entry per class."""

    column: str
    ordered: bool
    distinct: Ints
    """0 in a class of nothing but NULL, which tells nothing."""
    entropy: Floats
    distance: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """The classes of a stream; each array has one entry per class."""

    rows: Ints
    people: Ints
    """Distinct subjects of the column that has fewest, or rows where no subject is named."""
    sensitive: tuple[Sensitive, ...]
    codes: Rows
    """The class itself, as numbers of the dictionaries."""


class _Arrived:
    """Rows of a batch, grouped by class if somebody asks."""

    def __init__(self, rows: Rows, weights: Ints | None) -> None:
        self._rows = rows
        self._weights = weights

    @cached_property
    def groups(self) -> Groups:
        return self._rows.groups()

    @cached_property
    def classes(self) -> Rows:
        return self._rows.take(self.groups.firsts)

    def distinct(self) -> tuple[Rows, Ints]:
        groups, weights = self.groups, self._weights
        return self.classes, groups.sizes if weights is None else groups.sums(weights)

    def pairs(self, values: Ints) -> tuple[Rows, Ints]:
        """Return each class with each value that it has, and how often."""
        groups = self.groups
        pairs = Rows((groups.ids, values), self._rows.length).groups()
        firsts = pairs.firsts
        return self.classes.take(groups.ids[firsts]).beside(values[firsts]), pairs.sizes


class RiskMeter:
    """Counts equivalence classes and what stands in them, batch by batch.

    Args:
        quasi: Names of the columns that are quasi-identifiers.
        sensitive: Names of the sensitive columns.
        subjects: Names of columns whose values name a person.
        enough: People after which those of a class are counted no further.
        most: Distinct values and combinations that may be held; above it ``add`` raises.
    """

    def __init__(
        self,
        *,
        quasi: Sequence[str],
        sensitive: Sequence[str] = (),
        subjects: Sequence[str] = (),
        enough: int = 2,
        most: int = MOST_COMBINATIONS,
    ) -> None:
        self._quasi = tuple(quasi)
        self._dictionaries = {n: Dictionary(n, most) for n in (*quasi, *sensitive)}
        self._classes = Tally(quasi, most)
        self._sensitive = {n: Tally([*quasi, n], most) for n in sensitive}
        self._subjects = {n: SubjectTally([*quasi, n], enough, most) for n in subjects}

    def add(self, batch: pa.RecordBatch, weights: Ints | None = None) -> None:
        """Add masked rows.

        Args:
            batch: The rows.
            weights: How many rows each stands for; one, if not given.

        Raises:
            CombinationsExceeded: there are too many distinct values or combinations.
            MaskingError: a column is nested.
        """
        rows, count = self.encode(batch), batch.num_rows
        if not count:
            return
        arrived = _Arrived(rows, weights)
        self._classes.add(rows, weights, arrived.distinct)
        for name, tally in self._sensitive.items():
            values = self._dictionaries[name].encode(batch.column(name))
            tally.add(rows.beside(values), None, partial(arrived.pairs, values))
        for name, people in self._subjects.items():
            known, keys = subject_keys(batch.column(name))
            people.add(arrived.classes, arrived.groups.ids[known], keys)

    def encode(self, batch: pa.RecordBatch) -> Rows:
        """Return the class of each row, as numbers of the dictionaries."""
        columns = (self._dictionaries[n].encode(batch.column(n)) for n in self._quasi)
        return Rows(tuple(columns), batch.num_rows)

    def keyed(self, key: bytes) -> tuple[Words, Ints]:
        """Return a keyed digest of each class so far, and its rows.

        Args:
            key: Who does not have it cannot try values. 16 to 64 bytes.
        """
        classes, rows = self._classes.total()
        values = [self._dictionaries[name].values for name in self._quasi]
        if not classes.columns or None in values:
            return np.zeros(len(rows), np.uint64), rows
        return class_keys(classes.columns, values, key), rows

    def measure(self) -> Measured:
        """Return the classes so far."""
        classes, rows = self._classes.total()
        people = [tally.counts(classes) for tally in self._subjects.values()]
        return Measured(
            rows=rows,
            people=np.minimum.reduce(people) if people else rows,
            sensitive=tuple(
                self._measure_sensitive(name, tally, classes)
                for name, tally in self._sensitive.items()
            ),
            codes=classes,
        )

    def _measure_sensitive(self, name: str, tally: Tally, classes: Rows) -> Sensitive:
        found, counts = tally.total()
        values = self._dictionaries[name].values
        ordered = values is not None and _is_ordered(values.type)
        if values is None or not found.length:
            nothing = np.empty(0)
            return Sensitive(name, ordered, np.empty(0, np.int64), nothing, nothing)
        ranks, null = _ranks(values, ordered=ordered)
        places = found.without_last().places_in(classes)
        pairs = Pairs(places, ranks[found.columns[-1]], counts, null)
        distance = ordered_distance if ordered else equal_distance
        return Sensitive(name, ordered, distinct(pairs), entropy(pairs), distance(pairs))


def _is_ordered(kind: pa.DataType) -> bool:
    return (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or (pa.types.is_temporal(kind) and not pa.types.is_interval(kind))
    )


def _ranks(values: pa.Array, *, ordered: bool) -> tuple[Ints, int]:
    """Rank distinct values, NULL last, and tell the rank of NULL, or −1 if there is none."""
    ranks = np.arange(len(values))
    if ordered:
        order = pc.sort_indices(values).to_numpy()
        ranks[order] = np.arange(len(values))
    null = np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False))
    return ranks, int(ranks[null[0]]) if len(null) else -1
