"""Explains the first findings of each column and detector while their batch is still there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from sluicegate.detect.explain import Explainer
from sluicegate.detect.explanation import Explanation

if TYPE_CHECKING:
    from sluicegate.detect import BatchFindings, Scanner
    from sluicegate.detect.batch import LeafFindings, Sample

EXPLAINED: Final = 5
"""Findings that are explained of each column and detector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One finding of a file, and why it is one."""

    column: str
    row: int
    path: str
    """Where in a nested value, as a JSON pointer."""
    why: Explanation


@dataclass(slots=True)
class Explaining:
    """Watches the scan of one file. Sees values, and keeps none.

    Args:
        scanner: Whose findings these are.
    """

    scanner: Scanner
    found: list[Explained] = field(default_factory=list)
    _seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    _explainer: Explainer = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the detectors once."""
        self._explainer = Explainer(self.scanner.detectors)

    def watch(self, found: BatchFindings, batch: pa.RecordBatch, first_row: int) -> None:
        """Explain what is new in a batch.

        Args:
            found: Its findings.
            batch: As it was scanned.
            first_row: Number of its first row.
        """
        for leaf in found.leaves:
            for number in np.unique(leaf.spans.detector).tolist():
                wanted = EXPLAINED - self._seen[leaf.column, number]
                for index in np.flatnonzero(leaf.spans.detector == number)[: max(0, wanted)]:
                    self._seen[leaf.column, number] += 1
                    self._one(leaf, int(index), batch, first_row)

    def _one(self, leaf: LeafFindings, index: int, batch: pa.RecordBatch, first_row: int) -> None:
        sample = leaf.locate(index)
        detector = self.scanner.detectors[int(leaf.spans.detector[index])]
        why = self._explainer.explain(
            _cell(batch, leaf.column, sample, first_row),
            start=sample.start,
            length=sample.length,
            detector=detector.id,
            score=sample.score,
            column=f"{leaf.column} {sample.path}",
        )
        self.found.append(Explained(column=leaf.column, row=sample.row, path=sample.path, why=why))


def _cell(batch: pa.RecordBatch, column: str, sample: Sample, first_row: int) -> bytes:
    """Fetch the text that a finding stands in; of two columns of one name, the one that fits."""
    for place in batch.schema.get_all_field_indices(column):
        try:
            value = batch.column(place)[sample.row - first_row].as_py()
            cell = _text(_below(value, sample.path))
        except (KeyError, IndexError, TypeError, ValueError):
            continue
        if cell[sample.start : sample.start + sample.length] == sample.value():
            return cell
    # The finding alone: what stood beside it stays unknown, and the explanation says so.
    return b" " * sample.start + sample.value()


def _below(value: Any, path: str) -> Any:
    """Follow a JSON pointer; a map is a list of pairs."""
    for step in path.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[name]
        elif isinstance(value, tuple):
            value = value[("key", "value").index(name)]
        else:
            value = value[int(name)]
    return value


def _text(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, float):
        value = int(value)
    return (f"{value:f}" if isinstance(value, Decimal) else str(value)).encode()
