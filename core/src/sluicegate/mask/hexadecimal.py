"""Bytes from hex text and back, for a whole column at once."""

from __future__ import annotations

from binascii import Error, a2b_hex, b2a_hex
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]

_IN_ALL: Final = 0x20
"""The bit of digits and small letters in ASCII that capital letters have not."""


def decode(texts: pa.Array, digits: int) -> Bytes | None:
    """Decode lower-case hex of one length.

    Args:
        texts: Strings without NULL.
        digits: Hex digits that each must have, an even number.

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
    raw = np.frombuffer(data, np.uint8, len(texts) * digits, start)
    if not np.bitwise_and.reduce(raw) & _IN_ALL:
        return None  # `a2b_hex` would take capital letters
    try:
        values = a2b_hex(raw.data)
    except Error:
        return None
    return np.frombuffer(values, np.uint8).reshape(len(texts), -1)


def encode(rows: Bytes, digits: int) -> pa.Array:
    """Encode each row as lower-case hex, cut to ``digits``: a ``string`` array without NULL."""
    return texts_of(characters(rows)[:, :digits])


def characters(rows: Bytes) -> Bytes:
    """Encode each row as the characters of lower-case hex, two for each byte."""
    count, width = rows.shape
    digits = b2a_hex(np.ascontiguousarray(rows).data)
    return np.frombuffer(digits, np.uint8).reshape(count, 2 * width)


def texts_of(characters: Bytes) -> pa.Array:
    """Make a ``string`` of each row of UTF-8 bytes, which are all of one length."""
    count, size = characters.shape
    offsets = pa.py_buffer(np.arange(count + 1, dtype=np.int64) * size)
    data = pa.py_buffer(np.ascontiguousarray(characters))
    return pa.LargeStringArray.from_buffers(count, offsets, data).cast(pa.string())


def is_hex(texts: pa.Array, digits: int) -> bool:
    """Whether every value that is not NULL is lower-case hex of this length."""
    present = texts.drop_null().cast(pa.large_string())
    if digits % 2:
        if not pc.all(pc.equal(pc.binary_length(present), digits), min_count=0).as_py():
            return False
        present, digits = pc.binary_join_element_wise(present, "0", ""), digits + 1
    return decode(present, digits) is not None
