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
    refused = b"".join(_refused_before(tree))
    if not firsts or (firsts == _ALL and not refused):
        return None
    some = b"".join(b"\\x%02x" % byte for byte in sorted(firsts))
    # Behind the byte, since a search for a class of bytes is a quick one.
    return re.compile(b"[" + some + b"]" + refused, flags | re.DOTALL)


def _refused_before(tree: Iterable[tuple[Any, Any]]) -> list[bytes]:
    """Write what a pattern asks of the bytes before its first one, to be asked behind that one."""
    found: list[bytes] = []
    for code, argument in tree:
        if str(code) == "BRANCH":
            ways = [_beside(*branch[0]) if len(branch) == 1 else "" for branch in argument[1]]
            written = f"(?:{'|'.join(ways)})" if all(ways) else ""
        elif str(code) in BESIDE:
            written = _beside(code, argument)
        else:
            break
        found.append(written.encode("latin-1"))
    return found


def _beside(code: Any, argument: Any) -> str:
    """Write what must or must not stand before a byte behind it; nothing if it is not so plain."""
    if str(code) not in {"ASSERT", "ASSERT_NOT"} or argument[0] > 0:
        return ""
    sets: list[str] = []
    for kind, item in argument[1]:
        least, most, inner = item if str(kind) in REPEATS else (1, 1, [(kind, item)])
        sets += [plain_set(str(k), i) if least == most else "" for k, i in inner] * least
    if not sets or not all(sets):
        return ""
    sign = "=" if str(code) == "ASSERT" else "!"
    return "".join([f"(?<{sign}", *(f"[{one}]" for one in sets), ".)"])


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
