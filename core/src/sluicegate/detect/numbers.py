"""Numbers as text: a card or a phone number does not hide in an integer column."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SMALLEST = 10**8
"""Columns whose numbers are all smaller hold no identifier that the catalogue knows."""
_EXACT = 2.0**53
"""Beyond it a float no longer tells neighbouring integers apart."""


def number_texts(array: pa.Array) -> pa.Array | None:
    """Write the whole numbers of ``array`` in decimal, or ``None`` if all are small.

    Floats are looked at because a nullable integer column often arrives as one.
    """
    if pa.types.is_floating(array.type):
        array = _whole(array)
    elif pa.types.is_decimal32(array.type) or pa.types.is_decimal64(array.type):
        array = array.cast(pa.decimal128(array.type.precision, array.type.scale))
    if array.null_count == len(array) or not _any_large(array):
        return None
    if pa.types.is_decimal(array.type):
        # One width, for which every function exists, and no scale that would write an exponent.
        array = array.cast(pa.decimal256(76, max(array.type.scale, 0)))
    return array.cast(pa.string())


def _whole(array: pa.Array) -> pa.Array:
    """Keep the floats that are integers; the others become null."""
    values = array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        whole = np.isfinite(values) & (np.abs(values) < _EXACT) & (np.floor(values) == values)
    numbers = np.where(whole, values, 0).astype(np.int64)
    return pa.array(numbers, mask=~whole)


def _any_large(array: pa.Array) -> bool:
    bounds = pc.min_max(array)
    low, high = bounds["min"].as_py(), bounds["max"].as_py()
    return bool(low <= -SMALLEST or high >= SMALLEST)
