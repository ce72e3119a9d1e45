"""Digits, and signs that assign, found in one pass of comparisons over a buffer.

Words such as ``token`` or ``password`` stand everywhere, and an automaton that follows each of them
costs more than all other anchors together. Where a name ends and its value begins there is a sign,
and signs are rare: the expressions that end in one run only over the stretches before them.
"""

from __future__ import annotations

import string
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.spans import Ints

_ZERO, _DIGITS, _RANGE = np.uint8(48), np.uint8(10), np.uint8(16)
"""Of the 16 characters from ``0``, ten are digits; all signs but ``|`` are among the others."""
_COMMA, _BAR = ord(","), ord("|")
_OTHERS = b":=>?|"
_HOUR = 2
"""Digits before the sign in ``12:30``."""


def _table(characters: bytes) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, dtype=np.bool_)
    table[[*characters]] = True
    return table


_SPACES = 4
"""Between a comma and a quote that belongs to it."""
_SIGNS, _QUOTES = _table(_OTHERS), _table(b"\"'`")
_CLOSING, _BLANKS = _table(b"\"'`])"), _table(b" \t\r\n\v\f")
_NAMES = _table((string.ascii_letters + string.digits + "_.-").encode())


class Marks(NamedTuple):
    """Positions in a buffer, ascending."""

    digits: Ints
    """Of every ASCII digit."""
    signs: Ints
    """After every sign that may end a name: one of ``= : > | ?``, or a comma beside a quote."""


def find_marks(buffer: npt.NDArray[np.uint8]) -> Marks:
    """Find digits and signs. The sign in the hour of a time is none: no name stands before it."""
    found = (buffer - _ZERO) < _RANGE
    found |= buffer == _COMMA
    found |= buffer == _BAR
    places = np.flatnonzero(found)
    values = buffer[places]
    digits = (values - _ZERO) < _DIGITS
    others, values = places[~digits], values[~digits]
    signs = others[_SIGNS[values] | ((values == _COMMA) & _beside_a_quote(buffer, others))]
    return Marks(places[digits], signs[~_hours(buffer, signs)] + 1)


def _beside_a_quote(buffer: npt.NDArray[np.uint8], places: Ints) -> npt.NDArray[np.bool_]:
    """Tell where a quote or a closing bracket stands before, or a quote after a few spaces."""
    found = _CLOSING[buffer[places - 1]]
    ahead = places + 1
    for _ in range(_SPACES + 1):
        after = buffer[np.minimum(ahead, len(buffer) - 1)]
        found |= _QUOTES[after]
        ahead = ahead + _BLANKS[after]
    return found


def _hours(buffer: npt.NDArray[np.uint8], signs: Ints) -> npt.NDArray[np.bool_]:
    """Tell which signs stand after two digits that nothing of a name stands before."""
    last, first, ahead = (buffer[np.maximum(signs - back, 0)] for back in (1, _HOUR, _HOUR + 1))
    digits = ((last - _ZERO) < _DIGITS) & ((first - _ZERO) < _DIGITS)
    bare: npt.NDArray[np.bool_] = digits & ~_NAMES[ahead] & (signs > _HOUR)
    return bare
