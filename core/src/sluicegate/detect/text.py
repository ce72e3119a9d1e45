"""The text of an Arrow array as one buffer with row bounds, not copied where the layout allows."""

from __future__ import annotations

import string
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sluicegate.detect.spans import Ints
from sluicegate.errors import DetectionError

BLOCK_BYTES, BLOCK_ROWS = 2 << 20, 1 << 15
"""Rows are scanned in blocks of about this size, so that intermediate arrays stay small. Short rows
may all be findings, which take more room than they do.
"""
_PLAIN_BYTES, _PLAIN_ROWS = 8 << 20, 1 << 16
"""The same of plain text, which takes little room: each block costs something, however plain."""
_SAMPLE, _PLAIN = 1 << 15, 16
"""Bytes of a block that are looked at, and of how many one is no letter or space in plain text."""
_IS_PLAIN = np.zeros(256, dtype=np.bool_)
_IS_PLAIN[[*(string.ascii_letters + string.whitespace).encode()]] = True


class Text:
    """Rows of bytes that lie in one buffer, in order, perhaps with gaps between them.

    Args:
        buffer: Bytes.
        starts: First byte of each row, not descending.
        ends: First byte after each row; equal to the start for a null.
    """

    __slots__ = ("_raw", "buffer", "ends", "starts")

    def __init__(self, buffer: npt.NDArray[np.uint8], starts: Ints, ends: Ints) -> None:
        self.buffer = buffer
        self.starts = starts
        self.ends = ends
        self._raw: bytes | None = None

    @property
    def raw(self) -> bytes:
        """The buffer, copied once: Python slices bytes much faster than an array."""
        if self._raw is None:
            self._raw = self.buffer.tobytes()
        return self._raw

    @property
    def is_copied(self) -> bool:
        """Whether ``raw`` costs nothing any more."""
        return self._raw is not None

    @property
    def size(self) -> int:
        """Bytes of all rows."""
        return int((self.ends - self.starts).sum())

    def value(self, row: int, start: int, end: int) -> bytes:
        """Return the bytes of a span. Every call of this is a place to review."""
        base = int(self.starts[row])
        return self.buffer[base + start : base + end].tobytes()

    def rows_of(self, ends: Ints) -> Ints:
        """Return the row that the byte before each place belongs to."""
        rows: Ints = np.searchsorted(self.starts, ends - 1, side="right") - 1
        return rows

    def blocks(self) -> Iterator[tuple[int, Text]]:
        """Yield the first row's number and the text of consecutive blocks.

        A row is never split, so a block is larger than ``BLOCK_BYTES`` only if one row is, or the
        text is plain. None has more than ``BLOCK_ROWS``, or a few times as many.
        """
        first = 0
        while first < len(self.starts):
            size, rows = self._largest(int(self.starts[first]))
            limit = self.starts[first] + size
            last = max(first + 1, int(np.searchsorted(self.ends, limit, side="right")))
            last = min(last, first + rows)
            base, top = int(self.starts[first]), int(self.ends[first:last].max())
            yield (
                first,
                Text(
                    self.buffer[base : max(base, top)],
                    self.starts[first:last] - base,
                    self.ends[first:last] - base,
                ),
            )
            first = last

    def _largest(self, start: int) -> tuple[int, int]:
        """Return how many bytes and rows a block may have, by the first bytes of it."""
        sample = self.buffer[start : start + _SAMPLE]
        odd = len(sample) - np.count_nonzero(_IS_PLAIN.take(sample))
        if len(sample) == _SAMPLE and odd * _PLAIN < _SAMPLE:
            return _PLAIN_BYTES, _PLAIN_ROWS
        return BLOCK_BYTES, BLOCK_ROWS


def text_of(array: pa.Array) -> Text:
    """View a string or binary array of any layout as text.

    Raises:
        DetectionError: the array is of another type.
    """
    kind = array.type
    if pa.types.is_string_view(kind):
        array = array.cast(pa.large_string())
    elif pa.types.is_binary_view(kind):
        array = array.cast(pa.large_binary())
    elif pa.types.is_fixed_size_binary(kind):
        array = array.cast(pa.binary())
    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        width = "int32"
    elif pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        width = "int64"
    else:
        raise DetectionError(f"an array of type {kind} holds no text")
    return _view(array, width)


def of_rows(rows: list[bytes]) -> Text:
    """Lay rows end to end."""
    ends = np.cumsum([len(row) for row in rows], dtype=np.int64)
    starts = np.concatenate([np.zeros(1, dtype=np.int64), ends[:-1]]) if rows else ends
    return Text(np.frombuffer(b"".join(rows), dtype=np.uint8), starts, ends)


def _view(array: pa.Array, width: str) -> Text:
    _, offsets, data = array.buffers()
    if not len(array) or offsets is None:
        return of_rows([b""] * len(array))
    stored = np.frombuffer(offsets, dtype=width)[array.offset : array.offset + len(array) + 1]
    bounds: Ints = stored.astype(np.int64)
    buffer = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
    if bounds[0] < 0 or bounds[-1] > len(buffer) or (np.diff(bounds) < 0).any():
        raise DetectionError("the offsets of an Arrow array do not fit its data")
    starts, ends = bounds[:-1], bounds[1:]
    if array.null_count:
        # What lies under a null is no value, whatever bytes stand there.
        ends = np.where(array.is_valid().to_numpy(zero_copy_only=False), ends, starts)
    return Text(buffer, starts, ends)
