"""The keyed outer step of a pseudonym: AES-256-CMAC (NIST SP 800-38B) over the inner digest.

The inner digest comes from the source or from ``canonical.inner_digest``; the key is only here. A
digest is two whole AES blocks, so its CMAC is ``E(E(first) ⊕ second ⊕ K1)``: two calls of AES-ECB
mask a whole column. HMAC-SHA-256 was measured beside it (``tests/bench/bench_mask.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sluicegate.errors import MaskingError
from sluicegate.mask import hexadecimal
from sluicegate.model.sensitive import NeverPickled

if TYPE_CHECKING:
    from sluicegate.model.sensitive import Sensitive

PRF: Final = "AES-256-CMAC"
_DIGEST_DIGITS: Final = 64
_BLOCK: Final = 16
_WHOLE: Final = np.dtype(f"V{_BLOCK}")
"""A block as one item, which is copied at once."""
_RB: Final = 0x87
"""The constant of the 128-bit field in SP 800-38B, section 5.3."""


class Pseudonymizer(NeverPickled):
    """Applies the keyed step of one purpose.

    Args:
        key: 32 bytes, derived for the purpose.
    """

    __slots__ = ("_cipher", "_subkey")

    def __init__(self, key: Sensitive[bytes]) -> None:
        # ECB is the bare block cipher here; CMAC's chaining is done below, over all values at once
        self._cipher = Cipher(algorithms.AES(key.reveal()), modes.ECB())  # noqa: S305
        self._subkey = np.frombuffer(_subkey(self._encrypt(np.zeros(_BLOCK, np.uint8))), np.uint8)

    def apply(self, digests: pa.Array, length: int) -> pa.Array:
        """Turn inner digests into pseudonyms.

        Args:
            digests: Strings of 64 lower-case hex digits, or NULL; also dictionary-encoded, where
                each distinct one is computed once.
            length: Hex digits of the result, 16 to 32.

        Returns:
            A ``string`` array; NULL stays NULL.

        Raises:
            MaskingError: a value is not a digest, so the source did not mask it.
        """
        return self.map(digests, lambda blocks: hexadecimal.encode(blocks, length))

    def map(
        self,
        digests: pa.Array,
        build: Callable[[hexadecimal.Bytes], pa.Array],
        label: bytes = b"",
    ) -> pa.Array:
        """Build a value from the 16 keyed bytes of each digest; NULL stays NULL.

        Args:
            digests: As for ``apply``.
            build: Gets an array of shape (values, 16) and returns as many values.
            label: As for ``blocks``.
        """
        if pa.types.is_dictionary(digests.type):
            return self.map(digests.dictionary, build, label).take(digests.indices)
        if not digests.null_count:
            return build(self.blocks(digests, label))
        return _restore_nulls(digests, build(self.blocks(digests.drop_null(), label)))

    def blocks(self, digests: pa.Array, label: bytes = b"") -> hexadecimal.Bytes:
        """Compute the CMAC of each digest.

        Args:
            digests: Strings of 64 lower-case hex digits, without NULL.
            label: Whole blocks of 16 bytes, put behind the digest: what is made for one use then
                tells nothing about what is made for another.

        Returns:
            An array of shape (len(digests), 16).

        Raises:
            MaskingError: a value is not a digest, so the source did not mask it.
        """
        messages = hexadecimal.decode(digests, _DIGEST_DIGITS)
        if messages is None:
            raise MaskingError(
                "the source sent something that is not a digest for a pseudonymized column",
                hint="the masked rewrite and the source disagree; nothing was written",
            )
        count = len(messages)
        tail = np.frombuffer(label, np.uint8).reshape(-1, _BLOCK)
        halves = messages.view(_WHOLE)
        chain = [_column(half) for half in halves.T] + [_repeated(block, count) for block in tail]
        chain[-1] = chain[-1] ^ _repeated(self._subkey, count)
        state = np.zeros((count, _BLOCK), np.uint8)
        for block in chain:
            state = np.frombuffer(self._encrypt(state ^ block), np.uint8).reshape(count, _BLOCK)
        return state

    def _encrypt(self, blocks: hexadecimal.Bytes) -> bytes:
        return self._cipher.encryptor().update(blocks.data)

    def __repr__(self) -> str:
        return "Pseudonymizer(***)"


def _column(blocks: npt.NDArray[np.void]) -> hexadecimal.Bytes:
    """Put the bytes of blocks one behind the other, each block in a row."""
    return np.ascontiguousarray(blocks).view(np.uint8).reshape(-1, _BLOCK)


def _repeated(block: hexadecimal.Bytes, count: int) -> hexadecimal.Bytes:
    """Repeat a block in rows: numpy is slow where it has to stretch one of so few bytes."""
    return np.frombuffer(block.tobytes() * count, np.uint8).reshape(-1, _BLOCK)


def _subkey(zero: bytes) -> bytes:
    """K1 of SP 800-38B, section 6.1: the encrypted zero block, doubled in the field."""
    doubled = int.from_bytes(zero) << 1
    if doubled >> 128:
        doubled = (doubled ^ _RB) & ((1 << 128) - 1)
    return doubled.to_bytes(_BLOCK)


def _restore_nulls(template: pa.Array, values: pa.Array) -> pa.Array:
    positions = np.cumsum(pc.is_valid(template).to_numpy(zero_copy_only=False)) - 1
    indices = pa.array(positions, mask=pc.is_null(template).to_numpy(zero_copy_only=False))
    return values.take(indices)
