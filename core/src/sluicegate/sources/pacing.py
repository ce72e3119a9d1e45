"""Holds a reader back that reads further ahead than its rows are taken.

Arrow reads up to 32 blocks of a CSV ahead in a thread of its own, and has no setting for it.
"""

from __future__ import annotations

import threading
from typing import Any, Final

_AHEAD: Final = 3
"""Blocks; a row may reach from one into the next."""
_SECONDS: Final = 5.0
"""After which a block is read in any case: one that holds no row is never taken."""


class Paced:
    """A file whose blocks are read as their rows are taken.

    Args:
        file: Open for reading, from its begin to its end.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._room = threading.Semaphore(_AHEAD)
        self.closed = False

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int, /) -> Any:
        """Return the next block, once there is room for it."""
        if not self.closed:
            self._room.acquire(timeout=_SECONDS)
        return b"" if self.closed else self._file.read(size)

    def taken(self) -> None:
        """Tell that the rows of a block were taken."""
        self._room.release()

    def close(self) -> None:
        """Close the file, and let nobody wait."""
        self.closed = True
        self._room.release(_AHEAD)
        self._file.close()
