"""Opens the one scanner that a process uses: our catalogue, the settings' files, and plug-ins."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from sluicegate.detect.plugins import plugin_files
from sluicegate.detect.scanner import Scanner


def open_scanner(files: Sequence[Path] = ()) -> Scanner:
    """Return the scanner with the detectors of ``files`` and of every installed distribution.

    Gate, scan and lint all ask here, so that they see the same. It is loaded once a process as long
    as the files stay as they are; canaries prove it again in every run.

    Raises:
        DetectionError: a file or a plug-in is wrong; it is named, and nothing is scanned.
    """
    return _load(tuple((path, _state(path)) for path in files))


@lru_cache(maxsize=4)
def _load(files: tuple[tuple[Path, str], ...]) -> Scanner:
    return Scanner.load([*(path for path, _ in files), *plugin_files()])


def _state(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""  # loading tells what is wrong
