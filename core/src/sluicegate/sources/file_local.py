"""A folder, or one file, of this machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from sluicegate.errors import SourceError
from sluicegate.sources.file_reader import PositionedFile
from sluicegate.sources.file_store import Stored, changed, check_number


class LocalStore:
    """Files below a folder. Symbolic links are not followed, so nothing outside can be reached.

    Args:
        source: Name of the source, for errors.
        root: The folder, or the one file that the source is.
    """

    def __init__(self, source: str, root: Path) -> None:
        self._source = source
        self._root = root.absolute()

    @property
    def login(self) -> str:
        """A folder has no logins: always ``files``."""
        return "files"

    def listed(self) -> tuple[list[Stored], list[str]]:
        """Return the regular files, and a note if anything else was left out."""
        try:
            root = self._root.resolve(strict=True)
            single = root.is_file()
            found = [_stored(root.parent, root)] if single else list(_walk(self._source, root))
        except OSError as error:
            problem = error.strerror or type(error).__name__
        else:
            self._base = root.parent if single else root
            files = [f for f in found if f is not None]
            odd = len(found) - len(files)
            note = f"{odd} links or other things that are no plain file were left out"
            return sorted(files), [note] if odd else []
        raise SourceError(
            f"{self._source!r}: its folder cannot be read ({problem})",
            hint="check the source in the settings",
        )

    def open(self, file: Stored) -> PositionedFile:
        """Open the file, not following a link, and see that it is the listed one."""
        try:
            handle = os.open(self._base / file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            handle = None
        if handle is None:
            raise changed(self._source, file.path)
        if _stamp(os.fstat(handle)) != file.stamp:
            os.close(handle)
            raise changed(self._source, file.path)
        return PositionedFile(
            file.size,
            lambda start, end: self._get(handle, file, start, end),
            close=lambda: os.close(handle),
        )

    def check(self, file: Stored) -> None:
        """Look at the file again."""
        try:
            stamp = _stamp((self._base / file.path).lstat())
        except OSError:
            stamp = ""
        if stamp != file.stamp:
            raise changed(self._source, file.path)

    def _get(self, handle: int, file: Stored, start: int, end: int) -> bytes:
        """Read; a call of the system gives 2 GiB at most."""
        parts = []
        while start < end:
            part = os.pread(handle, end - start, start)
            if not part:
                raise changed(self._source, file.path)
            parts.append(part)
            start += len(part)
        return b"".join(parts) if len(parts) != 1 else parts[0]


def _walk(source: str, root: Path) -> Iterator[Stored | None]:
    number = 0
    for folder, folders, names in os.walk(root, onerror=_raise):
        yield from (None for name in folders if (Path(folder) / name).is_symlink())
        for name in names:
            number += 1
            check_number(source, number)
            yield _stored(root, Path(folder) / name)


def _raise(error: OSError) -> None:
    raise error


def _stored(base: Path, path: Path) -> Stored | None:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        return None
    relative = path.relative_to(base).as_posix()
    return Stored(path=relative, size=found.st_size, stamp=_stamp(found))


def _stamp(found: os.stat_result) -> str:
    parts = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return ":".join(map(str, parts)) if stat.S_ISREG(found.st_mode) else ""
