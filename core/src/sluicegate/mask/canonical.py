"""The inner digest of a pseudonym: SHA-256 over a type tag and the canonical value (promise P8).

A source computes the same bytes in SQL. The tag keeps ``42`` and ``"42"``, and values of different
data classes, apart.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MaskingError

if TYPE_CHECKING:
    from sluicegate.model.data import DataClass

VERSION = 1


def tag(data_class: DataClass, kind: str) -> str:
    """Return the prefix that is hashed before the canonical value.

    Args:
        data_class: Class of the column.
        kind: ``text`` (as stored), ``int`` (decimal digits), ``uuid`` (lower-case, hyphenated).
    """
    return f"sluicegate:{VERSION}:{data_class}:{kind}:"


def canonical_text(array: pa.Array) -> tuple[pa.Array, str]:
    """Turn an array into its canonical texts (large_string) and name their kind.

    Raises:
        MaskingError: the type has no canonical form: floats, times, decimals, nested types.
    """
    kind = array.type
    if pa.types.is_dictionary(kind):
        return canonical_text(array.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return array.cast(pa.large_string()), "text"
    if pa.types.is_integer(kind):
        return array.cast(pa.string()).cast(pa.large_string()), "int"
    if isinstance(kind, pa.UuidType):
        return _uuid_text(array), "uuid"
    raise MaskingError(
        f"this mask needs text, an integer or a UUID, and the column is {kind}",
        hint="cast it to text in the query, or suppress or generalize it",
    )


def _uuid_text(array: pa.Array) -> pa.Array:
    texts = [None if v is None else str(v) for v in array.to_pylist()]
    return pa.array(texts, pa.large_string())


def inner_digest(array: pa.Array, data_class: DataClass) -> pa.Array:
    """Digest every value: large_string of 64 lower-case hex digits, NULL stays NULL.

    Each distinct value is hashed once.
    """
    texts, kind = canonical_text(array)
    encoded = pc.dictionary_encode(texts)
    prefix = tag(data_class, kind).encode()
    values = encoded.dictionary.cast(pa.large_binary()).to_pylist()
    digests = [hashlib.sha256(prefix + value).hexdigest() for value in values]
    return pa.array(digests, pa.large_string()).take(encoded.indices)
