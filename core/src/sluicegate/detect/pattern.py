"""What can be told of a pattern without running it: how far it reaches."""

from __future__ import annotations

import re
from functools import cache
from re import _constants as _codes  # type: ignore[attr-defined]  # not in the stubs
from re import _parser  # type: ignore[attr-defined]  # not in the stubs
from typing import Any, NamedTuple

from sluicegate.detect.outline import outline
from sluicegate.errors import DetectionError

LONGEST_MATCH = 65_536
"""Bytes. A pattern that may match more would make the work depend on more than the bytes."""


class Reach(NamedTuple):
    """How many bytes a pattern looks at."""

    longest: int
    lookbehind: int
    lookahead: int
    outline: str
    """RE2 that matches wherever the pattern does."""


def encoded(name: str, text: str) -> bytes:
    """Return a pattern as the bytes it is written in.

    Raises:
        DetectionError: it holds a character that is no byte.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise _broken(name) from None


@cache
def compiled(expression: bytes, caseless: bool) -> re.Pattern[bytes]:  # noqa: FBT001 - a key
    """Compile a pattern when it is first used: most of a catalogue never runs in one process."""
    return re.compile(expression, re.IGNORECASE if caseless else 0)


def measure(name: str, expression: bytes, *, caseless: bool) -> Reach:
    """Compile a pattern over bytes and measure it.

    Raises:
        DetectionError: it does not compile, may match nothing, or has no upper bound.
    """
    try:
        compiled(expression, caseless)
        tree = _parser.parse(expression, re.IGNORECASE if caseless else 0)
    except re.error:
        raise _broken(name) from None
    shortest, longest = tree.getwidth()
    if shortest == 0 or longest > LONGEST_MATCH:
        raise DetectionError(
            f"the pattern of detector {name!r} matches nothing, or has no upper bound",
            hint=f"bound every repetition; the longest match may be {LONGEST_MATCH} bytes",
        )
    behind, ahead = _assertions(tree)
    rough = outline(tree, caseless=caseless)
    return Reach(int(longest), max(behind, 1), max(ahead, 1), rough)


def widths(expression: str) -> tuple[int, int]:
    """Return how many bytes a match of an RE2 expression over Latin-1 has, at least and at most."""
    try:
        shortest, longest = _parser.parse(expression.encode("latin-1")).getwidth()
    except (re.error, UnicodeEncodeError):
        return 0, LONGEST_MATCH  # syntax that Python's does not share
    return int(shortest), int(longest)


def _broken(name: str) -> DetectionError:
    return DetectionError(
        f"the pattern of detector {name!r} does not compile",
        hint="patterns run over bytes: write other characters as \\x escapes of their UTF-8",
    )


def literal_expression(text: str | bytes) -> bytes:
    """Write a literal as an expression: bytes that are no letter or digit as hex escapes."""
    literal = text.encode() if isinstance(text, str) else text
    return b"".join(
        bytes([byte]) if bytes([byte]).isalnum() else b"\\x%02x" % byte for byte in literal
    )


def _assertions(tree: Any) -> tuple[int, int]:
    """Return the longest lookbehind and lookahead anywhere in a parsed pattern."""
    behind = ahead = 0
    for code, argument in tree:
        if code in (_codes.ASSERT, _codes.ASSERT_NOT):
            direction, inner = argument
            width = int(inner.getwidth()[1])
            if direction < 0:
                behind = max(behind, width)
            else:
                ahead = max(ahead, width)
        for inner in _children(argument):
            deeper = _assertions(inner)
            behind, ahead = max(behind, deeper[0]), max(ahead, deeper[1])
    return behind, ahead


def _children(argument: Any) -> list[Any]:
    """Find the sub-patterns in the argument of one parsed code."""
    if isinstance(argument, _parser.SubPattern):
        return [argument]
    if isinstance(argument, (tuple, list)):
        return [found for item in argument for found in _children(item)]
    return []
