"""Shapes of digits in a buffer, found with array arithmetic: cost follows the number of digits.

An automaton that looks for "ten digits with separators" is an order of magnitude slower than one
pass that tells where digits are; almost everything else can be told from their places alone.
"""

from __future__ import annotations

import itertools
import string
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.marks import table
from sluicegate.detect.spans import Ints
from sluicegate.detect.timestamps import ATTACHED, SEPARATORS, without_timestamps
from sluicegate.detect.validators.iban import IBAN_LENGTHS

Bytes = npt.NDArray[np.uint8]

_DOT, _DASH, _ONE, _TWO = (ord(sign) for sign in ".-12")
_SEPARATORS = table(SEPARATORS)
_COUNTRIES = np.zeros(1 << 16, dtype=np.bool_)
"""By two bytes as one number: whether they are a country's code, in any case."""
for _pair in (itertools.product(*zip(code, code.lower(), strict=True)) for code in IBAN_LENGTHS):
    _COUNTRIES[[int.from_bytes("".join(letters).encode(), "little") for letters in _pair]] = True
_DIGITS = table(string.digits.encode())
_CHAINED = _SEPARATORS | _DIGITS
"""What a chain of digits consists of."""
_BEFORE_TIME = table(b":T")
_PARTS_OF_TIME = 3
_SPACED = 8
"""Gaps of one byte in a row that make digits one by one."""
_LONGEST_GAP = 3
"""Separators between two digits of a chain, for example the two of ``(020) 1``."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Where the digits of a buffer are, those of timestamps left out."""

    buffer: Bytes = field(repr=False)
    starts: Ints
    """First byte of every run of ASCII digits; a row's end parts two runs."""
    ends: Ints
    """First byte after each."""
    gaps: Ints
    """Bytes between each run and the next; across a row's end they count as endless, unless they
    are too many for a chain anyway."""

    @classmethod
    def of(cls, buffer: Bytes, runs: tuple[Ints, Ints], row_starts: Ints) -> Digits:
        """Measure the gaps between runs of digits, and part those that go on from row to row."""
        starts, ends = runs
        inner = row_starts[slice(*np.searchsorted(row_starts, (1, len(buffer))))]
        # No chain reaches across the others, and they are many: most rows begin with a letter.
        inner = inner[_among(_CHAINED, buffer, inner)]
        inner = inner[_among(_CHAINED, buffer, inner - 1)]
        cuts = inner[_among(_DIGITS, buffer, inner) & _among(_DIGITS, buffer, inner - 1)]
        if len(cuts):
            starts, ends = (_with(at, cuts, len(buffer)) for at in (starts, ends))
        gaps = starts[1:] - ends[:-1]
        first_of_row = np.searchsorted(starts, inner)
        first_of_row = first_of_row[(first_of_row > 0) & (first_of_row < len(starts))]
        gaps[first_of_row - 1] = np.iinfo(np.int64).max
        return cls(buffer, *without_timestamps(buffer, starts, ends, gaps, _LONGEST_GAP + 1))

    def followed(self, gap: int) -> Ints:
        """Return which runs have the next one at a distance of so many bytes."""
        return np.flatnonzero(self.gaps == gap)


def _with(places: Ints, more: Ints, size: int) -> Ints:
    """Merge places, each once. Where there are many, flags cost far less than to sort them."""
    flags = np.zeros(size + 1, dtype=np.bool_)
    flags[places] = flags[more] = True
    return np.flatnonzero(flags)


class Chains(NamedTuple):
    """Chains of digits with at most three separators between two of them, dates left out."""

    starts: Ints
    """First digit of each."""
    ends: Ints
    """First byte after its last digit."""
    counts: Ints
    """Its digits."""
    runs: Ints
    """The most of them that stand side by side."""


def chains(digits: Digits) -> Chains:
    """Return every chain of digits that is of no date."""
    if not len(digits.starts):
        return Chains(*[np.zeros(0, dtype=np.int64)] * 4)
    apart = np.ones(len(digits.gaps), dtype=np.bool_)
    for gap in range(1, _LONGEST_GAP + 1):
        at = digits.followed(gap)
        for step in range(gap):
            at = at[_among(_SEPARATORS, digits.buffer, digits.ends.take(at) + step)]
        apart[at] = False
    cuts = np.flatnonzero(apart)
    first = np.concatenate([[0], cuts + 1])
    last = np.concatenate([cuts, [len(digits.starts) - 1]])
    starts, ends = digits.starts[first], digits.ends[last]
    lengths = digits.ends - digits.starts
    counts = np.add.reduceat(lengths, first)
    dates = _dates(digits.buffer, starts, ends, counts)
    kept = ~_with_times(digits.buffer, starts, ends, counts, dates)
    runs = np.maximum.reduceat(lengths, first)
    return Chains(starts[kept], ends[kept], counts[kept], runs[kept])


def _among(table: npt.NDArray[np.bool_], buffer: Bytes, places: Ints) -> npt.NDArray[np.bool_]:
    """Tell at which places a byte of a kind stands. `take` costs half of what an index does."""
    return table.take(buffer.take(places))


def _dates(buffer: Bytes, starts: Ints, ends: Ints, counts: Ints) -> npt.NDArray[np.bool_]:
    """Tell which chains are a date such as ``2024-01-15``, with an hour or without.

    Nothing in the catalogue is written like that, and texts are full of them. One with a plus or
    a bracket before it may still begin a phone number, and one behind a letter end a password.
    """
    lengths = ends - starts
    date = (counts == 8) & (lengths == 10)  # noqa: PLR2004  # 2024-01-15
    hour = (counts == 10) & (lengths == 13)  # noqa: PLR2004  # 2024-01-15 12
    at = np.flatnonzero((date | hour) & (starts > 0))
    start = starts.take(at)
    lead = buffer.take(start)
    right = (lead == _ONE) | (lead == _TWO)
    right &= (buffer.take(start + 4) == _DASH) & (buffer.take(start + 7) == _DASH)
    right &= ~_among(ATTACHED, buffer, start - 1)
    dates = np.zeros(len(starts), dtype=np.bool_)
    dates[at[right]] = True
    return dates


def _with_times(
    buffer: Bytes, starts: Ints, ends: Ints, counts: Ints, dates: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Tell which chains are dates, or of the time after one: ``T12``, ``:30`` or ``:45.678``."""
    known = dates.copy()
    at = np.flatnonzero(dates)
    for _ in range(_PARTS_OF_TIME):
        if len(at) and at[-1] + 1 == len(starts):
            at = at[:-1]
        end, following = ends.take(at), starts.take(at + 1)
        close = (following == end + 1) & _among(_BEFORE_TIME, buffer, end)
        at, start = at[close] + 1, following[close]
        if not len(at):
            break
        count, length = counts.take(at), ends.take(at) - start
        part = (count == 2) & (length == 2)  # noqa: PLR2004  # two digits
        fraction = np.flatnonzero((count == 5) & (length == 6))  # noqa: PLR2004
        part[fraction] = buffer.take(start[fraction] + 2) == _DOT
        at = at[part]
        known[at] = True
    return known


def spaced(digits: Digits) -> Ints:
    """Return the position after every ninth digit, and each after it, of digits one byte apart."""
    apart = digits.followed(1)
    if len(apart) < _SPACED:
        return apart[:0]
    last = apart[_SPACED - 1 :]
    last = last[last - apart[: 1 - _SPACED] == _SPACED - 1]
    if not len(last):
        return apart[:0]
    single = np.concatenate([[0], np.cumsum(digits.ends - digits.starts == 1)])
    # All runs but the first and the last are one digit.
    last = last[single[last + 1] - single[last + 2 - _SPACED] == _SPACED - 1]
    ends: Ints = digits.starts[last + 1] + 1
    return ends


def dotted(digits: Digits) -> Ints:
    """Return the position after the third dot of every four dotted runs of digits."""
    dots = digits.ends[digits.followed(1)]
    dots = dots[digits.buffer[dots] == _DOT]
    # Two dots are of one address if at most three digits stand between them.
    near = (dots[2:] - dots[1:-1] <= 4) & (dots[1:-1] - dots[:-2] <= 4)  # noqa: PLR2004
    thirds: Ints = dots[2:][near] + 1
    return thirds


def country_checks(digits: Digits) -> Ints:
    """Return the position after every country code of an IBAN that two digits follow."""
    at = digits.starts[(digits.ends - digits.starts > 1) & (digits.starts > 1)]
    buffer = digits.buffer
    first, second = (buffer.take(at - back).astype(np.uint16) for back in (2, 1))
    ends: Ints = at[_COUNTRIES.take(first | second << 8)] + 2
    return ends
