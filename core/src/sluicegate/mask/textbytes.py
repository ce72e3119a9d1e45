"""The bytes of a column of texts as numpy sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBytes:
    """The UTF-8 of all rows one after the other; a NULL row is empty."""

    data: npt.NDArray[np.uint8]
    """Read-only."""
    offsets: npt.NDArray[np.int64]
    """Where each row begins in ``data``, and the end: one more than there are rows."""
    valid: pa.Array | None
    """Which rows are not NULL, if any is."""

    @classmethod
    def of(cls, texts: pa.Array) -> TextBytes:
        """Look into a string-like array; nothing is copied unless there are NULLs."""
        texts = texts.cast(pa.large_string())
        valid = texts.is_valid() if texts.null_count else None
        if valid is not None:
            texts = texts.fill_null("")  # a NULL may have bytes, which must not come to light
        _, offsets, data = texts.buffers()
        begins = np.frombuffer(offsets, np.int64, len(texts) + 1, texts.offset * 8)
        whole = np.frombuffer(data if data is not None else b"", np.uint8)
        return cls(data=whole[begins[0] : begins[-1]], offsets=begins - begins[0], valid=valid)

    def rebuild(self, data: npt.NDArray[np.uint8]) -> pa.Array:
        """Make a ``large_string`` of other bytes for the same rows."""
        buffers = pa.py_buffer(self.offsets), pa.py_buffer(np.ascontiguousarray(data))
        texts = pa.LargeStringArray.from_buffers(len(self.offsets) - 1, *buffers)
        if self.valid is None:
            return texts
        return pc.if_else(self.valid, texts, pa.scalar(None, pa.large_string()))

    def row_of(self, byte: int) -> int:
        """Tell in which row a byte of ``data`` is."""
        return int(np.searchsorted(self.offsets, byte, side="right")) - 1
