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
    digit, capital = buffer - _ZERO < np.uint8(10), buffer - _A < np.uint8(26)
    digits, capitals = _counts(digit), _counts(capital)
    near = np.maximum(lines, starts - ACCOUNT_REACH)
    account = (digits[starts] - digits[near] > 1) & (capitals[starts] - capitals[near] > 1)
    mail = np.searchsorted(ats, starts, side="right") > np.searchsorted(ats, lows, side="right")
    # A number at the end of a line, unless it stands in a column of lines that are numbers.
    column = digit[lines] & (lines - rows > 1) & digit[lines - 2] & (lines == lows)
    number = digit[starts - 1] & ~column
    token = (digits[starts] > digits[lows]) & _ends_in_token(buffer, starts, lines)
    kept: Ints = ends[account | mail | number | token]
    return kept


def _counts(flags: _Flags) -> npt.NDArray[np.int32]:
    counts = np.zeros(len(flags) + 1, dtype=np.int32)
    np.cumsum(flags, out=counts[1:])
    return counts


def _ends_in_token(buffer: Bytes, starts: Ints, lines: Ints) -> _Flags:
    """Tell which lines end in a run of letters, digits and signs that may be a token."""
    found: _Flags = starts - lines >= TOKEN
    for back in range(1, TOKEN + 1):
        found &= _IS_PART[buffer[(starts - back).clip(0)]]
    return found
