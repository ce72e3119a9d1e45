"""Scans a record batch: every column, every leaf of it, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sluicegate.detect.context import words
from sluicegate.detect.detector import Detector
from sluicegate.detect.engine import Engine
from sluicegate.detect.jsontext import LARGEST, json_path
from sluicegate.detect.leaves import Leaf, leaves
from sluicegate.detect.numbers import number_texts
from sluicegate.detect.repeated import encoded_if_repeated
from sluicegate.detect.spans import Ints, Spans, dictionary_rows
from sluicegate.detect.text import Text, text_of

_NO_TEXT = (
    pa.types.is_null,
    pa.types.is_boolean,
    pa.types.is_temporal,
)
"""Types whose values can hold no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Where one finding is, and how to get at its bytes while the batch lives."""

    row: int
    """Row in the stream."""
    start: int
    length: int
    path: str
    score: float
    value: Callable[[], bytes] = field(repr=False, compare=False)
    """For the fingerprint only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafFindings:
    """Findings of one leaf of one column."""

    column: str
    spans: Spans = field(repr=False)
    """Rows count the leaf's values; of a dictionary, its distinct values."""
    weights: Ints = field(repr=False)
    """How many rows of the batch each span stands for."""
    locate: Callable[[int], Sample] = field(repr=False)
    """The sample of the span with this index."""

    def counts(self) -> dict[int, int]:
        """Number of findings by detector index."""
        sums = np.bincount(self.spans.detector, weights=self.weights)
        return {int(d): int(sums[d]) for d in np.flatnonzero(sums)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFindings:
    """What was found in one batch. Refers to the batch's memory: add it to totals and let go."""

    rows: int
    bytes: int
    """Bytes of text that were scanned."""
    leaves: tuple[LeafFindings, ...] = field(repr=False)
    blind_spots: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Number of findings."""
        return sum(int(leaf.weights.sum()) for leaf in self.leaves)


def scan_batch(
    engine: Engine, detectors: Sequence[Detector], batch: pa.RecordBatch, first_row: int
) -> BatchFindings:
    """Scan every column; see ``Scanner.scan``."""
    run = _Run(engine, detectors, first_row)
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        for leaf in leaves(column):
            run.leaf(name, leaf)
    return BatchFindings(
        rows=batch.num_rows,
        bytes=run.bytes,
        leaves=tuple(run.found),
        blind_spots=tuple(dict.fromkeys(run.blind)),
    )


class _Run:
    """Collects while the columns of one batch are scanned."""

    def __init__(self, engine: Engine, detectors: Sequence[Detector], first_row: int) -> None:
        self._engine = engine
        self._detectors = detectors
        self._first_row = first_row
        self.found: list[LeafFindings] = []
        self.blind: list[str] = []
        self.bytes = 0

    def leaf(self, column: str, leaf: Leaf) -> None:
        array = encoded_if_repeated(leaf.array)
        if pa.types.is_dictionary(array.type):
            self._dictionary(column, replace(leaf, array=array))
            return
        text = self._text(column, leaf, array)
        if text is not None:
            self._scan(column, leaf, text, None)

    def _dictionary(self, column: str, leaf: Leaf) -> None:
        """Scan each distinct value once, and count it for every row that refers to it."""
        text = self._text(column, leaf, leaf.array.dictionary)
        if text is not None:
            self._scan(column, leaf, text, leaf.array)

    def _text(self, column: str, leaf: Leaf, array: pa.Array) -> Text | None:
        """Turn an array into text, or name it as a blind spot."""
        kind, place = array.type, f"column {column!r}" + (f" at {leaf.kind}" if leaf.kind else "")
        if any(check(kind) for check in _NO_TEXT):
            return None
        if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind):
            numbers = number_texts(array)
            return None if numbers is None else text_of(numbers)
        if _is_binary(kind):
            if not _is_utf8(array):
                self.blind.append(f"{place}: bytes that are not UTF-8 (scanned as ASCII only)")
            return text_of(array)
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or _is_view(kind):
            return text_of(array)
        self.blind.append(f"{place}: type {kind} was not scanned")
        return None

    def _scan(
        self, column: str, leaf: Leaf, text: Text, encoded: pa.DictionaryArray | None
    ) -> None:
        self.bytes += text.size
        spans = self._engine.find(text, words(f"{column} {leaf.kind}".encode()))
        if not len(spans):
            return
        if encoded is None:
            weights, holders = np.ones(len(spans), dtype=np.int64), None
        else:
            indices = dictionary_rows(encoded)
            uses = np.bincount(indices[indices >= 0], minlength=len(text.starts))
            weights = uses[spans.row].astype(np.int64)
            used = np.flatnonzero(weights)
            spans, weights, holders = spans.take(used), weights[used], indices
        if len(spans):
            locate = self._locator(leaf, text, spans, holders)
            self.found.append(
                LeafFindings(column=column, spans=spans, weights=weights, locate=locate)
            )

    def _locator(
        self, leaf: Leaf, text: Text, spans: Spans, holders: npt.NDArray[np.int64] | None
    ) -> Callable[[int], Sample]:
        first_row = self._first_row

        def locate(index: int) -> Sample:
            value = int(spans.row[index])
            start, end = int(spans.start[index]), int(spans.end[index])
            place = value if holders is None else int(np.argmax(holders == value))
            return Sample(
                row=first_row + int(leaf.rows[place]),
                start=start,
                length=end - start,
                path=leaf.path(place) + _path_within(text, spans, value, start),
                score=round(float(spans.score[index]), 4),
                value=lambda: text.value(value, start, end),
            )

        return locate


def _path_within(text: Text, spans: Spans, row: int, place: int) -> str:
    """Return where in the cell's JSON a finding stands, if it is JSON."""
    first, last = np.searchsorted(spans.row, [row, row + 1])
    found = zip(spans.start[first:last].tolist(), spans.end[first:last].tolist(), strict=True)
    size = int(text.ends[row] - text.starts[row])
    return json_path(text.value(row, 0, size), place, list(found)) if size <= LARGEST else ""


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string_view(kind))


def _is_binary(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _is_utf8(array: pa.Array) -> bool:
    if pa.types.is_fixed_size_binary(array.type):
        array = array.cast(pa.binary())
    try:
        array.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True
