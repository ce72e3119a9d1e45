"""A file that several threads read by position at once.

Engines move (``seek``) and read as two calls on one file, from several threads, and Python may
change threads between the two. So a move counts for the thread that made it: its next read begins
there. A read without a move of its own goes on where the last one ended, as sequential readers
expect, which do not read at once but may change threads between two reads.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable


class PositionedFile:
    """Reads by position through ``get``.

    Args:
        size: Bytes of the file.
        get: First byte and the byte behind the last → exactly these bytes.
        close: Called once.
        ahead: Bytes to ask for at least; what is too much is kept for the next read of the thread.
    """

    def __init__(
        self,
        size: int,
        get: Callable[[int, int], bytes],
        close: Callable[[], None] = lambda: None,
        *,
        ahead: int = 0,
    ) -> None:
        self._size = size
        self._get = get
        self._close = close
        self._ahead = ahead
        self._position = 0
        self._own = threading.local()
        self.closed = False

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def writable(self) -> bool:
        """Tell that it cannot be written."""
        return False

    def seekable(self) -> bool:
        """Tell that it has positions."""
        return True

    def tell(self) -> int:
        """Return the position of the next read of this thread."""
        return int(getattr(self._own, "position", self._position))

    def seek(self, position: int, whence: int = io.SEEK_SET, /) -> int:
        """Move; returns the new position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self._size}[whence]
        self._position = self._own.position = min(max(0, base + position), self._size)
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes; fewer than asked for at the end only."""
        start = self.tell()
        end = self._size if size is None or size < 0 else min(start + size, self._size)
        got = self.part(start, end)
        self._position = end
        if hasattr(self._own, "position"):
            del self._own.position
        return got

    def part(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` to before ``end``, wherever the position is."""
        if not self._ahead:
            return self._get(start, end) if end > start else b""
        first, held = getattr(self._own, "held", (0, b""))
        if not first <= start <= end <= first + len(held):
            until = min(max(end, start + self._ahead), self._size)
            first, held = start, self._get(start, until) if until > start else b""
            self._own.held = first, held
        return bytes(held[start - first : end - first])

    def close(self) -> None:
        """Close it; safe to call more than once."""
        if not self.closed:
            self.closed = True
            self._close()
