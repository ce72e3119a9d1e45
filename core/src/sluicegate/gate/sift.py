"""Takes out of the findings of a batch what an allow-list or a baseline answers.

Every finding that may be answered is looked at by its own fingerprint: a place alone never answers
anything. Work and memory are bounded by the findings of one batch, and findings that no sieve is
concerned with cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from sluicegate.detect import BatchFindings, Detector, LeafFindings, places_of
from sluicegate.model.allow import escape

if TYPE_CHECKING:
    from sluicegate.detect import Places
    from sluicegate.detect.spans import Ints


class Where(NamedTuple):
    """What a sieve is told of one finding."""

    column: str
    place: str
    """Column and path, positions as ``*``."""
    detector: Detector
    fingerprint: str


class Sieve(Protocol):
    """Answers findings."""

    def concerns(self, step: str, detector: str) -> bool:
        """Tell whether any finding of a detector in a column might be answered.

        Args:
            step: The column's name as a step of a path.
            detector: Id of the detector.
        """

    def take(self, where: Where, rows: int) -> int:
        """Return for how many of ``rows`` that hold the value the finding is answered."""


class Sifter:
    """Applies sieves, in their order, to the findings of one stream or file.

    Args:
        sieves: What may answer.
        detectors: Those of the scanner.
        fingerprint: Keyed digest of a value.
    """

    def __init__(
        self,
        sieves: Sequence[Sieve],
        detectors: Sequence[Detector],
        fingerprint: Callable[[bytes], str],
    ) -> None:
        self._sieves = sieves
        self._detectors = detectors
        self._fingerprint = fingerprint

    def sift(self, found: BatchFindings, schema: pa.Schema) -> BatchFindings:
        """Return the findings that nothing answers. The batch must still be alive."""
        if not self._sieves or not found.leaves:
            return found
        places = places_of(schema)
        leaves = (self._leaf(leaf, places) for leaf in found.leaves)
        return replace(found, leaves=tuple(leaf for leaf in leaves if len(leaf.spans)))

    def _leaf(self, leaf: LeafFindings, places: Places) -> LeafFindings:
        step, numbers = escape(leaf.column), np.unique(leaf.spans.detector)
        concerned = [n for n in numbers.tolist() if self._concerns(step, self._detectors[n].id)]
        if not concerned:
            return leaf
        left = leaf.weights.copy()
        for index in np.flatnonzero(np.isin(leaf.spans.detector, concerned)).tolist():
            sample = leaf.locate(index)
            where = Where(
                column=leaf.column,
                place=places(leaf.column, sample.path),
                detector=self._detectors[int(leaf.spans.detector[index])],
                fingerprint=self._fingerprint(sample.value()),
            )
            left[index] = self._unanswered(where, int(left[index]))
        return _take(leaf, left)

    def _concerns(self, step: str, detector: str) -> bool:
        return any(sieve.concerns(step, detector) for sieve in self._sieves)

    def _unanswered(self, where: Where, rows: int) -> int:
        for sieve in self._sieves:
            if rows:
                rows -= sieve.take(where, rows)
        return rows


def _take(leaf: LeafFindings, weights: Ints) -> LeafFindings:
    kept = np.flatnonzero(weights)
    if len(kept) == len(weights):
        return replace(leaf, weights=weights)
    return LeafFindings(
        column=leaf.column,
        spans=leaf.spans.take(kept),
        weights=weights[kept],
        locate=lambda index: leaf.locate(int(kept[index])),
    )
