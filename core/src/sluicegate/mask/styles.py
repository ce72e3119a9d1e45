"""Which values ``FormatPreserver`` encrypts among each other, by the characters they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sluicegate.mask.ff1 import SMALLEST_DOMAIN
from sluicegate.mask.limbs import Bytes

_DIGITS: Final = b"0123456789"
_LOWER: Final = b"abcdefghijklmnopqrstuvwxyz"
_UPPER: Final = _LOWER.upper()
_BLANKS: Final = b"\t\n\r"
STAYS, DIGIT, LOWER, UPPER, REFUSED = range(5)
"""Kinds of bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """The set of all values of one length that hold certain characters."""

    name: bytes
    characters: bytes
    """One for each numeral: as many as the radix."""
    needs: tuple[bytes, ...] = ()
    """A value of this style holds at least one character of each of these."""

    @property
    def shortest(self) -> int:
        """Length from which on there are a million values."""
        return next(n for n in range(1, 21) if len(self.characters) ** n >= SMALLEST_DOMAIN)

    def read(self, characters: Bytes) -> Bytes:
        """Turn characters, all of this style, into numerals."""
        table = np.zeros(256, np.uint8)
        table[list(self.characters)] = np.arange(len(self.characters))
        return table[characters]

    def write(self, numerals: Bytes) -> Bytes:
        """Turn numerals into characters."""
        return np.frombuffer(self.characters, np.uint8)[numerals]

    def misfits(self, characters: Bytes) -> npt.NDArray[np.bool_]:
        """Which rows of characters are of another style."""
        result = np.zeros(len(characters), np.bool_)
        for needed in self.needs:
            table = np.zeros(256, np.bool_)
            table[list(needed)] = True
            result |= ~table[characters].any(axis=1)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """The styles of one alphabet."""

    members: tuple[Style, ...]
    kinds: Bytes
    """Kind of each of the 256 bytes."""

    def of_rows(self, kinds: Bytes, offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Find the style of each row, as its index among ``members``."""
        if len(self.members) == 1:
            return np.zeros(len(offsets) - 1, np.int64)
        lower, upper = (_holds(kinds == kind, offsets) for kind in (LOWER, UPPER))
        return upper.astype(np.int64) + (upper & lower)


def _holds(marks: npt.NDArray[np.bool_], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    before = np.concatenate([[0], np.cumsum(marks)])
    return np.diff(before[offsets]) > 0


def _kinds(encrypted: dict[int, bytes]) -> Bytes:
    table = np.full(256, REFUSED, np.uint8)
    table[list(_BLANKS)] = STAYS
    for code in range(0x20, 0x7F):
        table[code] = REFUSED if bytes([code]).isalnum() else STAYS
    for kind, characters in encrypted.items():
        table[list(characters)] = kind
    return table


STYLES: Final = {
    "digits": Styles(
        members=(Style(name=b"digits", characters=_DIGITS),), kinds=_kinds({DIGIT: _DIGITS})
    ),
    "alphanumeric": Styles(
        members=(
            Style(name=b"lower", characters=_DIGITS + _LOWER),
            Style(name=b"upper", characters=_DIGITS + _UPPER, needs=(_UPPER,)),
            Style(name=b"mixed", characters=_DIGITS + _LOWER + _UPPER, needs=(_LOWER, _UPPER)),
        ),
        kinds=_kinds({DIGIT: _DIGITS, LOWER: _LOWER, UPPER: _UPPER}),
    ),
}
"""By name of the alphabet. A value without letters is of the lower-case style."""
