"""Staging folders beside an output: how they are called, kept alive, and swept.

A folder is locked (``flock`` on the folder itself) as long as the process that writes it lives; the
kernel drops the lock with the process, so a crashed run's folder can be told from a slow one's.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_LONGEST_STEM = 120
"""Bytes of the output's name that a staging folder's name repeats; names end at 255."""


class StagingFolder:
    """A private folder on the output's file system, locked until ``release``."""

    def __init__(self, output: Path, run_key: str) -> None:
        short = hashlib.sha256(run_key.encode()).hexdigest()[:12]
        self.path = output.parent / f"{_prefix(output)}{short}-{secrets.token_hex(8)}"
        self.path.mkdir(mode=0o700)
        self.path.chmod(0o700)
        self._handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        _lock(self._handle)

    def open_to_readers(self) -> None:
        """Give the folder the rights that a new folder has here, by the umask or its parent."""
        probe = self.path / ".probe"
        probe.mkdir()
        mode = probe.stat().st_mode & 0o7777
        probe.rmdir()
        self.path.chmod(mode)

    def remove(self) -> None:
        """Remove the folder with all that is in it; safe to call more than once."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """Drop the lock; safe to call more than once."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def sweep(output: Path, *, older_than_seconds: float) -> int:
    """Remove staging that crashed runs left beside ``output``; return how many.

    A folder is removed if it is ours, nobody holds its lock, and nothing in it changed for
    ``older_than_seconds``. Links are never followed.
    """
    removed = 0
    for path in _candidates(output):
        try:
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # another sweep was faster
        try:
            if _stale(path, handle, older_than_seconds) and _lock(handle):
                shutil.rmtree(path, ignore_errors=True)
                removed += not path.exists()
        finally:
            os.close(handle)
    return removed


def _prefix(output: Path) -> str:
    name = output.name
    if len(os.fsencode(name)) > _LONGEST_STEM:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return f".{name}.sluicegate-"


def _candidates(output: Path) -> Iterator[Path]:
    pattern = re.compile(re.escape(_prefix(output)) + r"[0-9a-f]{12}-[0-9a-f]{16}")
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(output.parent) as entries:
        for entry in entries:
            if pattern.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                yield Path(entry.path)


def _stale(path: Path, handle: int, seconds: float) -> bool:
    own = os.fstat(handle)
    times = [own.st_mtime]
    with os.scandir(path) as entries:
        times += [e.stat(follow_symlinks=False).st_mtime for e in entries]
    return own.st_uid == os.geteuid() and time.time() - max(times) >= seconds


def _lock(handle: int) -> bool:
    """Lock without waiting; ``False`` if somebody else holds it.

    File systems without locks (some network ones) answer with an error: then age alone decides.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
