"""Redaction: each span of a text is replaced by a label, and the Arrow buffers are built anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_SPARSE = 512
"""Bytes for each span, from which on a copy costs more than the faster slices of bytes save."""
_MOSTLY = 2
"""Of so many spans one at least is a whole cell where whole cells are replaced by themselves."""


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
    offsets, _ = _parts(texts)
    whole = (spans.start == 0) & (spans.end == (offsets[1:] - offsets[:-1])[spans.row])
    if _MOSTLY * np.count_nonzero(whole) < len(whole):
        return _in_texts(texts, spans, labels)
    for number in np.unique(spans.detector[whole]).tolist():
        hidden = np.zeros(len(texts), np.bool_)
        hidden[spans.row[whole & (spans.detector == number)]] = True
        label = pa.scalar(labels[number].decode(), pa.large_string())
        texts = pc.if_else(pa.array(hidden), label, texts)
    rest = ~whole
    return _in_texts(texts, Redactions(*(part[rest] for part in _columns(spans))), labels)


def _in_texts(texts: pa.Array, spans: Spans, labels: Sequence[bytes]) -> pa.Array:
    """Replace spans that leave something of their cells."""
    if len(spans.row) == 0:
        return texts
    offsets, data = _parts(texts)
    starts = offsets[spans.row] + spans.start
    ends = offsets[spans.row] + spans.end
    pieces = _pieces(data, offsets, starts, ends, [labels[d] for d in spans.detector.tolist()])
    sizes = np.array([len(label) for label in labels], np.int64)
    growth = np.zeros(len(texts), np.int64)
    np.add.at(growth, spans.row, sizes[spans.detector] - (spans.end - spans.start))
    moved = offsets - offsets[0]
    moved[1:] += np.cumsum(growth)
    validity = texts.buffers()[0]
    if texts.offset and validity is not None:
        validity = texts.is_valid().buffers()[1]
    return pa.LargeStringArray.from_buffers(
        len(texts), pa.py_buffer(moved), pa.py_buffer(b"".join(pieces)), validity, texts.null_count
    )


def _parts(texts: pa.Array) -> tuple[npt.NDArray[np.int64], memoryview]:
    """Return the offsets of a ``large_string`` array, and the bytes that they point into."""
    _, offsets, data = texts.buffers()
    bounds = slice(texts.offset, texts.offset + len(texts) + 1)
    return np.frombuffer(offsets, np.int64)[bounds], memoryview(data)


def _columns(spans: Spans) -> Redactions:
    return Redactions(spans.row, spans.start, spans.end, spans.detector)


def _pieces(
    data: memoryview,
    offsets: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    labels: list[bytes],
) -> list[bytes | memoryview]:
    """Return what is kept and what stands for each span, in turn."""
    first, last = int(offsets[0]), int(offsets[-1])
    text: bytes | memoryview = data[first:last]
    if len(text) < _SPARSE * len(starts):
        text = bytes(text)
    kept_from, kept_to = np.append(0, ends - first), np.append(starts - first, last - first)
    bounds = zip(kept_from.tolist(), kept_to.tolist(), strict=True)
    pieces: list[bytes | memoryview] = [b""] * (2 * len(labels) + 1)
    pieces[0::2] = [text[low:high] for low, high in bounds]
    pieces[1::2] = labels
    return pieces
