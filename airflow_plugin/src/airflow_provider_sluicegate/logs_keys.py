"""Withholds private keys whose lines arrive one by one."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Final

_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_END: Final = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_BODY: Final = re.compile(r"\s*(?:[A-Za-z0-9+/=]+|[A-Za-z-]+: .*|)\s*")
"""A line of base64, a header as of an encrypted key, or nothing."""
_LONGEST: Final = 200
"""Lines of the longest key."""
_STREAMS: Final = 256
SHOWN: Final = "{SECRET}"


class KeyBlocks:
    """Remembers which streams are in the middle of a key.

    The detectors see a key that stands in one text. Of a key that is printed line by line, each
    line alone is nothing but letters.
    """

    def __init__(self) -> None:
        self.open: dict[Hashable, int] = {}
        """Streams in the middle of a key, and how many lines of it may still come."""

    def redacted(self, stream: Hashable, text: str) -> str:
        """Return a line, or what stands for it if it is a part of a key.

        Args:
            stream: Whose line it is; lines of others may come between.
            text: The line.
        """
        if "PRIVATE KEY" in text and self._marks(stream, text):
            return SHOWN
        left = self.open.get(stream)
        if left is None:
            return text
        if left == 0:
            del self.open[stream]
            return text
        self.open[stream] = left - 1
        return SHOWN if _BODY.fullmatch(text) else text

    def _marks(self, stream: Hashable, text: str) -> bool:
        """Note where a key begins or ends; tell whether it does."""
        begins, ends = list(_BEGIN.finditer(text)), list(_END.finditer(text))
        if begins and (not ends or ends[-1].start() < begins[-1].start()):
            if len(self.open) >= _STREAMS:
                self.open.clear()
            self.open[stream] = _LONGEST
            return True
        if ends:
            self.open.pop(stream, None)
        return bool(begins or ends)
