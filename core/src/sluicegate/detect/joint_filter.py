"""Drops line ends that are surely no joints, many at once: tables and lists are full of them.

What is dropped here ``joints.joint`` would refuse; the rules are its own, read from counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sluicegate.detect.digits import Bytes
from sluicegate.detect.joints import ACCOUNT_REACH, PART, REACH, TOKEN
from sluicegate.detect.marks import places_of
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

FEW = 32
"""Line ends up to which looking at each costs less."""
_NEWLINE, _RETURN, _SPACE, _DASH = (ord(sign) for sign in "\n\r -")
_ZERO, _A = np.uint8(ord("0")), np.uint8(ord("A"))
_IS_PART = np.zeros(256, dtype=np.bool_)
_IS_PART[[*PART]] = True

_Flags = npt.NDArray[np.bool_]


def promising(text: Text, ends: Ints, ats: Ints) -> Ints:
    """Return the line ends that may be joints.

    Args:
        text: A block.
        ends: Positions after line feeds that are not the first of their row.
        ats: Positions after at signs. Both ascend.
    """
    if len(ends) <= FEW:
        return ends
    buffer = text.buffer
    starts = ends - 1
    starts = starts - (buffer[starts - 1] == _RETURN)
    last = buffer[starts - 1]
    starts = starts - ((last == _SPACE) | (last == _DASH))
    rows = text.starts[text.rows_of(ends)]
    feeds = np.r_[-1, places_of(buffer, _NEWLINE)]
    lines = np.maximum(feeds[np.searchsorted(feeds, starts) - 1] + 1, rows)
    lows = np.maximum(lines, starts - REACH)
    digit = buffer - _ZERO < np.uint8(10)
    digits, capitals = np.flatnonzero(digit), np.flatnonzero(buffer - _A < np.uint8(26))
    near = np.maximum(lines, starts - ACCOUNT_REACH)
    account = (_between(digits, near, starts) > 1) & (_between(capitals, near, starts) > 1)
    mail = _between(ats - 1, lows, starts) > 0
    # A number at the end of a line, unless it stands in a column of lines that are numbers.
    column = digit[lines] & (lines - rows > 1) & digit[lines - 2] & (lines == lows)
    number = digit[starts - 1] & ~column
    token = (_between(digits, lows, starts) > 0) & _ends_in_token(buffer, starts, lines)
    kept: Ints = ends[account | mail | number | token]
    return kept


def _between(places: Ints, lows: Ints, highs: Ints) -> Ints:
    """Return how many of some places, which ascend, lie between each two."""
    counts: Ints = np.searchsorted(places, highs) - np.searchsorted(places, lows)
    return counts


def _ends_in_token(buffer: Bytes, starts: Ints, lines: Ints) -> _Flags:
    """Tell which lines end in a run of letters, digits and signs that may be a token."""
    found: _Flags = starts - lines >= TOKEN
    for back in range(1, TOKEN + 1):
        found &= _IS_PART[buffer[(starts - back).clip(0)]]
    return found
