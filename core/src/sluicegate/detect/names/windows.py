"""Cuts long texts into windows that the model can read, and words that labels are given to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

WINDOW: Final = 480
"""Characters of a window."""
OVERLAP: Final = 80
"""Characters that two windows share, so that a name at a border is whole in one of them."""
LIMIT: Final = 10_000
"""Characters of a cell that are read: it bounds the time that one cell can take."""

_LETTER: Final = "[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]"
_REST: Final = "[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ\u0300-\u036f]"
WORD: Final = re.compile(rf"{_LETTER}{_REST}*(?:['’\-]{_REST}+)*")
"""A word in Latin script, accents as their own characters too. The model knows no other script."""


def windows(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first character and the text of each window, in order."""
    text = text[:LIMIT]
    start = 0
    while start < len(text):
        end = _cut(text, start + WINDOW)
        if WORD.search(text, start, end):
            yield start, text[start:end]
        if end == len(text):
            return
        start = max(start + 1, _cut(text, end - OVERLAP))


def halves(start: int, window: str) -> tuple[tuple[int, str], tuple[int, str]]:
    """Split a window that has too many tokens; the halves share a little."""
    middle = len(window) // 2
    shared = min(OVERLAP, middle) // 2
    return (start, window[: middle + shared]), (start + middle - shared, window[middle - shared :])


def _cut(text: str, place: int) -> int:
    """Return a place at or a little before ``place`` where no word is cut."""
    if place >= len(text):
        return len(text)
    for earlier in range(place, max(0, place - OVERLAP // 2), -1):
        if text[earlier - 1].isspace():
            return earlier
    return place
