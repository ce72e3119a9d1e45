"""Numbers people: one 64-bit key for each value that names a person.

Two people who happen to share a key count as one, which only makes a class smaller than it is. So
a hash is safe here, and no dictionary of all people has to be kept.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MaskingError
from sluicegate.risk.grouping import Ints
from sluicegate.risk.mixing import Words, mixed


def subject_keys(array: pa.Array) -> tuple[Ints, Ints]:
    """Return the rows that name a person, and the key of each; NULL is nobody.

    Raises:
        MaskingError: values are nested.
    """
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    if pa.types.is_nested(array.type):
        raise MaskingError(f"values of type {array.type} cannot name the subject of a row")
    rows = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False))
    known = array.drop_null()
    if pa.types.is_integer(known.type) and not pa.types.is_uint64(known.type):
        return rows, known.to_numpy(zero_copy_only=False).astype(np.int64)
    if pa.types.is_dictionary(known.type):
        keys = _keys(known.dictionary)[known.indices.to_numpy(zero_copy_only=False)]
        return rows, keys
    return rows, _keys(known)


def _keys(values: pa.Array) -> Ints:
    """Return a key for each value, by its bytes alone; a NULL in a dictionary gets one too."""
    kind = values.type
    if not (pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind)):
        values = values.cast(pa.large_string())
    values = values.cast(pa.large_binary()).fill_null(b"")
    lengths = pc.binary_length(values).to_numpy(zero_copy_only=False)
    keys = np.zeros(len(values), np.uint64)
    for length in np.unique(lengths).tolist():  # of pseudonyms there is one
        of_it = lengths == length
        alike = values if of_it.all() else values.filter(pa.array(of_it))
        keys[of_it] = _keys_of_one_length(alike, length)
    return keys.view(np.int64)


def _keys_of_one_length(values: pa.Array, length: int) -> Words:
    """Mix the words of values that are equally long, all at once."""
    keys = np.full(len(values), length, np.uint64)
    ends = np.frombuffer(values.buffers()[1], np.int64)[values.offset :][: len(values) + 1]
    data = np.frombuffer(values.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    padded = np.zeros((len(values), -(-length // 8) * 8), np.uint8)
    padded[:, :length] = data.reshape(len(values), length)
    for word in padded.view(np.uint64).T:
        keys = mixed(keys + word)
    return keys
