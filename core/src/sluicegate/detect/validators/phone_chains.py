"""Which of many chains of digits may be a national number in groups, told by their bytes alone.

What is dropped here ``phone_formatted`` refuses: status codes with sizes, addresses of machines,
amounts. Logs have some in every line.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from sluicegate.detect.detector import Bytes, Ints
from sluicegate.detect.validators.phone_plans import Layout, layouts

_LONGEST = 26
"""Bytes of a chain that is looked at: thirteen digits, each apart."""
_FEWEST, _FEWEST_GROUPS = 10, 3
"""Digits and groups that a number has without a trunk prefix and brackets."""
_ZERO, _NINE, _BRACKET = (np.uint8(ord(sign)) for sign in "09(")
_BETWEEN = np.zeros(256, dtype=np.bool_)
_BETWEEN[[*b" ./-"]] = True
"""Alone between two digits, each of these is inside of a number: none begins behind or ends before
it."""
_BITS = 4

Mask = npt.NDArray[np.bool_]


def national(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which chains may be a number, or hold one.

    Args:
        buffer: Where the chains lie.
        starts: First digit of each.
        ends: First byte after its last digit.
    """
    trunk = buffer.take(starts) == _ZERO
    bracket = buffer.take(np.maximum(starts - 1, 0)) == _BRACKET
    kept: Mask = trunk | bracket | (ends - starts > _LONGEST)
    rest = np.flatnonzero(~kept)
    kept[rest] = _may_be_grouped(buffer, starts[rest], ends[rest])
    return kept


def _may_be_grouped(buffer: Bytes, starts: Ints, ends: Ints) -> Mask:
    """Tell which short chains are in groups as some region writes them, or are not so plain."""
    written = np.zeros((3, len(starts)), dtype=np.int64)
    layout, group, digits = written
    groups = np.ones(len(starts), dtype=np.int64)
    odd = np.zeros(len(starts), dtype=np.bool_)
    which = np.arange(len(starts))
    for place in range(_LONGEST):
        which = which[ends[which] - starts[which] > place]
        if not len(which):
            break
        byte = buffer.take(starts[which] + place)
        is_digit = (byte >= _ZERO) & (byte <= _NINE)
        digits[which] += is_digit
        parted = which[~is_digit]
        odd[parted] |= ~_BETWEEN.take(byte[~is_digit]) | (group[parted] == 0)
        layout[parted] = layout[parted] << _BITS | group[parted]
        groups[parted] += 1
        group[parted] = 0
        group[which[is_digit]] += 1
    layout = layout << _BITS | group
    enough = (digits >= _FEWEST) & (groups >= _FEWEST_GROUPS)
    return odd | (enough & np.isin(layout, _known()))


@cache
def _known() -> Ints:
    return np.array([_number(one) for one in layouts()], dtype=np.int64)


def _number(layout: Layout) -> int:
    """Write the sizes of groups as one number, as those of chains are; 0 if one is too large."""
    number = 0
    for size in layout:
        if size >> _BITS:
            return 0
        number = number << _BITS | size
    return number
