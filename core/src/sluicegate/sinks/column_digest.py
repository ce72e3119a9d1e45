"""A keyed digest of a column: of its values in their order, and of nothing else.

How Arrow holds a column does not count: slices, chunks, dictionaries, widths of offsets and what
lies under a NULL. So a column that was written and the same one read back have one digest.

The digest is a GMAC (NIST SP 800-38D), at 20 times the speed of BLAKE2. It takes one nonce for all,
since digests are only compared, in this process: who is told neither them nor the key can do no
better than guess, whatever the values are (Wegman and Carter).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Piece = bytes | memoryview

_NONCE: Final = bytes(12)


def column_digest(array: pa.Array, key: bytes) -> bytes:
    """Digest the values of a column.

    Args:
        array: The values.
        key: 32 bytes. Who does not have it cannot make other values of the same digest.

    Returns:
        16 bytes, never to be shown: from two of them the hash's part of the key follows.
    """
    mac = Cipher(algorithms.AES(key), modes.GCM(_NONCE)).encryptor()
    for piece in (str(_plain(array[:0]).type).encode(), *_pieces(array)):
        view = memoryview(piece).cast("B")
        mac.authenticate_additional_data(len(view).to_bytes(8))
        mac.authenticate_additional_data(view)
    mac.finalize()
    return mac.tag


def _plain(array: pa.Array) -> pa.Array:
    """Return the values in the one form that is digested."""
    if isinstance(array, pa.ExtensionArray):
        return _plain(array.storage)
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _plain(array.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_string_view(kind):
        return array.cast(pa.large_string())
    if pa.types.is_binary(kind) or pa.types.is_binary_view(kind):
        return array.cast(pa.large_binary())
    return array


def _pieces(array: pa.Array) -> Iterator[Piece]:
    array = _plain(array)
    kind = array.type
    yield len(array).to_bytes(8)
    yield np.packbits(array.is_valid().to_numpy(zero_copy_only=False)).tobytes()
    if pa.types.is_null(kind):
        return
    if pa.types.is_struct(kind):
        for child in array.flatten():
            yield from _pieces(child)
    elif pa.types.is_map(kind) or pa.types.is_union(kind):
        yield json.dumps(array.to_pylist(), default=repr).encode()
    elif pa.types.is_nested(kind):
        yield _fixed(pc.list_value_length(array).drop_null())
        yield from _pieces(array.flatten())
    elif pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        known = array.drop_null()
        yield _fixed(pc.binary_length(known))
        yield _texts(known)
    elif pa.types.is_boolean(kind):
        yield _fixed(array.drop_null().cast(pa.uint8()))
    else:
        yield _fixed(array.drop_null())


def _fixed(array: pa.Array) -> Piece:
    """Return the bytes of values of one width, none of which is NULL."""
    width = array.type.bit_width // 8
    values = array.buffers()[1]
    start = array.offset * width
    return memoryview(values)[start : start + len(array) * width] if values else b""


def _texts(array: pa.Array) -> Piece:
    """Return the bytes of texts, one behind the other, none of which is NULL."""
    if not len(array):
        return b""
    ends = np.frombuffer(array.buffers()[1], np.int64)[array.offset :][: len(array) + 1]
    values = array.buffers()[2]
    return memoryview(values)[ends[0] : ends[-1]] if values else b""
