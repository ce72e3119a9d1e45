"""Spans: where detectors fired, as arrays (for buffers) or as values (for people)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sluicegate.model.data import DataClass

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Findings of one array, sorted by row and start; no two of a row overlap."""

    row: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    """First byte in the cell's UTF-8 text."""
    end: npt.NDArray[np.int64]
    """First byte after the span."""
    detector: npt.NDArray[np.int32]
    """Index into ``Scanner.detectors``."""
    score: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.row)

    @classmethod
    def joined(cls, parts: Sequence[Spans]) -> Spans:
        """Lay the findings of several scans, one at least, one after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            row=np.concatenate([p.row for p in parts]),
            start=np.concatenate([p.start for p in parts]),
            end=np.concatenate([p.end for p in parts]),
            detector=np.concatenate([p.detector for p in parts]),
            score=np.concatenate([p.score for p in parts]),
        )

    def raw(self) -> Iterator[Raw]:
        """Yield the findings one by one."""
        columns = (self.row, self.start, self.end, self.detector, self.score)
        return zip(*(column.tolist() for column in columns), strict=True)

    def moved(self, rows: int) -> Spans:
        """Count rows from another one on."""
        return self if not rows else replace(self, row=self.row + rows)

    def take(self, indices: npt.NDArray[np.int64]) -> Spans:
        """Return the spans at ``indices``, in that order."""
        return Spans(
            row=self.row[indices],
            start=self.start[indices],
            end=self.end[indices],
            detector=self.detector[indices],
            score=self.score[indices],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One finding of one text, in characters."""

    start: int
    end: int
    detector: str
    data_class: DataClass
    score: float


Raw = tuple[int, int, int, int, float]
"""Row, start, end, detector, score: one finding on its way."""


_COLUMNS = np.dtype(
    [("row", "i8"), ("start", "i8"), ("end", "i8"), ("detector", "i4"), ("score", "f4")]
)


def spans_of(raw: list[Raw]) -> Spans:
    """Turn findings into arrays, in the order they are in."""
    # At once: an iterator for each finding would wake the garbage collector.
    table = np.array(raw, dtype=_COLUMNS)
    return Spans(**{name: np.ascontiguousarray(table[name]) for name in _COLUMNS.fields or ()})


def dictionary_rows(array: pa.DictionaryArray) -> Ints:
    """Return the value of each row of a dictionary-encoded array; -1 for a null."""
    indices = array.indices.cast(pa.int64()).fill_null(-1)
    rows: Ints = indices.to_numpy(zero_copy_only=False)
    return rows


def spread(spans: Spans, indices: Ints) -> Spans:
    """Repeat the spans of dictionary values for every row that refers to them.

    Args:
        spans: Findings of the dictionary, sorted by row.
        indices: Value of each row; negative for a null.
    """
    first = np.searchsorted(spans.row, indices, side="left")
    last = np.searchsorted(spans.row, indices, side="right")
    counts = last - first
    rows = np.repeat(np.arange(len(indices), dtype=np.int64), counts)
    within = np.arange(len(rows), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
    taken = spans.take(np.repeat(first, counts) + within)
    return Spans(
        row=rows,
        start=taken.start,
        end=taken.end,
        detector=taken.detector,
        score=taken.score,
    )
