"""A file as witness: on a share or a disk that the ledger's writers may only append to."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sluicegate.errors import LedgerUnavailable
from sluicegate.ledger.bounded import within
from sluicegate.ledger.notes import read_notes

if TYPE_CHECKING:
    from sluicegate.ledger.checkpoint import Checkpoint

_MODE: Final = 0o644
_SECONDS: Final = 10.0
"""A share may be away, and somebody may hold the file's lock: neither ends by itself."""


class FileWitness:
    """Appends notes to one file. It keeps what its file system keeps: nothing is locked.

    Args:
        path: The file; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        """The file's path."""
        return str(self._path)

    def keep(self, checkpoint: Checkpoint) -> None:
        """Append the note and flush it to the disk; one that stands there already is enough.

        A note that a crash cut off in the middle is ended first, so it cannot swallow this one.
        """
        within(_SECONDS, lambda: self._append(checkpoint), place=f"the witness {self.place}")

    def kept(self) -> list[Checkpoint]:
        """Read all notes."""
        return within(_SECONDS, self._read, place=f"the witness {self.place}")

    def _append(self, checkpoint: Checkpoint) -> None:
        try:
            with self._path.open("a+", encoding="utf-8") as file:
                os.fchmod(file.fileno(), _MODE) if file.tell() == 0 else None
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                text = file.read()
                if checkpoint.note in text:
                    return
                file.write(("" if not text or text.endswith("\n") else "\n") + checkpoint.note)
                file.flush()
                os.fsync(file.fileno())
        except (OSError, UnicodeDecodeError) as error:
            raise self._unavailable(error) from None

    def _read(self) -> list[Checkpoint]:
        try:
            return read_notes(self._path.read_text("utf-8"), self.place)
        except FileNotFoundError:
            raise LedgerUnavailable(f"the witness {self.place} is not there") from None
        except (OSError, UnicodeDecodeError) as error:
            raise self._unavailable(error) from None

    def _unavailable(self, error: Exception) -> LedgerUnavailable:
        unreadable = "it is not text" if isinstance(error, UnicodeError) else type(error).__name__
        reason = getattr(error, "strerror", None) or unreadable
        return LedgerUnavailable(f"the witness {self.place} cannot be used: {reason}")
