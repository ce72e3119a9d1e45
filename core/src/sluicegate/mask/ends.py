"""Texts of which the first and last characters stay and the rest is filled."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.mask.textbytes import TextBytes

_FEW: Final = 32
"""Characters that are copied one place at a time; above it Arrow's own functions are faster."""
_ASCII_END: Final = 0x80


def keep_ends(texts: pa.Array, first: int, last: int, fill: str) -> pa.Array:
    """Fill all but the ends of each text; one no longer than both ends is filled entirely.

    ASCII is worked on as bytes, eight times as fast; rows that hold anything else are done apart.

    Args:
        texts: ``string`` or ``large_string``.
        first: Characters (code points) kept at the start.
        last: Characters kept at the end.
        fill: One ASCII character.

    Returns:
        An array of the same type, each text of as many characters as before; NULL stays NULL.
    """
    if first + last > _FEW:
        return _any(texts, first, last, fill)
    look = TextBytes.of(texts)
    filled = look.rebuild(_ascii(look, first, last, fill)).cast(texts.type)
    if not look.data.size or look.data.max() < _ASCII_END:
        return filled
    ascii_only = pc.fill_null(pc.string_is_ascii(texts), fill_value=True)
    rows = np.flatnonzero(~ascii_only.to_numpy(zero_copy_only=False))
    places = np.arange(len(texts))
    places[rows] = len(texts) + np.arange(len(rows))
    done = _any(texts.take(pa.array(rows)), first, last, fill)
    return pa.concat_arrays([filled, done]).take(pa.array(places))


def _ascii(look: TextBytes, first: int, last: int, fill: str) -> np.ndarray:
    begins, ends = look.offsets[:-1], look.offsets[1:]
    longer = ends - begins > first + last
    if not longer.all():
        begins, ends = begins[longer], ends[longer]
    result = np.full(len(look.data), ord(fill), np.uint8)
    for place in [begins + i for i in range(first)] + [ends - i for i in range(1, last + 1)]:
        result[place] = look.data[place]
    return result


def _any(texts: pa.Array, first: int, last: int, fill: str) -> pa.Array:
    sign, none = pa.scalar(fill, texts.type), pa.scalar("", texts.type)
    length = pc.utf8_length(texts)
    hidden = pc.max_element_wise(pc.subtract(length, first + last), 0, skip_nulls=False)
    start = pc.utf8_slice_codeunits(texts, 0, first)
    end = pc.utf8_slice_codeunits(texts, -last) if last else none
    shown = pc.binary_join_element_wise(start, pc.binary_repeat(sign, hidden), end, none)
    whole = pc.less_equal(length, first + last)
    return pc.if_else(whole, pc.binary_repeat(sign, length), shown).cast(texts.type)
