"""Where lineage events go.

An implementer's checklist:

* ``emit`` never raises and never retries: an extract does not fail for its lineage. What cannot be
  sent is dropped, logged by its kind of error without any content, and told by the result.
* It blocks no longer than one write; a pipe without a reader or a full disk is a dropped event.
* Failure mode: open. What must not be lost is in the ledger, not here.
"""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

_log: Final = logging.getLogger(__name__)
_FLAGS: Final = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)


class Transport(Protocol):
    """Sends events."""

    def emit(self, event: Mapping[str, Any]) -> bool:
        """Send one event; tell whether it was sent."""


class FileTransport:
    """Appends each event to a file as one line of JSON; whole lines, also from many writers.

    Args:
        path: The file; its folder is made if it is missing.
        most_event_bytes: A larger event is dropped.
        most_file_bytes: Beyond this size nothing more is appended: rotate the file.
    """

    def __init__(
        self, path: Path, *, most_event_bytes: int = 1 << 20, most_file_bytes: int = 1 << 28
    ) -> None:
        self._path = path
        self._most_event = most_event_bytes
        self._most_file = most_file_bytes

    def emit(self, event: Mapping[str, Any]) -> bool:
        """Append the event in one write; tell whether it stands."""
        try:
            line = json.dumps(event, sort_keys=True, allow_nan=False).encode() + b"\n"
            dropped = "it is too large" if len(line) > self._most_event else self._append(line)
        except OSError as error:
            dropped = error.strerror or "the file cannot be written"
        except (TypeError, ValueError, RecursionError):
            dropped = "it is no JSON"
        if dropped:
            _log.warning("a lineage event was dropped: %s", dropped)
        return not dropped

    def _append(self, line: bytes) -> str:
        """Append a line; return why it was dropped, or nothing."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, _FLAGS, 0o666)
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return "its file is no regular file"
            if status.st_size + len(line) > self._most_file:
                return "its file is full"
            written = os.write(handle, line)
            if written == len(line):
                return ""
            _take_back(handle, written)
            return "the disk is full"
        finally:
            os.close(handle)


def _take_back(handle: int, written: int) -> None:
    """Cut off a line that a full disk left unfinished, unless somebody wrote after it."""
    end = os.lseek(handle, 0, os.SEEK_CUR)
    if os.fstat(handle).st_size == end:
        os.ftruncate(handle, end - written)
