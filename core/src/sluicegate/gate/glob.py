"""Patterns of file paths: ``*`` and ``?`` within a step, ``**`` for any number of steps.

Matched by two pointers that go back to the last star only, so that no pattern makes the work more
than the product of both lengths.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

T = TypeVar("T")
ANY_STEPS: Final = "**"


def is_pattern(text: str) -> bool:
    """Tell whether a path names more than one file."""
    return "*" in text or "?" in text


def matches(pattern: str, path: str) -> bool:
    """Tell whether ``path`` (with ``/`` between its steps) is one that ``pattern`` names."""
    return _fits(pattern.split("/"), path.split("/"), ANY_STEPS, _step)


def _step(pattern: str, step: str) -> bool:
    return _fits(pattern, step, "*", lambda wanted, found: wanted in {"?", found})


def _fits(pattern: Sequence[T], text: Sequence[T], star: T, same: Callable[[T, T], bool]) -> bool:
    at = here = back = 0
    last = -1
    while here < len(text):
        if at < len(pattern) and pattern[at] == star:
            last, back, at = at, here, at + 1
        elif at < len(pattern) and same(pattern[at], text[here]):
            at, here = at + 1, here + 1
        elif last >= 0:
            back += 1
            at, here = last + 1, back
        else:
            return False
    return all(part == star for part in pattern[at:])
