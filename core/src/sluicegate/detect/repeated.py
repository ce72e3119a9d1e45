"""Columns of few values, such as a status: each value is scanned once, not once a row."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_SAMPLE: Final = 1024
"""Rows that tell whether it is worth it; counting their values takes a hundredth of a scan."""
_OFTEN: Final = 8
"""How often a value has to stand in the sample, on average: encoding costs as much as a scan of
every eighth row."""


def encoded_if_repeated(array: pa.Array) -> pa.Array:
    """Return a text column as a dictionary if its first rows repeat themselves, else as it is."""
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return array
    if len(array) < 2 * _SAMPLE:
        return array
    if pc.count_distinct(array.slice(0, _SAMPLE)).as_py() * _OFTEN > _SAMPLE:
        return array
    encoded = array.dictionary_encode()
    return encoded if len(encoded.dictionary) * _OFTEN <= len(array) else array
