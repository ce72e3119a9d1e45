"""Where lineage events go. Failure mode: open; what cannot be sent is dropped and logged."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

_log = logging.getLogger(__name__)


class Transport(Protocol):
    """Sends events. ``emit`` never raises, and blocks no longer than one write."""

    def emit(self, event: Mapping[str, Any]) -> None:
        """Send one event."""


class FileTransport:
    """Appends each event to a file as one line of JSON; whole lines, also from many writers.

    Args:
        path: The file; its folder is made if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def emit(self, event: Mapping[str, Any]) -> None:
        """Append the event in one write."""
        line = json.dumps(event, sort_keys=True).encode() + b"\n"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(line)
        except OSError as error:
            _log.warning("a lineage event was dropped: %s", error.strerror)
