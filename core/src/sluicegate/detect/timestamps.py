"""Timestamps such as ``2024-01-15 12:30:45``: what logs are full of, and no value of the catalogue.

They are left out before chains of digits are put together: each is six runs of digits, and a log
holds few others. Dates of other forms are told later, see ``digits.chains``.
"""

from __future__ import annotations

import string

import numpy as np
import numpy.typing as npt

from sluicegate.detect.marks import ODD, table
from sluicegate.detect.spans import Ints

_YEAR, _RUNS = 4, 6
"""Digits of the first run, and runs; the others have two digits each."""
_SIGNS = ((0, b"12"), (4, b"-"), (7, b"-"), (10, b" T"), (13, b":"), (16, b":"))
"""What stands where, counted from the first digit."""
SEPARATORS = b" \t\r\n-.()/_+"
"""What may stand between two digits of a chain."""
ATTACHED = table(SEPARATORS.replace(b" ", b"") + string.ascii_letters.encode() + ODD)
"""What, before a date, makes it something else."""


def without_timestamps(
    buffer: npt.NDArray[np.uint8], starts: Ints, ends: Ints, gaps: Ints, apart: int
) -> tuple[Ints, Ints, Ints]:
    """Leave out the runs of digits of all timestamps that no other digits stand near.

    Args:
        buffer: Where.
        starts: First byte of each run of digits.
        ends: First byte after it.
        gaps: Bytes between each and the next, ``apart`` or more if it is of another row.
        apart: Bytes between two runs from which on they are of no chain.

    Returns:
        What is left of the three.
    """
    first = _first_runs(buffer, starts, ends, gaps, apart)
    if not len(first):
        return starts, ends, gaps
    kept = np.ones(len(starts), dtype=np.bool_)
    for step in range(_RUNS):
        kept[first + step] = False
    starts, ends = starts[kept], ends[kept]
    wide = np.append(gaps, apart)
    wide[(first - 1)[first > 0]] = apart  # less than the next one that is left is away
    return starts, ends, wide[kept][:-1]


def _first_runs(
    buffer: npt.NDArray[np.uint8], starts: Ints, ends: Ints, gaps: Ints, apart: int
) -> Ints:
    lengths, count = ends - starts, len(starts)
    if count < _RUNS:
        return starts[:0]
    two = np.zeros(count, dtype=np.bool_)
    np.logical_and(lengths[1:] == 2, gaps == 1, out=two[1:])  # noqa: PLR2004
    alone = np.ones(count + 1, dtype=np.bool_)
    np.greater_equal(gaps, apart, out=alone[1:-1])
    last = count - _RUNS + 1
    right = (lengths[:last] == _YEAR) & alone[:last] & alone[_RUNS:]
    for step in range(1, _RUNS):
        right &= two[step : step + last]
    at = np.flatnonzero(right)
    start = starts.take(at)
    fits = (start > 0) & ~ATTACHED.take(buffer.take(start - 1))
    for place, signs in _SIGNS:
        sign = buffer.take(start + place)
        fits &= (sign == signs[0]) | (sign == signs[-1])
    kept: Ints = at[fits]
    return kept
