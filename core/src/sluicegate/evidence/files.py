"""Looks at files that somebody else may have put there: never follows a link, never blocks."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

_BLOCK: Final = 1 << 20
# Without waiting for a writer of a pipe, without taking a terminal, never through a link.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
)


class UnreadableFile(Exception):
    """A path is no regular file, or may not be read."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something in a folder."""

    name: str
    """Relative to the output, with ``/``."""
    is_folder: bool
    is_link: bool
    unreadable: bool = False
    """A folder that may not be looked into: anything may be in it."""


def walk(folder: Path) -> Iterator[Entry]:
    """Yield all that is below ``folder``, through no link.

    A folder that cannot be looked into is yielded once more, as unreadable.
    """
    waiting = [("", folder)]
    while waiting:
        prefix, current = waiting.pop()
        try:
            with os.scandir(current) as scan:
                found = sorted(scan, key=lambda e: e.name)
        except OSError:
            yield Entry(name=prefix or ".", is_folder=True, is_link=False, unreadable=True)
            continue
        for item in found:
            entry = Entry(
                name=f"{prefix}/{item.name}" if prefix else item.name,
                is_folder=item.is_dir(follow_symlinks=False),
                is_link=item.is_symlink(),
            )
            yield entry
            if entry.is_folder:
                waiting.append((entry.name, Path(item.path)))


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises:
        FileNotFoundError: it is not there.
        UnreadableFile: it is a link, a folder, a pipe or a device, or may not be read.
    """
    try:
        handle = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError from None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.ENXIO} or path.is_symlink():
            raise UnreadableFile("not-a-file", "it is a link or no file") from None
        raise UnreadableFile("unreadable", f"it cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UnreadableFile("not-a-file", "it is a link or no file")
    return os.fdopen(handle, "rb")


def sha256_of(file: BinaryIO, size: int) -> str:
    """Hash an open file; one that has another size than expected is not read, its digest is empty.

    Raises:
        UnreadableFile: it may not be read.
    """
    if os.fstat(file.fileno()).st_size != size:
        return ""
    digest = hashlib.sha256()
    try:
        while block := file.read(_BLOCK):
            digest.update(block)
    except OSError as error:
        raise UnreadableFile("unreadable", f"it cannot be read: {error.strerror}") from None
    return digest.hexdigest()
