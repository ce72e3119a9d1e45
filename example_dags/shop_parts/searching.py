"""Looks for very many values in a large content at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

_WIDTH: Final = 8
_WORD: Final = np.dtype("<u8")


class Content:
    """Bytes that are searched for values.

    A value can only be there if its first and its last eight bytes are; comparing those as numbers
    leaves few values for the exact search.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        places = max(0, len(content) - _WIDTH + 1)
        self._words = np.sort(np.ndarray((places,), _WORD, content, strides=(1,)))

    def present(self, values: Iterable[str]) -> int:
        """Count the values that occur in the content, as UTF-8."""
        encoded = [value.encode() for value in values]
        long = [value for value in encoded if len(value) >= _WIDTH]
        short = [value for value in encoded if len(value) < _WIDTH]
        likely = self._has(value[:_WIDTH] for value in long)
        likely &= self._has(value[-_WIDTH:] for value in long)
        candidates = [long[index] for index in np.flatnonzero(likely)] + short
        return sum(value in self._content for value in candidates)

    def _has(self, words: Iterable[bytes]) -> Any:
        wanted = np.frombuffer(b"".join(words), _WORD)
        places = np.searchsorted(self._words, wanted)
        found = np.append(self._words, _WORD.type(0))[places] == wanted
        return found & (places < len(self._words))
