"""Texts that a pattern may match, drawn at random from the pattern itself.

Assertions are passed over, so a text is likely to match and need not: it is compared, not trusted.
"""

from __future__ import annotations

import random
import re
from re import _constants as _codes  # type: ignore[attr-defined]  # not in the stubs
from re import _parser  # type: ignore[attr-defined]  # not in the stubs
from typing import Any, Final

_PRINTABLE: Final = range(0x20, 0x7F)
_REPEATS: Final = frozenset({_codes.MAX_REPEAT, _codes.MIN_REPEAT, _codes.POSSESSIVE_REPEAT})
_PLAIN: Final = frozenset({_codes.LITERAL, _codes.NOT_LITERAL, _codes.ANY})
_SINGLE: Final = _PLAIN | {_codes.IN}
"""Codes of one byte; the argument of ``IN`` is a list of such."""
_MORE: Final = 12
"""Most repetitions beyond the least: long texts find no more."""
_KINDS: Final = {
    _codes.CATEGORY_DIGIT: b"0123456789",
    _codes.CATEGORY_SPACE: b" \t\n",
    _codes.CATEGORY_WORD: b"abcXYZ019_",
    _codes.CATEGORY_NOT_DIGIT: b"aZ -",
    _codes.CATEGORY_NOT_SPACE: b"aZ0-",
    _codes.CATEGORY_NOT_WORD: b" -.",
}


def draw(pattern: re.Pattern[bytes], chance: random.Random) -> bytes:
    """Return a text that ``pattern`` may match."""
    return _all(_parser.parse(pattern.pattern, pattern.flags), chance, {})


def _all(tree: Any, chance: random.Random, groups: dict[int, bytes]) -> bytes:
    return b"".join(_one(code, argument, chance, groups) for code, argument in tree)


def _one(code: Any, argument: Any, chance: random.Random, groups: dict[int, bytes]) -> bytes:
    if code in _SINGLE:
        return bytes([chance.choice(_members([(code, argument)] if code in _PLAIN else argument))])
    if code is _codes.BRANCH:
        return _all(chance.choice(argument[1]), chance, groups)
    if code in _REPEATS:
        least, most, tree = argument
        times = chance.randint(least, min(most, least + _MORE))
        return b"".join(_all(tree, chance, groups) for _ in range(times))
    if code in {_codes.SUBPATTERN, _codes.ATOMIC_GROUP}:
        number, tree = (argument[0], argument[-1]) if code is _codes.SUBPATTERN else (-1, argument)
        text = groups[number] = _all(tree, chance, groups)
        return text
    return groups.get(argument, b"") if code is _codes.GROUPREF else b""


def _members(items: Any) -> list[int]:
    """List the bytes of a set; of one that says what is not in it, the printable others."""
    found: set[int] = set()
    for code, argument in items:
        if code is _codes.LITERAL:
            found.add(argument)
        elif code is _codes.RANGE:
            found.update(range(argument[0], argument[1] + 1))
        elif code is _codes.CATEGORY:
            found.update(_KINDS[argument])
        elif code is _codes.ANY:
            found.update(_PRINTABLE)
        elif code is _codes.NOT_LITERAL:
            found.update(set(_PRINTABLE) - {argument})
    if items[0][0] is _codes.NEGATE:
        found = set(_PRINTABLE) - found
    return sorted(found) or [0x20]
