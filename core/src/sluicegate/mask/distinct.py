"""Work that a library does a value at a time, done once for each distinct value of a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MaskingError

_FEWEST: Final = 1_024
"""Values below which looking for repeated ones saves nothing."""
_SAMPLE: Final = 8_192
_MOST_OF_SAMPLE: Final = 0.85
"""Of a column eight times as long as its sample; so many there are a third of it all."""
_MOST: Final = 0.6
_KINDS = {"text": b"t", "int": b"i", "uuid": b"u"}


def each_distinct(
    texts: pa.Array, build: Callable[[list[bytes]], Sequence[str | bytes]]
) -> pa.Array:
    """Build a ``string`` of each distinct value; NULL stays NULL.

    Args:
        texts: A string-like array.
        build: Gets the UTF-8 of the distinct values and returns as many texts.
    """
    encoded = pc.dictionary_encode(texts.cast(pa.large_string()))
    values = encoded.dictionary.cast(pa.large_binary()).to_pylist()
    return pa.array(build(values), pa.binary()).cast(pa.string()).take(encoded.indices)


def if_repeated(texts: pa.Array) -> pa.DictionaryArray | None:
    """Encode a column that holds many values more than once; ``None`` if it does not.

    Args:
        texts: A string-like array.
    """
    if len(texts) < _FEWEST:
        return None
    sample = some_of(texts, _SAMPLE)
    most = _MOST_OF_SAMPLE if len(texts) >= 8 * len(sample) else _MOST
    if pc.count_distinct(sample, mode="all").as_py() > most * len(sample):
        return None
    return pc.dictionary_encode(texts)


def some_of(texts: pa.Array, count: int) -> pa.Array:
    """Draw values from all over a column, the same ones each time: the first may be in order."""
    if len(texts) <= count:
        return texts
    at = (np.arange(count) + np.random.default_rng(0).random(count)) * (len(texts) / count)
    return texts.take(pa.array(at.astype(np.int64)))


def first_row(texts: pa.Array, value: bytes) -> int:
    """Tell the first row of a value, so that an error need not show it."""
    wanted = pa.scalar(value, pa.large_binary())
    return int(pc.index(texts.cast(pa.large_string()).cast(pa.large_binary()), wanted).as_py())


def pack(value: bytes, kind: str) -> bytes:
    """Put the kind of canonical text before a value, so that ``42`` and ``"42"`` stay apart."""
    return _KINDS[kind] + value


def text_only(array: pa.Array, what: str) -> pa.Array:
    """Return the texts of a column that was written by a mask.

    Raises:
        MaskingError: it is no text.
    """
    if pa.types.is_dictionary(array.type):
        return text_only(array.dictionary_decode(), what)
    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return array
    raise MaskingError(f"{what} are text, and the column is {kind}")
