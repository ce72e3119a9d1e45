"""Where a match may begin: its first bytes and what may not stand before it, told from the pattern.

To try a pattern at each byte costs a call for each. A search for what every match begins with finds
in one call the next byte that is worth it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from sluicegate.detect.holds import parsed
from sluicegate.detect.lead import BESIDE, REPEATS
from sluicegate.detect.outline import plain_set

_DEPTH = 4
"""Bytes of a beginning that are told, at most."""
AHEAD = _DEPTH - 1
"""Bytes behind the first one that a head looks at, at most."""
_LONGEST = 3000
"""Bytes of a head: of a pattern that begins in many ways, fewer bytes are told."""
_MOST = 400
"""The same, in ways to begin."""
_ALL = frozenset(range(256))
_BYTES = [bytes([byte]) for byte in range(256)]
_CATEGORIES = {
    "CATEGORY_DIGIT": rb"\d",
    "CATEGORY_NOT_DIGIT": rb"\D",
    "CATEGORY_SPACE": rb"\s",
    "CATEGORY_NOT_SPACE": rb"\S",
    "CATEGORY_WORD": rb"\w",
    "CATEGORY_NOT_WORD": rb"\W",
}

_FEW = 4
"""Bytes of which one stands in one place of a name: a letter in both cases, or a sign."""

_Set = frozenset[int]
_Way = tuple[_Set, ...]
"""What each of the first bytes may be. An empty set at its end: what follows is not told."""
_UNTOLD: _Set = frozenset()


@cache
def head_of(expression: bytes, caseless: bool) -> re.Pattern[bytes] | None:  # noqa: FBT001 - a key
    """Return what matches the first byte of every match; ``None`` if that is untold.

    It looks at up to ``AHEAD`` bytes behind that one.
    """
    tree = parsed(expression, re.IGNORECASE if caseless else 0)
    if tree is None:
        return None
    refused = b"".join(_refused_before(tree))
    refused = b"(?i:%s)" % refused if refused and caseless else refused
    written = b""
    for depth in range(_DEPTH, 0, -1):
        ways = _Ways(depth, caseless=caseless).sequence(tree)
        firsts = frozenset[int]().union(*(way[0] for way in ways if way))
        if not all(way and way[0] for way in ways) or (firsts == _ALL and not refused):
            return None
        # Behind the byte, since a search for a class of bytes is a quick one.
        written = _written(firsts, ways) + refused
        if len(ways) <= _MOST and len(written) <= _LONGEST:
            break
    return re.compile(written, re.DOTALL)


@cache
def is_named(expression: bytes, caseless: bool) -> bool:  # noqa: FBT001 - a key
    """Tell whether every match begins with one of some names: what seldom stands in a text."""
    tree = parsed(expression, re.IGNORECASE if caseless else 0)
    if tree is None:
        return False
    ways = _Ways(_DEPTH, caseless=caseless).sequence(tree)
    return all(sum(0 < len(some) <= _FEW for some in way) > 1 for way in ways)


def _written(firsts: _Set, ways: set[_Way]) -> bytes:
    """Write the first bytes of ways, and behind each what may follow it."""
    rests = {first: frozenset(way[1:] for way in ways if first in way[0]) for first in firsts}
    if len(set(rests.values())) == 1:
        return _class(firsts) + _ahead(next(iter(rests.values())))
    # A search knows the byte that each branch begins with, if it is one byte alone.
    return b"(?:%s)" % b"|".join(b"\\x%02x" % b + _ahead(rests[b]) for b in sorted(firsts))


def _ahead(rests: frozenset[_Way]) -> bytes:
    told = sorted({b"".join(map(_class, rest)) for rest in rests})
    return b"" if b"" in told else b"(?=%s)" % b"|".join(told)


def _class(some: _Set) -> bytes:
    """Write a set of bytes; nothing for one that is not told."""
    firsts = [byte for byte in sorted(some) if byte - 1 not in some]
    lasts = [byte for byte in sorted(some) if byte + 1 not in some]
    written = b"".join(
        b"\\x%02x" % a + (b"-\\x%02x" % b if b > a else b"")
        for a, b in zip(firsts, lasts, strict=True)
    )
    return b"[%s]" % written if some else b""


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


class _Ways:
    """Reads in which ways what a pattern matches may begin.

    Args:
        depth: Bytes of a way, at most.
        caseless: Whether the pattern ignores case.
    """

    def __init__(self, depth: int, *, caseless: bool) -> None:
        self._depth = depth
        self._caseless = caseless

    def sequence(self, tree: Iterable[tuple[Any, Any]]) -> set[_Way]:
        ways: set[_Way] = {()}
        for code, argument in tree:
            if all(map(self._is_full, ways)):
                break
            ways = self._then(ways, self._item(str(code), argument))
        return ways

    def _is_full(self, way: _Way) -> bool:
        return len(way) == self._depth or way[-1:] == (_UNTOLD,)

    def _then(self, ways: set[_Way], after: set[_Way]) -> set[_Way]:
        done = {way for way in ways if self._is_full(way)}
        ways = ways - done
        if len(ways) * len(after) > 4 * _MOST:
            # Too many to be told apart: of what has begun, no more than the first byte.
            done |= {(way[0], _UNTOLD)[: self._depth] for way in ways if way}
            after = {way if len(way) < 2 else (way[0], _UNTOLD) for way in after}  # noqa: PLR2004
            ways = ways & {()}
        return done | {(*way, *rest)[: self._depth] for way in ways for rest in after}

    def _item(self, code: str, argument: Any) -> set[_Way]:
        match code:
            case "LITERAL" | "NOT_LITERAL" | "IN" | "ANY":
                return {(self._cased(_set_of(code, argument)),)}
            case "SUBPATTERN" if not argument[1]:
                return self.sequence(argument[3])
            case "ATOMIC_GROUP":
                return self.sequence(argument)
            case "BRANCH":
                return set[_Way]().union(*map(self.sequence, argument[1]))
        if code in BESIDE:
            return {()}
        # A part in another case, or a group that is referred to.
        return self._repeat(*argument) if code in REPEATS else {(_UNTOLD,)}

    def _repeat(self, least: Any, most: Any, inner: Any) -> set[_Way]:
        one, ways = self.sequence(inner), set[_Way]({()})
        found: set[_Way] = set()
        for count in range(min(int(most), self._depth) + 1):
            if count >= min(int(least), self._depth):
                found |= ways
            ways = self._then(ways, one)
        return found

    def _cased(self, some: _Set) -> _Set:
        if not self._caseless:
            return some
        return frozenset(_BYTES[byte].swapcase()[0] for byte in some) | some


def _set_of(code: str, argument: Any) -> _Set:
    """Return the bytes that a part of a pattern matches, which is one byte long."""
    if code == "ANY":
        return _ALL - {ord("\n")}
    items = argument if code == "IN" else [("LITERAL", argument)]
    found = frozenset[int]().union(*(_among(str(kind), item) for kind, item in items))
    negated = code == "NOT_LITERAL" or str(items[0][0]) == "NEGATE"
    return _ALL - found if negated else found


def _among(kind: str, item: Any) -> _Set:
    if kind == "RANGE":
        return frozenset(range(item[0], item[1] + 1))
    if kind == "CATEGORY":
        return frozenset(b for b in _ALL if re.match(_CATEGORIES[str(item)], _BYTES[b]))
    return frozenset([item]) if kind == "LITERAL" else frozenset()
