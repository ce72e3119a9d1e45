"""Shapes of digits in a buffer, found with array arithmetic: cost follows the number of digits.

An automaton that looks for "ten digits with separators" is an order of magnitude slower than one
pass that tells where digits are; almost everything else can be told from their places alone.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sluicegate.detect.marks import ODD
from sluicegate.detect.spans import Ints
from sluicegate.detect.validators.iban import IBAN_LENGTHS

Bytes = npt.NDArray[np.uint8]

_DOT, _DASH, _ONE, _TWO = (ord(sign) for sign in ".-12")
_SEPARATORS = np.zeros(256, dtype=np.bool_)
_SEPARATORS[[*b" \t\r\n-.()/_+"]] = True
_COUNTRIES = np.zeros((26, 26), dtype=np.bool_)
for _country in IBAN_LENGTHS:
    _COUNTRIES[ord(_country[0]) - 65, ord(_country[1]) - 65] = True
_ATTACHED = _SEPARATORS.copy()
"""What, before a date, makes it something else."""
_ATTACHED[[*(string.ascii_letters.encode() + ODD)]] = True
_ATTACHED[ord(" ")] = False
_BEFORE_TIME = np.zeros(256, dtype=np.bool_)
_BEFORE_TIME[[*b":T"]] = True
_PARTS_OF_TIME = 3
_SPACED = 8
"""Gaps of one byte in a row that make digits one by one."""
_LONGEST_GAP = 3
"""Separators between two digits of a chain, for example the two of ``(020) 1``."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Where the digits of a buffer are."""

    buffer: Bytes = field(repr=False)
    places: Ints
    """Position of every ASCII digit."""
    gaps: Ints
    """Distance of each digit to the next; across a row's end it counts as endless."""
    breaks: Ints
    """Which digits no other follows at once."""

    @classmethod
    def of(cls, buffer: Bytes, places: Ints, row_starts: Ints) -> Digits:
        """Measure the gaps between the digits at ``places``."""
        gaps = np.diff(places)
        first_of_row = np.searchsorted(places, row_starts)
        inner = first_of_row[(first_of_row > 0) & (first_of_row < len(places))]
        gaps[inner - 1] = np.iinfo(np.int64).max
        return cls(buffer, places, gaps, np.flatnonzero(gaps > 1))

    def followed(self, gap: int) -> Ints:
        """Return which digits have the next one at a distance of ``gap``, more than one."""
        found: Ints = self.breaks[self.gaps[self.breaks] == gap]
        return found


def chains(digits: Digits) -> tuple[Ints, Ints, Ints]:
    """Return start, end and number of digits of every chain of digits that is of no date."""
    if not len(digits.places):
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    gaps = digits.gaps[digits.breaks]
    apart = np.ones(len(gaps), dtype=np.bool_)
    for gap in range(2, _LONGEST_GAP + 2):
        at = np.flatnonzero(gaps == gap)
        for step in range(1, gap):
            at = at[_SEPARATORS[digits.buffer[digits.places[digits.breaks[at]] + step]]]
        apart[at] = False
    cuts = digits.breaks[apart]
    first = np.concatenate([[0], cuts + 1])
    last = np.concatenate([cuts, [len(digits.places) - 1]])
    starts, ends, counts = digits.places[first], digits.places[last] + 1, last - first + 1
    dates = _dates(digits.buffer, starts, ends, counts)
    kept = ~_with_times(digits.buffer, starts, ends, counts, dates)
    return starts[kept], ends[kept], counts[kept]


def _dates(buffer: Bytes, starts: Ints, ends: Ints, counts: Ints) -> npt.NDArray[np.bool_]:
    """Tell which chains are a date such as ``2024-01-15``, with an hour or without.

    Nothing in the catalogue is written like that, and texts are full of them. One with a plus or
    a bracket before it may still begin a phone number, and one behind a letter end a password.
    """
    lengths = ends - starts
    date = (counts == 8) & (lengths == 10)  # noqa: PLR2004  # 2024-01-15
    hour = (counts == 10) & (lengths == 13)  # noqa: PLR2004  # 2024-01-15 12
    dates: npt.NDArray[np.bool_] = date | hour
    at = np.flatnonzero(dates & (starts > 0))
    if not len(at):
        return np.zeros(len(starts), dtype=np.bool_)
    start = starts[at]
    lead = (buffer[start] == _ONE) | (buffer[start] == _TWO)
    dashes = (buffer[start + 4] == _DASH) & (buffer[start + 7] == _DASH)
    before = _ATTACHED[buffer[start - 1]]
    dates[:] = False
    dates[at[lead & dashes & ~before]] = True
    return dates


def _with_times(
    buffer: Bytes, starts: Ints, ends: Ints, counts: Ints, dates: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Tell which chains are dates, or of the time after one: ``T12``, ``:30`` or ``:45.678``."""
    known = dates.copy()
    at = np.flatnonzero(dates)
    for _ in range(_PARTS_OF_TIME if len(at) else 0):
        at = at[at + 1 < len(starts)]
        close = (starts[at + 1] == ends[at] + 1) & _BEFORE_TIME[buffer[ends[at]]]
        at = at[close] + 1
        part = (counts[at] == 2) & (ends[at] - starts[at] == 2)  # noqa: PLR2004  # two digits
        fraction = np.flatnonzero((counts[at] == 5) & (ends[at] - starts[at] == 6))  # noqa: PLR2004
        part[fraction] = buffer[starts[at[fraction]] + 2] == _DOT
        at = at[part]
        known[at] = True
    return known


def spaced(digits: Digits) -> Ints:
    """Return the position after every ninth digit, and each after it, of digits one byte apart."""
    apart = digits.followed(2)
    if len(apart) < _SPACED:
        return apart[:0]
    last = apart[_SPACED - 1 :]
    last = last[last - apart[: 1 - _SPACED] == _SPACED - 1] + 1
    ends: Ints = digits.places[last] + 1
    return ends


def dotted(digits: Digits) -> Ints:
    """Return the position after the third dot of every four dotted runs of digits."""
    dots = digits.places[digits.followed(2)] + 1
    dots = dots[digits.buffer[dots] == _DOT]
    # Two dots are of one address if at most three digits stand between them.
    near = (dots[2:] - dots[1:-1] <= 4) & (dots[1:-1] - dots[:-2] <= 4)  # noqa: PLR2004
    thirds: Ints = dots[2:][near] + 1
    return thirds


def country_checks(digits: Digits) -> Ints:
    """Return the position after every country code of an IBAN that two digits follow."""
    if not len(digits.places):
        return digits.places
    firsts = np.concatenate([[0], digits.breaks + 1])
    followed = np.diff(firsts, append=len(digits.places)) > 1
    at = digits.places[firsts[followed]]
    at = at[at >= 2]  # noqa: PLR2004  # two letters stand before
    first, second = ((digits.buffer[at - back] | 32) - np.uint8(97) for back in (2, 1))
    letters = np.flatnonzero((first < np.uint8(26)) & (second < np.uint8(26)))
    known = _COUNTRIES[first[letters], second[letters]]
    ends: Ints = at[letters[known]] + 2
    return ends
