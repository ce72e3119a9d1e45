"""Check digits of many cells at once.

Source of the rules: ISO/IEC 7812-1, annex B (Luhn); ISO 13616-1 and ISO 7064 (mod 97-10).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sluicegate.detect.detector import Bytes, Ints

_NINE = np.uint8(9)
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], dtype=np.uint8)
_VALUES = np.full(256, 255, dtype=np.uint8)
"""What a digit or a letter, in either case, counts as; 255 for a separator."""
_VALUES[48:58] = np.arange(10)
_VALUES[65:91] = _VALUES[97:123] = np.arange(10, 36)
_ZERO_NETWORK = b".0.0.0"

Mask = npt.NDArray[np.bool_]


def luhn(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which cells have a right check digit and more than one kind of digit.

    Args:
        buffer: Where the cells lie.
        starts: First byte of each.
        ends: First byte after it. Each holds digits, and separators between them.
    """
    right = np.zeros(len(starts), dtype=np.bool_)
    for columns, chosen in _columns(buffer, starts, ends):
        sums = np.zeros(len(chosen), dtype=np.uint16)
        second = np.zeros(len(chosen), dtype=np.bool_)
        for column in columns[::-1]:
            digit = column <= _NINE
            value = np.where(digit, column, np.uint8(0))
            sums += np.where(second, _DOUBLED.take(value), value)
            second ^= digit
        right[chosen] = (sums % 10 == 0) & _varied(columns)
    return right


def varied(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which cells hold more than one kind of digit."""
    right = np.zeros(len(starts), dtype=np.bool_)
    for columns, chosen in _columns(buffer, starts, ends):
        right[chosen] = _varied(columns)
    return right


def iban_check(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which cells, letters and digits perhaps in groups, have right check digits."""
    right = np.zeros(len(starts), dtype=np.bool_)
    for columns, chosen in _columns(buffer, starts, ends):
        rest = np.zeros(len(chosen), dtype=np.int32)
        for column in (*columns[4:], *columns[:4]):
            grown = (rest * np.where(column > _NINE, np.int32(100), np.int32(10)) + column) % 97
            rest = np.where(column < len(_VALUES) - 1, grown, rest)
        right[chosen] = rest == 1
    return right


def host(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which dotted addresses are not the first one of a network of the largest kind."""
    last = np.maximum(ends - len(_ZERO_NETWORK), starts)
    zero = np.ones(len(starts), dtype=np.bool_)
    for place, byte in enumerate(_ZERO_NETWORK):
        zero &= buffer[np.minimum(last + place, len(buffer) - 1)] == byte
    return ~zero


def _varied(columns: Bytes) -> Mask:
    digits = columns <= _NINE
    most = np.where(digits, columns, np.uint8(0)).max(axis=0)
    mixed: Mask = most != np.where(digits, columns, _NINE).min(axis=0)
    return mixed


def _columns(buffer: Bytes, starts: Ints, ends: Ints) -> Iterator[tuple[Bytes, Ints]]:
    """Yield the values of cells that are equally long, a row for each place, and which they are."""
    lengths = ends - starts
    for length in np.unique(lengths).tolist():
        chosen = np.flatnonzero(lengths == length)
        # Each cell is copied as one thing, which costs a third of what its bytes would one by one.
        kind = np.dtype((np.void, length))
        cells = np.ndarray(len(buffer) - length + 1, kind, buffer, strides=(1,))[starts[chosen]]
        columns = cells.view(np.uint8).reshape(len(chosen), length).T
        yield _VALUES.take(np.ascontiguousarray(columns)), chosen
