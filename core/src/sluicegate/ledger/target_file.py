"""A file of JSON lines as target."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sluicegate.errors import LedgerUnavailable
from sluicegate.ledger.bounded import within

if TYPE_CHECKING:
    from sluicegate.ledger.export import Line

_MODE: Final = 0o600
_SECONDS: Final = 20.0


class FileTarget:
    """Appends lines and flushes them to the disk; the file is made for its owner only.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self.name = f"file:{self._path}"

    def send(self, lines: Sequence[Line]) -> None:
        """Append all lines. A line that a crash cut off is ended first, and so stays alone."""
        data = b"".join(one.data + b"\n" for one in lines)
        within(_SECONDS, lambda: self._append(data), place=f"the export {self.name}")

    def _append(self, data: bytes) -> None:
        try:
            descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND, _MODE)
            with os.fdopen(descriptor, "r+b") as file:
                fcntl.flock(descriptor, fcntl.LOCK_EX)  # what was cut off belongs to nobody else
                end = file.seek(0, os.SEEK_END)
                whole = end == 0 or os.pread(descriptor, 1, end - 1) == b"\n"
                file.write((b"" if whole else b"\n") + data)
                file.flush()
                os.fsync(descriptor)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise LedgerUnavailable(f"the export {self.name} cannot be written: {reason}") from None

    def close(self) -> None:
        """Nothing is held open."""
