"""Whole numbers longer than a machine word, a column at a time, as FF1 needs them.

A number of ``m`` numerals is a list of *limbs*, least significant first: each an array of one
entry per row, below ``radix ** k`` with the largest ``k`` such that this is below 2**32. So every
product of a limb and a 32-bit word, plus a carry, fits 64 bits, and no step needs a Python integer
or a float.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Column = npt.NDArray[np.uint64]
_WORD = np.uint64(32)
_WORD_MASK = np.uint64(0xFFFFFFFF)
_NONE: npt.NDArray[np.bool_] = np.zeros(1, np.bool_)


class Base:
    """How numbers of one count of numerals are held.

    Args:
        radix: 2 to 256.
        numerals: Numerals of each number, at least 1.
    """

    __slots__ = ("_radix", "_sizes", "bounds")

    def __init__(self, radix: int, numerals: int) -> None:
        per_limb = 1
        while radix ** (per_limb + 1) < 1 << 32:
            per_limb += 1
        whole, rest = divmod(numerals, per_limb)
        self._radix = radix
        self._sizes = [per_limb] * whole + [rest] * (rest > 0)
        self.bounds = [np.uint64(radix**size) for size in self._sizes]
        """What each limb is below; their product is ``radix ** numerals``."""

    def read(self, numerals: Bytes) -> list[Column]:
        """Turn numerals of shape (numerals, rows), most significant first, into limbs."""
        limbs, end = [], len(numerals)
        for size in self._sizes:
            value = numerals[end - size].astype(np.uint32)
            for numeral in numerals[end - size + 1 : end]:
                value *= np.uint32(self._radix)
                value += numeral
            limbs.append(value.astype(np.uint64))
            end -= size
        return limbs

    def write(self, limbs: Sequence[Column], numerals: Bytes) -> None:
        """Write limbs as numerals into an array of shape (numerals, rows)."""
        end, radix = len(numerals), np.uint32(self._radix)
        for limb, size in zip(limbs, self._sizes, strict=True):
            rest = limb.astype(np.uint32)
            for place in range(end - 1, end - size - 1, -1):
                quotient = rest // radix
                numerals[place] = rest - quotient * radix
                rest = quotient
            end -= size

    def reduce(self, words: Sequence[Column]) -> list[Column]:
        """Reduce a number modulo ``radix ** numerals``.

        Args:
            words: Most significant first: 64 bits, then 32 bits each.
        """
        limbs = [np.zeros_like(words[0]) for _ in self.bounds]
        for carry in words:
            for place, bound in enumerate(self.bounds):
                total = (limbs[place] << _WORD) + carry
                carry = total // bound  # noqa: PLW2901 - it goes on to the next limb
                limbs[place] = total - carry * bound
        return limbs

    def add(self, left: Sequence[Column], right: Sequence[Column]) -> list[Column]:
        """Add modulo ``radix ** numerals``."""
        limbs: list[Column] = []
        carry = _NONE
        for a, b, bound in zip(left, right, self.bounds, strict=True):
            total = a + b + carry
            limbs.append(np.minimum(total, total - bound))  # below the bound the second wraps
            carry = total >= bound
        return limbs

    def subtract(self, left: Sequence[Column], right: Sequence[Column]) -> list[Column]:
        """Subtract modulo ``radix ** numerals``."""
        limbs: list[Column] = []
        borrow = _NONE
        for a, b, bound in zip(left, right, self.bounds, strict=True):
            total = a - b - borrow
            limbs.append(np.minimum(total, total + bound))  # a negative one has wrapped
            borrow = total > a
        return limbs

    def words(self, limbs: Sequence[Column], count: int) -> list[Column]:
        """Return the number as ``count`` words of 32 bits, most significant first."""
        words = [limbs[-1]] + [np.zeros_like(limbs[0]) for _ in range(count - 1)]
        for limb, bound in zip(limbs[-2::-1], self.bounds[-2::-1], strict=True):
            carry = limb
            for place, word in enumerate(words):
                total = word * bound + carry
                words[place] = total & _WORD_MASK
                carry = total >> _WORD
        return words[::-1]
