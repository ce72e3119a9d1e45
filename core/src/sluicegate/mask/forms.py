"""The forms in which a pseudonym can leave: hex, base32, a whole number, or the shape of a UUID.

All are cut from the same 128 bits of ``Pseudonymizer``, so that the form decides how likely it is
that two values share a pseudonym. Among ``n`` distinct values and ``b`` bits that any two do is
about ``n² / 2^(b+1)``:

======== ==== =========================== ============ ============ ============
form     bits type                        10^6 values  10^8 values  10^9 values
======== ==== =========================== ============ ============ ============
hex 32    128 string                      1.5e-27      1.5e-23      1.5e-21
hex 16     64 string                      2.7e-8       2.7e-4       2.7 %
base32    at least as many as ``length`` hex digits hold
uuid      122 string                      9.4e-26      9.4e-22      9.4e-20
integer    63 int64, never negative       5.4e-8       5.4e-4       5.3 %
======== ==== =========================== ============ ============ ============
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa

from sluicegate.errors import UnknownNameError
from sluicegate.mask import hexadecimal
from sluicegate.mask.pseudonym import Pseudonymizer

_BASE32: Final = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_UUID_HYPHENS: Final = (8, 13, 18, 23)


def pseudonym(digests: pa.Array, pseudonymizer: Pseudonymizer, form: str, length: int) -> pa.Array:
    """Turn inner digests into pseudonyms of one form.

    Equal digests give equal pseudonyms under one key, so joins and counts hold within a form.

    Args:
        digests: Strings of 64 lower-case hex digits, or NULL; plain or dictionary-encoded.
        pseudonymizer: The keyed step of the purpose.
        form: ``hex``, ``base32`` (RFC 4648, section 6, in lower case and without padding),
            ``integer`` or ``uuid`` (RFC 9562, version 8: the bits are the application's own).
        length: Hex digits, 16 to 32; base32 takes as many characters as hold these bits, 13 to
            26. The other forms have their own length.

    Returns:
        A ``string`` array, for ``integer`` an ``int64`` array; NULL stays NULL.

    Raises:
        MaskingError: a value is not a digest, so the source did not mask it.
        UnknownNameError: there is no such form.
    """
    if form == "hex":
        return pseudonymizer.apply(digests, length)
    build = _builders(length).get(form)
    if build is None:
        raise UnknownNameError.of("form of a pseudonym", form, ["hex", *_builders(length)])
    return pseudonymizer.map(digests, build)


def _builders(length: int) -> dict[str, Callable[[hexadecimal.Bytes], pa.Array]]:
    return {
        "base32": lambda blocks: _base32(blocks, -(-length * 4 // 5)),
        "integer": _integer,
        "uuid": _uuid,
    }


def _base32(blocks: hexadecimal.Bytes, characters: int) -> pa.Array:
    """Take five bits a character from the front."""
    padded = np.zeros((len(blocks), 18), np.uint16)
    padded[:, :16] = blocks
    bit = 5 * np.arange(characters)
    pairs = padded[:, bit // 8] << np.uint16(8) | padded[:, bit // 8 + 1]
    texts = _BASE32[pairs >> (11 - bit % 8).astype(np.uint16) & np.uint16(31)]
    return hexadecimal.texts_of(texts)


def _integer(blocks: hexadecimal.Bytes) -> pa.Array:
    first = np.ascontiguousarray(blocks[:, :8]).view(">u8")[:, 0]
    return pa.array((first >> np.uint64(1)).astype(np.int64))


def _uuid(blocks: hexadecimal.Bytes) -> pa.Array:
    marked = blocks.copy()
    marked[:, 6] = marked[:, 6] & 0x0F | 0x80  # version 8
    marked[:, 8] = marked[:, 8] & 0x3F | 0x80  # the variant of RFC 9562
    texts = np.full((len(blocks), 36), ord("-"), np.uint8)
    digits = np.delete(np.arange(36), _UUID_HYPHENS)
    texts[:, digits] = hexadecimal.characters(marked)
    return hexadecimal.texts_of(texts)
