"""Context: whole words near a match, or in the name of the column it stands in."""

from __future__ import annotations

import re

BEFORE = 48
"""Bytes before a match in which words count."""
AFTER = 24
"""Bytes after a match in which words count."""

_WORD = re.compile(rb"[A-Z]?[a-z\x80-\xff]+|[A-Z]+")


def words(text: bytes) -> frozenset[str]:
    """Split ``text`` into lower-case words, also at underscores and where camel case turns.

    Words and not substrings: ``lic`` in ``public`` is no context.
    """
    # Bytes are lowered before decoding: only ASCII letters change, as in the engine's own search
    # for these words.
    return frozenset(word.lower().decode("utf-8", "replace") for word in _WORD.findall(text))


def words_around(
    cell: memoryview | bytes, start: int, end: int, row_start: int, row_end: int
) -> frozenset[str]:
    """Return the whole words within ``BEFORE`` and ``AFTER`` bytes of ``cell[start:end]``."""
    low, high = max(row_start, start - BEFORE), min(row_end, end + AFTER)
    if low == start and high == end:
        return frozenset()
    # The space stands for the value, so that the words beside it do not grow together.
    return words(b" ".join((cell[low:start], cell[end:high])))
