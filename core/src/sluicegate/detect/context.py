"""Context: whole words near a match, or in the name of the column it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator

BEFORE = 48
"""Bytes before a match in which words count."""
AFTER = 24
"""Bytes after a match in which words count."""

_CAPITALS = rb"(?:[A-Z]|[\xc3-\xc5][\x80-\xbf]|[\xd0\xd1][\x80-\xbf]){2,}(?![a-z\x80-\xff])"
_WORD = re.compile(_CAPITALS + rb"|[A-Z]?[a-z\x80-\xff]+|[A-Z]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""Thai, Lao, Hangul, Kana and Han: scripts that put words together without a space, or with an
ending that belongs to the sentence."""
_LONGEST_GRAM = 6
"""Characters of the longest word that is looked for in such a script."""


def words(text: bytes) -> frozenset[str]:
    """Split ``text`` into lower-case words, also at underscores and where camel case turns.

    Words and not substrings: ``lic`` in ``public`` is no context. Where a script does not part its
    words, every stretch of two to six characters is one.
    """
    # Bytes are lowered before decoding: only ASCII letters change, as in the engine's own search
    # for these words.
    found = {word.lower() for word in _WORD.findall(text)}
    if text.isascii():
        return frozenset(word.decode("ascii") for word in found)
    decoded = {word.decode("utf-8", "replace") for word in found}
    return frozenset(decoded.union(*map(_grams, decoded)))


def _grams(word: str) -> Iterator[str]:
    for stretch in _UNSPACED.findall(word):
        for size in range(2, min(len(stretch), _LONGEST_GRAM) + 1):
            for place in range(len(stretch) - size + 1):
                yield stretch[place : place + size]


def words_around(
    cell: memoryview | bytes, start: int, end: int, row_start: int, row_end: int
) -> frozenset[str]:
    """Return the whole words within ``BEFORE`` and ``AFTER`` bytes of ``cell[start:end]``."""
    low, high = max(row_start, start - BEFORE), min(row_end, end + AFTER)
    if low == start and high == end:
        return frozenset()
    # The space stands for the value, so that the words beside it do not grow together.
    return words(b" ".join((cell[low:start], cell[end:high])))
