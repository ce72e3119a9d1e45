"""FF1, the format-preserving encryption of NIST SP 800-38G, over a whole column at once.

Ten Feistel rounds; in each, every row needs the same few AES calls, and they are made for all rows
together. All that does not depend on the row (the block P, the tweak, the round's number) is
chained once per call. Step numbers in comments are those of Algorithms 7 and 8 of the standard.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sluicegate.errors import MaskingError
from sluicegate.mask.limbs import Base, Bytes, Column
from sluicegate.model.sensitive import NeverPickled

if TYPE_CHECKING:
    from sluicegate.model.sensitive import Sensitive

Limbs = list[Column]
Words = npt.NDArray[np.uint32]

SMALLEST_DOMAIN: Final = 1_000_000
"""SP 800-38G Rev. 1: there must be at least so many values of a length; fewer can be guessed."""
_ROUNDS: Final = 10
_BLOCK: Final = 16
_ROWS: Final = 8192
"""Rows at a time, so that what a round touches stays in the processor's cache."""


class FF1(NeverPickled):
    """Encrypts numerals to as many numerals of the same radix.

    Args:
        key: 16, 24 or 32 bytes.
        radix: 2 to 256.
    """

    __slots__ = ("_cipher", "_radix")

    def __init__(self, key: Sensitive[bytes], radix: int) -> None:
        # ECB is the bare block cipher here; the CBC-MAC of the standard is done in `_Rounds`
        self._cipher = Cipher(algorithms.AES(key.reveal()), modes.ECB())  # noqa: S305
        self._radix = radix

    def encrypt(self, numerals: Bytes, tweak: bytes = b"") -> Bytes:
        """Encrypt every row.

        Args:
            numerals: Shape (rows, numerals), most significant first, each below the radix.
            tweak: Public bytes; another tweak gives another permutation.

        Returns:
            An array of the same shape.

        Raises:
            MaskingError: fewer than a million values have this length, or a numeral is too large.
        """
        return self._run(numerals, tweak, _encrypt)

    def decrypt(self, numerals: Bytes, tweak: bytes = b"") -> Bytes:
        """Undo ``encrypt``; the same arguments, result and errors."""
        return self._run(numerals, tweak, _decrypt)

    def _run(self, numerals: Bytes, tweak: bytes, feistel: Feistel) -> Bytes:
        length = numerals.shape[1]
        if self._radix**length < SMALLEST_DOMAIN:
            raise MaskingError(
                f"{length} numerals of radix {self._radix} are too few for FF1",
                hint="SP 800-38G asks for a million possible values",
            )
        if numerals.size and numerals.max() >= self._radix:
            raise MaskingError(f"a numeral is not below the radix {self._radix}")
        rounds = _Rounds(self._cipher, self._radix, length, tweak)
        result = np.empty_like(numerals)
        for start in range(0, len(numerals), _ROWS):
            rows = numerals[start : start + _ROWS].T.copy()
            rounds.join(*feistel(rounds, *rounds.split(rows)), rows)
            result[start : start + _ROWS] = rows.T
        return result

    def __repr__(self) -> str:
        return f"FF1(***, {self._radix})"


def _encrypt(rounds: _Rounds, left: Limbs, right: Limbs) -> tuple[Limbs, Limbs]:
    for number in range(_ROUNDS):
        base = rounds.bases[number % 2]
        mixed = base.add(left, base.reduce(rounds.output(number, right)))
        left, right = right, mixed
    return left, right


def _decrypt(rounds: _Rounds, left: Limbs, right: Limbs) -> tuple[Limbs, Limbs]:
    for number in reversed(range(_ROUNDS)):
        base = rounds.bases[number % 2]
        mixed = base.subtract(right, base.reduce(rounds.output(number, left)))
        left, right = mixed, left
    return left, right


Feistel = Callable[["_Rounds", Limbs, Limbs], tuple[Limbs, Limbs]]


class _Rounds:
    """The function of the ten rounds, for one length and tweak."""

    def __init__(self, cipher: Cipher[modes.ECB], radix: int, length: int, tweak: bytes) -> None:
        self._encryptor = cipher.encryptor()
        self._half = length // 2  # step 1: u, and v = n - u
        self.bases = Base(radix, self._half), Base(radix, length - self._half)
        size = ((radix ** (length - self._half) - 1).bit_length() + 7) // 8  # step 3: b
        self._words = -(-size // 4)
        header = bytes([1, 2, 1, *radix.to_bytes(3), 10, self._half % 256])  # step 5: P
        header += length.to_bytes(4) + len(tweak).to_bytes(4) + tweak
        header += bytes((-len(tweak) - size - 1) % _BLOCK)
        self._rounds = [self._chain(header + bytes([i]) + bytes(size)) for i in range(_ROUNDS)]

    def split(self, numerals: Bytes) -> tuple[list[Column], list[Column]]:
        """Step 2: A and B. Numerals are of shape (numerals, rows)."""
        left, right = self.bases
        return left.read(numerals[: self._half]), right.read(numerals[self._half :])

    def join(self, left: list[Column], right: list[Column], numerals: Bytes) -> None:
        """Step 7: A and B one after the other; after all rounds A is as long as at first."""
        self.bases[0].write(left, numerals[: self._half])
        self.bases[1].write(right, numerals[self._half :])

    def output(self, number: int, limbs: list[Column]) -> list[Column]:
        """Steps 6 i to 6 iv: the number y of each row, from the half that is not changed.

        Returns:
            64 bits, then 32 bits each, most significant first; for ``Base.reduce``.
        """
        words = self.bases[1 - number % 2].words(limbs, self._words)
        last = self._mac(self._rounds[number], words)
        blocks = -(-(self._words + 1) // 4)  # step 6 iii: d = 4 * (words + 1) bytes
        counters = np.frombuffer(b"".join(i.to_bytes(_BLOCK) for i in range(blocks)), np.uint32)
        more = [self._aes(last ^ counter) for counter in counters.reshape(-1, 4)[1:]]
        stream = np.concatenate([last, *more], axis=1) if more else last
        first = stream[:, :2].copy().view(">u8")[:, 0].astype(np.uint64)
        rest = stream[:, 2 : self._words + 1].copy().view(">u4").T.astype(np.uint64)
        return [first, *rest]

    def _mac(self, blocks: Words, words: list[Column]) -> Words:
        """Step 6 ii: the end of the CBC-MAC, where the rows differ."""
        place = blocks.shape[0] * 4 - len(words)
        state = None
        for index, constant in enumerate(blocks):
            block = np.tile(constant, (len(words[0]), 1))
            for column in range(max(place, 4 * index), 4 * index + 4):
                block[:, column % 4] ^= words[column - place].astype(">u4").view(np.uint32)
            state = self._aes(block if state is None else block ^ state)
        assert state is not None
        return state

    def _chain(self, message: bytes) -> Words:
        """Chain what is the same in all rows into the first of the blocks that are not."""
        blocks = np.frombuffer(message, np.uint32).reshape(-1, 4)
        varying = -(-self._words // 4)
        state = np.zeros((1, 4), np.uint32)
        for block in blocks[:-varying]:
            state = self._aes(state ^ block)
        rest = blocks[-varying:].copy()
        rest[0] ^= state[0]
        return rest

    def _aes(self, blocks: Words) -> Words:
        done = self._encryptor.update(np.ascontiguousarray(blocks).data.cast("B"))
        return np.frombuffer(done, np.uint32).reshape(-1, 4)
