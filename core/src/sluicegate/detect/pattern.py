"""What can be told of a pattern without running it: how far it reaches."""

from __future__ import annotations

import re
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


def compile_pattern(name: str, text: str, *, caseless: bool) -> tuple[re.Pattern[bytes], Reach]:
    """Compile ``text`` over bytes and measure it.

    Raises:
        DetectionError: it does not compile, may match nothing, or has no upper bound.
    """
    flags = re.IGNORECASE if caseless else 0
    try:
        raw = text.encode("latin-1")
        pattern = re.compile(raw, flags)
        tree = _parser.parse(raw, flags)
    except (re.error, UnicodeEncodeError):
        raise DetectionError(
            f"the pattern of detector {name!r} does not compile",
            hint="patterns run over bytes: write other characters as \\x escapes of their UTF-8",
        ) from None
    shortest, longest = tree.getwidth()
    if shortest == 0 or longest > LONGEST_MATCH:
        raise DetectionError(
            f"the pattern of detector {name!r} matches nothing, or has no upper bound",
            hint=f"bound every repetition; the longest match may be {LONGEST_MATCH} bytes",
        )
    behind, ahead = _assertions(tree)
    rough = outline(tree, caseless=caseless)
    return pattern, Reach(int(longest), max(behind, 1), max(ahead, 1), rough)


def literal_expression(text: str) -> bytes:
    """Write a literal as an expression: bytes that are no letter or digit as hex escapes."""
    return b"".join(
        bytes([byte]) if bytes([byte]).isalnum() else b"\\x%02x" % byte for byte in text.encode()
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
