"""Redaction: each span of a text is replaced by a label, and the Arrow buffers are built anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_SPARSE = 512
"""Bytes for each span, from which on a copy costs more than the faster slices of bytes save."""


class Spans(Protocol):
    """Spans of one array, sorted by row and start, without overlaps."""

    @property
    def row(self) -> npt.NDArray[np.int64]:
        """Row of each span, from 0."""

    @property
    def start(self) -> npt.NDArray[np.int64]:
        """First byte of each span in its cell's UTF-8 text."""

    @property
    def end(self) -> npt.NDArray[np.int64]:
        """One past the last byte."""

    @property
    def detector(self) -> npt.NDArray[np.int32]:
        """Index of the detector that found it."""


class Redactions(NamedTuple):
    """Spans whose rows were counted anew."""

    row: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    detector: npt.NDArray[np.int32]


def redact(texts: pa.Array, spans: Spans, labels: Sequence[bytes]) -> pa.Array:
    """Replace every span by the label of its detector.

    Args:
        texts: A string-like array.
        spans: Where, in bytes.
        labels: Replacement for each detector index.

    Returns:
        A ``large_string`` array; NULL stays NULL.
    """
    texts = texts.cast(pa.large_string())
    if len(spans.row) == 0:
        return texts
    validity, offset_buffer, data = texts.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    starts = offsets[spans.row] + spans.start
    ends = offsets[spans.row] + spans.end
    pieces = _pieces(
        memoryview(data), offsets, starts, ends, [labels[d] for d in spans.detector.tolist()]
    )
    sizes = np.array([len(label) for label in labels], np.int64)
    growth = np.zeros(len(texts), np.int64)
    np.add.at(growth, spans.row, sizes[spans.detector] - (spans.end - spans.start))
    moved = offsets - offsets[0]
    moved[1:] += np.cumsum(growth)
    if texts.offset and validity is not None:
        validity = texts.is_valid().buffers()[1]
    return pa.LargeStringArray.from_buffers(
        len(texts), pa.py_buffer(moved), pa.py_buffer(b"".join(pieces)), validity, texts.null_count
    )


def _pieces(
    data: memoryview,
    offsets: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    labels: list[bytes],
) -> Iterator[bytes | memoryview]:
    """Yield what is kept and what stands for each span, in turn."""
    first, last = int(offsets[0]), int(offsets[-1])
    text: bytes | memoryview = data[first:last]
    if len(text) < _SPARSE * len(starts):
        text = bytes(text)
    position = 0
    for start, end, label in zip(
        (starts - first).tolist(), (ends - first).tolist(), labels, strict=True
    ):
        yield text[position:start]
        yield label
        position = end
    yield text[position:]
