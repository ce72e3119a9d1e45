"""Numbers people: one 64-bit key for each value that names a person.

Two people who happen to share a key count as one, which only makes a class smaller than it is. So
a hash is safe here, and no dictionary of all people has to be kept.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.risk.grouping import Ints


def subject_keys(array: pa.Array) -> tuple[Ints, Ints]:
    """Return the rows that name a person, and the key of each; NULL is nobody."""
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    rows = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False))
    known = array.drop_null()
    if pa.types.is_integer(array.type) and not pa.types.is_uint64(array.type):
        return rows, known.to_numpy(zero_copy_only=False).astype(np.int64)
    coded: Any = known if pa.types.is_dictionary(known.type) else pc.dictionary_encode(known)
    indices = coded.indices.to_numpy(zero_copy_only=False)
    return rows, _keys(coded.dictionary)[indices]


def _keys(values: pa.Array) -> Ints:
    kind = values.type
    if not (pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind)):
        values = values.cast(pa.large_string()).cast(pa.large_binary())
    digests = b"".join(blake2b(v, digest_size=8).digest() for v in values.to_pylist())
    return np.frombuffer(digests, np.int64)
