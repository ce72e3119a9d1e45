"""The file of a SQLite ledger: what may stand there, and which file system it is on."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from sluicegate.errors import LedgerError, LedgerUnavailable

_MOUNTS: Final = Path("/proc/self/mountinfo")
_LOCAL: Final = frozenset(
    {"bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "jfs", "overlay", "tmpfs", "xfs", "zfs"}
)
"""File systems of one host, whose processes see the same memory of a file."""


class Identity(NamedTuple):
    """Which files stand at a place now, by device and inode."""

    file: tuple[int, int] | None
    log: tuple[int, int] | None
    """Of the write-ahead log beside it; ``None`` where there is none."""

    @classmethod
    def of(cls, path: Path) -> Identity:
        """Look at a file and its log."""
        real = os.path.realpath(path)
        return cls(_inode(real), _inode(f"{real}-wal"))


def log_of(path: Path) -> Path:
    """Return where SQLite keeps the write-ahead log of a file."""
    return Path(f"{os.path.realpath(path)}-wal")  # where links lead to, as SQLite has it


def is_local(path: Path) -> bool:
    """Tell whether a file is on a file system of this host only. Where it is not known: no."""
    try:
        mounts = _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:  # no Linux
        return False
    place, longest, kind = f"{path.resolve()}/", "", ""
    for line in mounts:
        mounted, _, source = line.partition(" - ")
        point = mounted.split()[4].encode().decode("unicode_escape").rstrip("/") + "/"
        if place.startswith(point) and len(point) >= len(longest):  # a later one lies over it
            longest, kind = point, source.split()[0]
    return kind in _LOCAL


def check_file(path: Path) -> None:
    """Refuse what is no regular file: opening a pipe would block, a folder would confuse."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise LedgerUnavailable(f"the ledger {path} cannot be reached: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise LedgerError(
            f"the ledger {path} is {what}", hint="name a file, for example ledger.db in it"
        )


def create_file(path: Path) -> None:
    """Create an empty file before SQLite would, so that nobody else can ever read it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        with closing(os.fdopen(os.open(path, flags, 0o600), "rb")):
            pass
    except FileExistsError:
        if not path.is_file():
            raise LedgerError(f"the folder of the ledger {path} is a file") from None
    except OSError as error:
        raise LedgerUnavailable(
            f"the ledger {path} cannot be created: {error.strerror}",
            hint="name a place that this user may write to",
        ) from None


def _inode(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked for at each append
    except OSError:
        return None
    return found.st_dev, found.st_ino
