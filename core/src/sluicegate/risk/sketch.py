"""A small, linear picture of a table of counts: two of them tell in which few counts they differ.

An invertible Bloom lookup table (Goodrich and Mitzenmacher 2011) whose cells are exact sums: each
class adds its count, and its keyed digest that many times, to three cells. The difference of two
pictures is that of their tables; a cell in which one class is left gives its digest and count,
which are taken out of its other cells, until nothing is left. Its size depends on how many
differences are to be found, not on the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa

from sluicegate.model.risk import LARGEST_DIFFERENCE
from sluicegate.risk.grouping import Ints
from sluicegate.risk.mixing import Words, mixed

_TABLES: Final = 3
_LEAST: Final = 16
_LIMB: Final = 21
"""Bits that are summed by themselves: up to 2^32 rows sums stay integers of JSON (2^53)."""
_KEY_LIMBS, _CHECK_LIMBS = 3, 2
_MASK: Final = (1 << _LIMB) - 1


@dataclass(frozen=True, slots=True)
class Sketch:
    """Cells by rows: the sum of counts, then of each limb of key and check times the count."""

    cells: Ints

    @classmethod
    def of(cls, keys: Words, counts: Ints, k: int) -> Self:
        """Picture a table of counts.

        Args:
            keys: Of its classes, as ``class_keys`` gives them.
            counts: Of each class.
            k: Differences of fewer than so many are to be found.
        """
        return cls(_cells(keys, counts, max(_LEAST, min(k, LARGEST_DIFFERENCE))))

    @classmethod
    def read(cls, value: Sequence[Sequence[int]]) -> Self:
        """Read what ``plain`` wrote."""
        return cls(np.array(value, np.int64).reshape(-1, 1 + _KEY_LIMBS + _CHECK_LIMBS))

    def plain(self) -> list[list[int]]:
        """Return JSON types."""
        cells: list[list[int]] = self.cells.tolist()
        return cells

    def __sub__(self, other: Sketch) -> Sketch:
        return Sketch(self.cells - other.cells)

    def __add__(self, other: Sketch) -> Sketch:
        return Sketch(self.cells + other.cells)

    def difference(self, k: int) -> int | None:
        """Return by how many rows the tables differ, if by fewer than ``k``; ``None`` if by more.

        Args:
            k: From 2. Each difference of a class counts with its size, so what one table has more
                does not make up for what the other has.
        """
        cells, total = self.cells.copy(), 0
        if np.count_nonzero(cells[:, 0]) > _TABLES * (k - 1):
            return None
        for _ in range(k):
            if not cells.any():
                return total
            single = _single(cells)
            if single is None:
                return None
            key, count = single
            total += abs(count)
            cells -= _cells(np.array([key], np.uint64), np.array([count]), len(cells) // _TABLES)
            if total >= k:
                return None
        return None


def _single(cells: Ints) -> tuple[int, int] | None:
    """Find a class that is alone in a cell; return its key and count."""
    counts = cells[:, 0]
    for place in np.flatnonzero(counts):
        sums, count = cells[place, 1:], counts[place]
        limbs = sums // count
        if (limbs * count != sums).any() or ((limbs < 0) | (limbs > _MASK)).any():
            continue
        key = sum(int(limb) << (_LIMB * i) for i, limb in enumerate(limbs[:_KEY_LIMBS]))
        keys = np.array([key], np.uint64)
        if (_limbs(_checks(keys), _CHECK_LIMBS)[0] != limbs[_KEY_LIMBS:]).any():
            continue
        if place in _places(keys, len(cells) // _TABLES):
            return key, int(count)
    return None


def _cells(keys: Words, counts: Ints, width: int) -> Ints:
    parts = np.column_stack(
        [
            np.ones(len(keys), np.int64),
            _limbs(keys, _KEY_LIMBS),
            _limbs(_checks(keys), _CHECK_LIMBS),
        ]
    )
    cells = np.zeros((_TABLES * width, parts.shape[1]), np.int64)
    np.add.at(cells, _places(keys, width), (parts * counts[:, None])[None])
    return cells


def _places(keys: Words, width: int) -> Ints:
    """Return the cell of each key in each of the tables: ``tables × keys``."""
    rows = [
        (mixed(keys + np.uint64(number + 1)) % np.uint64(width)).astype(np.int64) + number * width
        for number in range(_TABLES)
    ]
    return np.stack(rows)


def _checks(keys: Words) -> Words:
    return mixed(keys ^ np.uint64(0x9E3779B97F4A7C15))


def _limbs(words: Words, number: int) -> Ints:
    limbs = [(words >> np.uint64(_LIMB * i)) & np.uint64(_MASK) for i in range(number)]
    return np.column_stack(limbs).astype(np.int64)


def class_keys(columns: Sequence[Ints], values: Sequence[pa.Array], key: bytes) -> Words:
    """Return 63 bits for each class: keyed digests of its values, mixed in the order of columns.

    Args:
        columns: Numbers of values, a row a class; at least one column.
        values: The values behind the numbers of each column.
        key: Who does not have it cannot try values. 16 to 64 bytes.
    """
    keys = np.zeros(len(columns[0]), np.uint64)
    for number, (column, known) in enumerate(zip(columns, values, strict=True)):
        keys = mixed(keys + _value_keys(known, key, number)[column])
    return keys & np.uint64((1 << _LIMB * _KEY_LIMBS) - 1)


def _value_keys(values: pa.Array, key: bytes, number: int) -> Words:
    """Return 64 bits for each value of a column; the type of the column does not matter."""
    digests = b"".join(
        blake2b(_bytes(v), digest_size=8, key=key, person=number.to_bytes(8, "big")).digest()
        for v in values.to_pylist()
    )
    return np.frombuffer(digests, np.uint64)


def _bytes(value: Any) -> bytes:
    return b"" if value is None else b"=" + str(value).encode("utf-8", "surrogatepass")
