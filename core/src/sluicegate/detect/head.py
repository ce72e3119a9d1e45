"""Where a match may begin: its first byte and what may not stand before it, told from the pattern.

To try a pattern at each byte costs a call for each. A search for what every match begins with finds
in one call the next byte that is worth it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from sluicegate.detect.holds import parsed
from sluicegate.detect.lead import BESIDE, REPEATS, bytes_of
from sluicegate.detect.outline import plain_set

_ALL = frozenset(range(256))


@cache
def head_of(expression: bytes, caseless: bool) -> re.Pattern[bytes] | None:  # noqa: FBT001 - a key
    """Return what matches the first byte of every match; ``None`` if that is untold."""
    flags = re.IGNORECASE if caseless else 0
    tree = parsed(expression, flags)
    if tree is None:
        return None
    firsts, _ = _firsts(tree)
    refused = _refused_before(tree)
    if not firsts or (firsts == _ALL and not refused):
        return None
    some = b"".join(b"\\x%02x" % byte for byte in sorted(firsts))
    # Behind the byte, since a search for a class of bytes is a quick one.
    return re.compile(b"[" + some + b"]" + b"".join(refused), flags | re.DOTALL)


def _refused_before(tree: Iterable[tuple[Any, Any]]) -> list[bytes]:
    """Write what a pattern refuses before its first byte, to be asked behind that byte."""
    found: list[bytes] = []
    for code, argument in tree:
        if str(code) not in BESIDE:
            break
        direction, inner = argument if str(code) == "ASSERT_NOT" else (1, ())
        sets = [plain_set(str(kind), item) for kind, item in inner]
        if direction < 0 and sets and all(sets):
            found.append("".join(["(?<!", *(f"[{one}]" for one in sets), ".)"]).encode("latin-1"))
    return found


def _firsts(tree: Iterable[tuple[Any, Any]]) -> tuple[frozenset[int], bool]:
    """Return the bytes that a match may begin with, and whether it may be empty."""
    found: frozenset[int] = frozenset()
    for code, argument in tree:
        some, empty = _firsts_of(str(code), argument)
        found |= some
        if not empty:
            return found, False
    return found, True


def _firsts_of(code: str, argument: Any) -> tuple[frozenset[int], bool]:
    if code in BESIDE:
        return frozenset(), True
    if code == "SUBPATTERN":
        _, flags, _, inner = argument
        return (_ALL, True) if flags else _firsts(inner)  # perhaps in another case
    if code == "ATOMIC_GROUP":
        return _firsts(argument)
    if code == "BRANCH":
        branches = [_firsts(branch) for branch in argument[1]]
        some = frozenset[int]().union(*(firsts for firsts, _ in branches))
        return some, any(empty for _, empty in branches)
    if code in REPEATS:
        some, empty = _firsts(argument[2])
        return some, empty or argument[0] == 0
    # A group that is referred to may be empty.
    return bytes_of(code, argument), code not in {"LITERAL", "NOT_LITERAL", "IN", "ANY"}
