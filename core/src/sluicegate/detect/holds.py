"""What every match of a pattern holds, told from it alone: some of certain bytes, or a long run."""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Iterable
from re import _parser  # type: ignore[attr-defined]  # not in the stubs
from typing import Any, NamedTuple

RUN_BYTES = range(0x2B, 0x80)
"""What a run consists of: ASCII from ``+`` on. No blank, quote, bracket or ``# $ % & *``."""
DIGITS = frozenset(b"0123456789")
_CLASSES = {
    "CATEGORY_DIGIT": DIGITS,
    "CATEGORY_WORD": frozenset((string.ascii_letters + string.digits + "_").encode()),
}


def holds_any(expression: bytes, wanted: bytes, longest: int) -> bool:
    """Tell whether every match of an expression holds one of some bytes, and is at most so long.

    What a match asks for after itself counts as held by it.
    """
    tree = parsed(expression)
    return tree is not None and tree.getwidth()[1] <= longest and _any(tree, frozenset(wanted))


def run_of(expression: bytes, *, caseless: bool = False) -> tuple[int, bool, int]:
    """Tell of the longest run of ``RUN_BYTES`` that every match of an expression holds.

    Returns:
        Its bytes, whether it is all of the match, and the bytes of the longest match.
    """
    tree = parsed(expression, re.IGNORECASE if caseless else 0)
    if tree is None:
        return 0, False, 0
    run = _Reader(frozenset(RUN_BYTES)).sequence(tree)
    return run.inside, run.whole is not None, int(tree.getwidth()[1])


def longest_run(items: Iterable[tuple[Any, Any]], among: frozenset[int]) -> int:
    """Tell of parts of a pattern how long a run of some bytes all that they match holds."""
    return _Reader(among).sequence(items).inside


def parsed(expression: bytes, flags: int = 0) -> Any:
    """Parse an expression of the engine; ``None`` if Python cannot: the engine will say why."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the expression is Hyperscan's, where `[[` means nothing
        try:
            return _parser.parse(expression, flags)
        except re.error:
            return None


def _any(tree: Any, wanted: frozenset[int]) -> bool:
    for code, argument in tree:
        match str(code):
            case "LITERAL":
                found = argument in wanted
            case "IN":
                found = all(_among(str(kind), item, wanted) for kind, item in argument)
            case "SUBPATTERN":
                found = _any(argument[3], wanted)
            case "BRANCH":
                found = all(_any(branch, wanted) for branch in argument[1])
            case "MAX_REPEAT":
                found = argument[0] > 0 and _any(argument[2], wanted)
            case "ASSERT":
                found = argument[0] > 0 and _any(argument[1], wanted)
            case _:
                found = False
        if found:
            return True
    return False


def _among(kind: str, item: Any, wanted: frozenset[int]) -> bool:
    """Tell whether a part of a character class is among some bytes."""
    if kind == "RANGE":
        return wanted.issuperset(range(item[0], item[1] + 1))
    if kind == "LITERAL":
        return item in wanted
    return str(item) == "CATEGORY_DIGIT" and wanted >= DIGITS


class _Run(NamedTuple):
    """The fewest bytes of runs in what a part of a pattern matches."""

    first: int
    """Of the one at its beginning."""
    inside: int
    """Of the longest one anywhere."""
    last: int
    """Of the one at its end."""
    whole: int | None
    """Of all of it, if it is one run."""

    def then(self, after: _Run) -> _Run:
        both = self.whole is not None and after.whole is not None
        first = self.first if self.whole is None else self.whole + after.first
        last = after.last if after.whole is None else after.whole + self.last
        inside = max(self.inside, after.inside, self.last + after.first, first, last)
        return _Run(first, inside, last, first if both else None)


_EMPTY, _BROKEN, _BYTE = _Run(0, 0, 0, 0), _Run(0, 0, 0, None), _Run(1, 1, 1, 1)
_EVERY_BYTE = frozenset(range(256))
_ENOUGH = 256
"""Repetitions that are counted; more make no longer run than is asked for."""


class _Reader:
    """Reads how long runs of some bytes are in what patterns match."""

    def __init__(self, among: frozenset[int]) -> None:
        self._among = among

    def sequence(self, tree: Iterable[tuple[Any, Any]]) -> _Run:
        run = _EMPTY
        for code, argument in tree:
            run = run.then(self._item(str(code), argument))
        return run

    def _item(self, code: str, argument: Any) -> _Run:
        run = _BROKEN
        match code:
            case "LITERAL" if argument in self._among:
                run = _BYTE
            case "IN" if all(self._holds(str(kind), item) for kind, item in argument):
                run = _BYTE
            case "SUBPATTERN":
                run = self.sequence(argument[3])
            case "ATOMIC_GROUP":
                run = self.sequence(argument)
            case "BRANCH":
                run = _shortest([self.sequence(branch) for branch in argument[1]])
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = argument
                run = _repeated(self.sequence(inner), least, most)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                run = _EMPTY
        return run

    def _holds(self, kind: str, item: Any) -> bool:
        if kind == "RANGE":
            return self._among.issuperset(range(item[0], item[1] + 1))
        if kind == "LITERAL":
            return item in self._among
        return kind == "CATEGORY" and self._among >= _CLASSES.get(str(item), _EVERY_BYTE)


def _shortest(runs: list[_Run]) -> _Run:
    wholes = [run.whole for run in runs if run.whole is not None]
    return _Run(
        min(run.first for run in runs),
        min(run.inside for run in runs),
        min(run.last for run in runs),
        min(wholes) if len(wholes) == len(runs) else None,
    )


def _repeated(inner: _Run, least: int, most: int) -> _Run:
    run = _EMPTY
    for _ in range(min(least, _ENOUGH)):
        run = run.then(inner)
    if inner.whole is not None or most == least:
        return run
    # What may follow breaks the run; where nothing must stand, nothing is sure.
    return _BROKEN if not least else run._replace(whole=None)
