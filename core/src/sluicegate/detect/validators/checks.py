"""Check digits of many cells at once.

Source of the rules: ISO/IEC 7812-1, annex B (Luhn); ISO 13616-1 and ISO 7064 (mod 97-10).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sluicegate.detect.detector import Bytes, Ints

_NINE = 9
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], dtype=np.int64)


def luhn(buffer: Bytes, starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
    """Tell which cells have a right check digit and more than one kind of digit.

    Args:
        buffer: Where the cells lie.
        starts: First byte of each.
        ends: First byte after it. Each holds digits, and separators between them.
    """
    right = np.zeros(len(starts), dtype=np.bool_)
    for digits, chosen in _digits(buffer, starts, ends):
        backwards = digits[:, ::-1]
        sums = backwards[:, 0::2].sum(axis=1) + _DOUBLED[backwards[:, 1::2]].sum(axis=1)
        right[chosen] = (sums % 10 == 0) & (digits != digits[:, :1]).any(axis=1)
    return right


def varied(buffer: Bytes, starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
    """Tell which cells hold more than one kind of digit."""
    right = np.zeros(len(starts), dtype=np.bool_)
    for digits, chosen in _digits(buffer, starts, ends):
        right[chosen] = (digits != digits[:, :1]).any(axis=1)
    return right


def iban_check(buffer: Bytes, starts: Ints, ends: Ints) -> npt.NDArray[np.bool_]:
    """Tell which cells, capital letters and digits without separators, have right check digits."""
    right = np.zeros(len(starts), dtype=np.bool_)
    for cells, chosen in _cells(buffer, starts, ends):
        moved = np.concatenate([cells[:, 4:], cells[:, :4]], axis=1).astype(np.int64)
        values = np.where(moved > ord("9"), moved - ord("A") + 10, moved - ord("0"))
        rest = np.zeros(len(cells), dtype=np.int64)
        for column in values.T:
            rest = (rest * np.where(column > _NINE, 100, 10) + column) % 97
        right[chosen] = rest == 1
    return right


def _digits(buffer: Bytes, starts: Ints, ends: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield matrices of the digits of cells that hold equally many, and which cells those are."""
    for cells, chosen in _cells(buffer, starts, ends):
        digits = (cells - np.uint8(48)) < np.uint8(10)
        counts = digits.sum(axis=1)
        for count in np.unique(counts):
            same = counts == count
            values = cells[same][digits[same]].reshape(-1, int(count)).astype(np.int64) - 48
            yield values, chosen[same]


def _cells(buffer: Bytes, starts: Ints, ends: Ints) -> Iterator[tuple[Bytes, Ints]]:
    """Yield matrices of the bytes of cells that are equally long, and which cells those are."""
    lengths = ends - starts
    for length in np.unique(lengths):
        chosen = np.flatnonzero(lengths == length)
        yield buffer[starts[chosen][:, None] + np.arange(length)], chosen
