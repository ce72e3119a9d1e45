"""What stands in a match before its sign, such as the name before ``@``: told from the pattern.

A match may begin far before its sign, and so windows are long; but nearly always a blank stands
close before it, beyond which no match begins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sluicegate.detect.holds import parsed
from sluicegate.detect.spans import Ints

_ALL = frozenset(range(256))
BESIDE = {"AT", "ASSERT", "ASSERT_NOT"}
"""What takes in no byte."""
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def lead_of(expression: bytes, sign: int) -> list[int]:
    """Tell which bytes every match consists of before the first ``sign`` in it; none if untold."""
    tree = parsed(expression) or ()
    lead: frozenset[int] = frozenset()
    for code, argument in tree:
        if str(code) == "LITERAL" and argument == sign:
            return [] if sign in lead else sorted(lead)
        lead |= bytes_of(str(code), argument)
    return []


def lead_starts(
    buffer: npt.NDArray[np.uint8], ends: Ints, lead: npt.NDArray[np.bool_], most: int
) -> Ints:
    """Return where the bytes of a lead begin before each sign.

    Args:
        buffer: Where.
        ends: Positions after the signs, ascending.
        lead: For each byte whether it is of a lead.
        most: Bytes that are looked at before a sign, at most.
    """
    starts, which = ends - 1, np.arange(len(ends))
    for _ in range(most):
        before = starts.take(which) - 1
        which = which[lead.take(buffer.take(before.clip(0))) & (before >= 0)]
        if not len(which):
            break
        starts[which] -= 1
    return starts


def bytes_of(code: str, argument: Any) -> frozenset[int]:
    """Return the bytes that what a part of a pattern matches may hold; all if that is untold."""
    found = _ALL
    if code in BESIDE:
        found = frozenset()
    elif code == "LITERAL":
        found = frozenset([argument])
    elif code == "IN":
        found = frozenset().union(*(_among(str(kind), item) for kind, item in argument))
    elif code == "SUBPATTERN":
        found = _of_all(argument[3])
    elif code == "BRANCH":
        found = frozenset().union(*map(_of_all, argument[1]))
    elif code in REPEATS:
        found = _of_all(argument[2])
    return found


def _of_all(tree: Any) -> frozenset[int]:
    return frozenset().union(*(bytes_of(str(code), argument) for code, argument in tree))


def _among(kind: str, item: Any) -> frozenset[int]:
    if kind == "RANGE":
        return frozenset(range(item[0], item[1] + 1))
    return frozenset([item]) if kind == "LITERAL" else _ALL
