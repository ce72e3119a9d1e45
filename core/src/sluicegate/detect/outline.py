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
_ANYTHING = r"[\x00-\xff]*"


def outline(tree: Any, *, caseless: bool) -> str:
    """Write a parsed pattern over bytes as an RE2 expression (Latin-1) that matches no less.

    Args:
        tree: What the parser of ``re`` makes of the pattern.
        caseless: Whether the pattern ignores case.
    """
    items = [(str(code), argument) for code, argument in tree]
    first = next((n for n, (code, _) in enumerate(items) if code != "ASSERT_NOT"), len(items))
    last = next((n for n in range(len(items), 0, -1) if items[n - 1][0] != "ASSERT_NOT"), 0)
    start = _edge(items[:first], -1, "^")
    end = _edge(items[last:], 1, "$")
    return ("(?is)" if caseless else "(?s)") + start + _sequence(tree) + end


def runs(expression: str) -> bool:
    """Tell whether RE2 takes an expression."""
    try:
        pc.match_substring_regex(pa.nulls(1, pa.binary()), expression)
    except pa.ArrowInvalid:
        return False
    return True


def _edge(items: list[tuple[str, Any]], direction: int, bound: str) -> str:
    """Write what may not stand before or after as a byte that does, or the end of the text."""
    for _, (way, inner) in items:
        if way == direction and len(inner) == 1 and str(inner[0][0]) in {"IN", "LITERAL"}:
            code, argument = inner[0]
            refused = argument if str(code) == "IN" else [(code, argument)]
            if str(refused[0][0]) != "NEGATE":
                return f"(?:{bound}|[^{_set(refused)[1:]})"
    return ""


def _sequence(tree: Any) -> str:
    return "".join(_item(str(code), argument) for code, argument in tree)


def _item(code: str, argument: Any) -> str:
    write = _WRITERS.get(code)
    # What is not known here, such as what a group matched before, may be anything.
    return _ANYTHING if write is None else write(argument)


def _repeat(argument: Any) -> str:
    low, high, inner = argument
    return f"(?:{_sequence(inner)}){_counts(int(low), int(high))}"


def _choice(branches: Any) -> str:
    return "(?:" + "|".join(_sequence(branch or []) for branch in branches) + ")"


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
                return r"[\x00-\xff]"
    return f"[{negated}{parts}]"


_WRITERS: dict[str, Callable[[Any], str]] = {
    "LITERAL": _byte,
    "NOT_LITERAL": lambda value: f"[^{_byte(value)}]",
    "ANY": lambda _: r"[^\n]",
    "IN": _set,
    "BRANCH": lambda argument: _choice(argument[1]),
    "SUBPATTERN": lambda argument: f"(?:{_sequence(argument[3])})",
    "ATOMIC_GROUP": lambda argument: f"(?:{_sequence(argument)})",
    "MAX_REPEAT": _repeat,
    "MIN_REPEAT": _repeat,
    "POSSESSIVE_REPEAT": _repeat,
    "ASSERT": lambda _: "",
    "ASSERT_NOT": lambda _: "",
    "AT": lambda _: "",
    "GROUPREF_EXISTS": lambda argument: _choice(argument[1:]),
}
