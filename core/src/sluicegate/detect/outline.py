"""Outlines: a pattern without what RE2 cannot do, so that it matches at least as much.

RE2 runs over a whole Arrow array in one call, at a tenth of the cost of a search per cell. What an
outline does not match, the pattern does not match either. Source of the syntax: RE2's own page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_MOST = 64
"""Repetitions that are counted; beyond, an outline repeats without a bound (RE2 unrolls counts)."""
_WIDEST = 8
"""By how much the most and the fewest repetitions differ, at most, where both are counted."""
_CATEGORIES = {
    "CATEGORY_DIGIT": r"0-9",
    "CATEGORY_SPACE": r"\t-\r ",
    "CATEGORY_WORD": r"0-9A-Z_a-z",
    "CATEGORY_NOT_DIGIT": r"\x00-/:-\xff",
    "CATEGORY_NOT_SPACE": r"\x00-\x08\x0e-\x1f!-\xff",
    "CATEGORY_NOT_WORD": r"\x00-/:-@\[-^`{-\xff",
}
_ANY_BYTE = r"[\x00-\xff]"
_ANYTHING = _ANY_BYTE + "*"


EDGE = 2
"""Bytes before and after a match that its outline may take in, to see what may not stand there."""


def outline(tree: Any, *, caseless: bool) -> str:
    """Write a parsed pattern over bytes as an RE2 expression (Latin-1) that matches no less.

    Where the pattern matches, the outline does from there, or from at most ``EDGE`` bytes before.

    Args:
        tree: What the parser of ``re`` makes of the pattern.
        caseless: Whether the pattern ignores case.
    """
    items = [(str(code), argument) for code, argument in tree]
    first = next((n for n, (code, _) in enumerate(items) if code != "ASSERT_NOT"), len(items))
    last = next((n for n in range(len(items), 0, -1) if items[n - 1][0] != "ASSERT_NOT"), 0)
    start, end = _before(_refused(items[:first], -1)), _after(_refused(items[last:], 1))
    return ("(?is)" if caseless else "(?s)") + start + _Writer().sequence(tree) + end


def runs(expression: str) -> bool:
    """Tell whether RE2 takes an expression."""
    try:
        pc.match_substring_regex(pa.nulls(1, pa.binary()), expression)
    except pa.ArrowInvalid:
        return False
    return True


def _refused(items: list[tuple[str, Any]], direction: int) -> tuple[str, str, str]:
    """Read what may not stand before or after: insides of sets of bytes.

    Returns:
        What no byte beside the match is; then a pair, the byte beside it last, that does not stand
        there. An empty set where nothing is refused.
    """
    single, pair = "", ("", "")
    for _, (way, inner) in items:
        sets = [plain_set(str(code), argument) for code, argument in inner]
        if way != direction or not all(sets):
            continue
        if len(sets) == 1:
            single += sets[0]
        elif len(sets) == EDGE and not pair[0]:
            far, near = sets if direction < 0 else reversed(sets)
            pair = far, near
    return single, *pair


def plain_set(code: str, argument: Any) -> str:
    """Return the inside of a set of bytes; empty for anything else, and for what is negated."""
    if code not in {"IN", "LITERAL"}:
        return ""
    items = argument if code == "IN" else [(code, argument)]
    written = _set(items)
    return "" if str(items[0][0]) == "NEGATE" or written == _ANY_BYTE else written[1:-1]


def _before(refused: tuple[str, str, str]) -> str:
    single, far, near = refused
    if far:
        return f"(?:^|[^{single}{near}]|(?:^|[^{far}]){_but(single)})"
    return f"(?:^|[^{single}])" if single else ""


def _after(refused: tuple[str, str, str]) -> str:
    single, far, near = refused
    if far:
        return f"(?:$|[^{single}{near}]|{_but(single)}(?:$|[^{far}]))"
    return f"(?:$|[^{single}])" if single else ""


def _but(refused: str) -> str:
    return f"[^{refused}]" if refused else _ANY_BYTE


class _Writer:
    """Writes the parts of one pattern; knows the groups so far, so that one may be referred to."""

    def __init__(self) -> None:
        self._groups: dict[int, str] = {}
        self._writers: dict[str, Callable[[Any], str]] = {
            "LITERAL": _byte,
            "NOT_LITERAL": lambda value: f"[^{_byte(value)}]",
            "ANY": lambda _: r"[^\n]",
            "IN": _set,
            "BRANCH": lambda argument: self._choice(argument[1]),
            "SUBPATTERN": self._group,
            # What a group matched is among what it may match.
            "GROUPREF": lambda number: self._groups.get(number, _ANYTHING),
            "GROUPREF_EXISTS": lambda argument: self._choice(argument[1:]),
            "ATOMIC_GROUP": lambda argument: f"(?:{self.sequence(argument)})",
            "MAX_REPEAT": self._repeat,
            "MIN_REPEAT": self._repeat,
            "POSSESSIVE_REPEAT": self._repeat,
            "ASSERT": lambda _: "",
            "ASSERT_NOT": lambda _: "",
            "AT": lambda _: "",
        }

    def sequence(self, tree: Any) -> str:
        return "".join(self._item(str(code), argument) for code, argument in tree)

    def _item(self, code: str, argument: Any) -> str:
        write = self._writers.get(code)
        # What is not known here may be anything.
        return _ANYTHING if write is None else write(argument)

    def _group(self, argument: Any) -> str:
        number, _, _, inner = argument
        written = f"(?:{self.sequence(inner)})"
        if number is not None:
            self._groups[number] = written
        return written

    def _repeat(self, argument: Any) -> str:
        low, high, inner = argument
        return f"(?:{self.sequence(inner)}){_counts(int(low), int(high))}"

    def _choice(self, branches: Any) -> str:
        return "(?:" + "|".join(self.sequence(branch or []) for branch in branches) + ")"


def _counts(low: int, high: int) -> str:
    low = min(low, _MOST)
    unbounded = high > _MOST or high - low > _WIDEST
    return f"{{{low},}}" if unbounded else f"{{{low},{high}}}"


def _byte(value: int) -> str:
    return f"\\x{value:02x}"


def _set(items: Any) -> str:
    parts, negated = "", ""
    for code, argument in items:
        match str(code):
            case "NEGATE":
                negated = "^"
            case "LITERAL":
                parts += _byte(argument)
            case "RANGE":
                parts += f"{_byte(argument[0])}-{_byte(argument[1])}"
            case "CATEGORY":
                parts += _CATEGORIES[str(argument)]
            case _:
                return _ANY_BYTE
    return f"[{negated}{parts}]"
