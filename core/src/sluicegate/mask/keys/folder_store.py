"""A key store in a folder of private files, of one host or shared by several."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sluicegate.errors import KeyProviderUnavailable, KeyUnavailable
from sluicegate.flushing import sync_folder

_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK
_MOST_BYTES: Final = 65536


class FolderStore:
    """Keeps each content in a file (0600) of a folder (0700) that is nobody else's.

    Erasing overwrites the file with random bytes, waits for the disk, and removes it. That reaches
    the bytes on a disk that writes in place. A file system that copies on write, a journal that
    holds data, an SSD, a snapshot or a backup may keep the old bytes: wrapped, but useful to
    whoever also has the root key.

    Args:
        path: The folder; made when the first content is written.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        """The folder's path."""
        return str(self._path)

    def names(self) -> tuple[str, ...]:
        """List the files; what a crash left of one being replaced is none."""
        if not self._there():
            return ()
        with self._told():
            return tuple(sorted(p.name for p in self._path.iterdir() if p.name[0] != "."))

    def read(self, name: str) -> bytes | None:
        """Read a file that is private, and no link."""
        if not self._there():
            return None
        with self._told():
            try:
                descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NONBLOCK | _NO_LINK)
            except FileNotFoundError:
                return None
        try:
            _check(os.fstat(descriptor), self._path / name, folder=False)
            with self._told():
                return os.read(descriptor, _MOST_BYTES)
        finally:
            os.close(descriptor)

    def add(self, name: str, content: bytes) -> None:
        """Write a new file and wait for the disk."""
        self._make()
        with self._told():
            _write(self._path / name, content)
            sync_folder(self._path)

    def replace(self, name: str, content: bytes) -> None:
        """Write beside it, wait for the disk, and rename."""
        self._make()
        beside = self._path / f".{name}.{secrets.token_hex(8)}"
        with self._told(), _opened(self._path / name) as before:
            try:
                _write(beside, content)
                beside.replace(self._path / name)
            finally:
                beside.unlink(missing_ok=True)
            sync_folder(self._path)
            if before is not None:
                _overwrite(before)

    def erase(self, name: str) -> None:
        """Overwrite, wait for the disk, remove, and wait again."""
        if not self._there():
            return
        with self._told(), _opened(self._path / name) as descriptor:
            if descriptor is None:
                return
            _overwrite(descriptor)
            (self._path / name).unlink(missing_ok=True)
            sync_folder(self._path)

    def _there(self) -> bool:
        """Tell whether the folder is there.

        Raises:
            KeyUnavailable: it is a link, or not ours alone: others could put files in.
        """
        try:
            status = os.lstat(self._path)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._trouble(error) from None
        _check(status, self._path, folder=True)
        return True

    def _make(self) -> None:
        with self._told():
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._there()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._trouble(error) from None

    def _trouble(self, error: OSError) -> KeyUnavailable:
        kind = KeyUnavailable
        if not isinstance(error, (PermissionError, FileExistsError, NotADirectoryError)):
            kind = KeyProviderUnavailable
        reason = os.strerror(error.errno or 0)
        return kind(f"the key store {self.place} cannot be used: {reason}")

    def __repr__(self) -> str:
        return f"FolderStore({self.place!r})"


def _check(status: os.stat_result, path: Path, *, folder: bool) -> None:
    """Refuse what others could have put there, or could read."""
    if not (stat.S_ISDIR if folder else stat.S_ISREG)(status.st_mode):
        raise KeyUnavailable(
            f"{path} of the key store is no {'folder' if folder else 'file'}",
            hint="a link will not do: name the folder itself",
        )
    if os.name == "posix" and status.st_mode & 0o077:
        raise KeyUnavailable(
            f"{path} of the key store is open to others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"find out who was there, then chmod {'700' if folder else '600'} {path}",
        )
    if os.name == "posix" and status.st_uid not in (os.geteuid(), 0):
        raise KeyUnavailable(f"{path} of the key store belongs to another user")


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, _NEW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    """Open a file to be overwritten, ``None`` if there is none."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK | _NO_LINK)
    except FileNotFoundError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _overwrite(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    os.pwrite(descriptor, secrets.token_bytes(size), 0)
    os.fsync(descriptor)
