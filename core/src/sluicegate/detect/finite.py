"""Expressions that stand for a few texts only, written out as these texts.

The engine finds thousands of literals in the time that it takes over a handful of expressions with
alternatives or character classes, because a literal either stands somewhere or does not.
"""

from __future__ import annotations

import itertools
from typing import Any

from sluicegate.detect.holds import parsed

_MOST = 1024
_LARGEST_CLASS = 32
"""Characters: letters, but not letters and digits, which make too many texts for what they tell."""
_SHORTEST = 4
"""Bytes: shorter texts stand everywhere, and are left to what follows in the expression."""
_SPACES = (b" ", b"\t", b"\n", b"\r", b"\x0b", b"\x0c")


def texts_of(expression: bytes, *, caseless: bool) -> tuple[bytes, ...]:
    """Return all texts that match an expression of the engine; none if they are too many or short.

    Args:
        expression: Without assertions.
        caseless: Whether texts that differ in case are one.
    """
    tree = parsed(expression)
    if tree is None:
        return ()
    try:
        texts = _sequence(tree)
    except _TooMany:
        return ()
    distinct = sorted({text.lower() if caseless else text for text in texts})
    return tuple(distinct) if min(map(len, distinct)) >= _SHORTEST else ()


class _TooMany(Exception):  # never leaves this module
    """An expression has no end, or too many texts."""


def _sequence(tree: Any) -> list[bytes]:
    texts = [b""]
    for code, argument in tree:
        choices = _choices(str(code), argument)
        if len(texts) * len(choices) > _MOST:
            raise _TooMany
        texts = [text + choice for text in texts for choice in choices]
    return texts


def _choices(code: str, argument: Any) -> list[bytes]:
    match code:
        case "LITERAL":
            return [bytes([argument])]
        case "IN":
            found = [text for kind, item in argument for text in _class(str(kind), item)]
            if len(found) <= _LARGEST_CLASS:
                return found
        case "SUBPATTERN":
            return _sequence(argument[3])
        case "BRANCH":
            return [text for branch in argument[1] for text in _sequence(branch)]
        case "MAX_REPEAT":
            least, most, inner = argument
            pieces = _sequence(inner)
            # More than "perhaps one" make texts for nothing.
            if most <= 2 and len(pieces) ** most <= _MOST:  # noqa: PLR2004
                counts = range(least, most + 1)
                return [b"".join(p) for n in counts for p in itertools.product(pieces, repeat=n)]
    raise _TooMany


def _class(kind: str, item: Any) -> list[bytes]:
    match kind:
        case "LITERAL":
            return [bytes([item])]
        case "RANGE":
            return [bytes([byte]) for byte in range(item[0], item[1] + 1)]
        case "CATEGORY" if str(item) == "CATEGORY_SPACE":
            return list(_SPACES)
    raise _TooMany
