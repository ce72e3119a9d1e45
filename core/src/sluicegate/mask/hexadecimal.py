"""Bytes from hex text and back, for a whole column at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]

_BAD: Final = 0xFF
_DIGITS: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
_VALUES: Final = np.full(256, _BAD, np.uint8)
_VALUES[_DIGITS] = np.arange(16, dtype=np.uint8)


def decode(texts: pa.Array, digits: int) -> Bytes | None:
    """Decode lower-case hex of one length.

    Args:
        texts: Strings without NULL.
        digits: Hex digits that each must have.

    Returns:
        An array of shape (len(texts), digits / 2), or ``None`` if any text is something else.
    """
    texts = texts.cast(pa.large_string())
    if not pc.all(pc.equal(pc.binary_length(texts), digits), min_count=0).as_py():
        return None
    _, offsets, data = texts.buffers()
    if data is None or len(texts) == 0:
        return np.empty((0, digits // 2), np.uint8)
    start = np.frombuffer(offsets, np.int64)[texts.offset]
    raw = np.frombuffer(data, np.uint8)[start : start + len(texts) * digits]
    values = _VALUES[raw.reshape(len(texts), digits)]
    if (values == _BAD).any():
        return None
    decoded: Bytes = (values[:, 0::2] << np.uint8(4)) | values[:, 1::2]
    return decoded


def encode(rows: Bytes, digits: int) -> pa.Array:
    """Encode each row as lower-case hex, cut to ``digits``: a ``string`` array without NULL."""
    count = len(rows)
    texts = np.empty((count, rows.shape[1] * 2), np.uint8)
    texts[:, 0::2] = _DIGITS[rows >> 4]
    texts[:, 1::2] = _DIGITS[rows & 0x0F]
    flat = np.ascontiguousarray(texts[:, :digits])
    offsets = np.arange(count + 1, dtype=np.int64) * digits
    array = pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(flat))
    return array.cast(pa.string())


def is_hex(texts: pa.Array, digits: int) -> bool:
    """Whether every value that is not NULL is lower-case hex of this length."""
    present = texts.drop_null().cast(pa.large_string())
    if digits % 2:
        if not pc.all(pc.equal(pc.binary_length(present), digits), min_count=0).as_py():
            return False
        present, digits = pc.binary_join_element_wise(present, "0", ""), digits + 1
    return decode(present, digits) is not None
