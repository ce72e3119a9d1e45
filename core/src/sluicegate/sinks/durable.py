"""Files and folders that are on the disk when a function returns."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from sluicegate.errors import SinkError
from sluicegate.flushing import sync_folder


class HashedFile:
    """A new file that is only appended to, and hashes what it is given.

    The digest is of the bytes that were meant, so a disk that changed them is found out.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb", buffering=0)
        self._hash = hashlib.sha256()
        self._abandoned = False
        self.bytes = 0

    def write(self, data: bytes | memoryview) -> int:
        """Append all of ``data``; after ``abandon`` it is swallowed."""
        view = memoryview(data).cast("B")
        self._hash.update(view)
        rest = view
        while len(rest) and not self._abandoned:
            rest = rest[self._file.write(rest) or 0 :]
        self.bytes += len(view)
        return len(view)

    def tell(self) -> int:
        """Return the number of bytes so far."""
        return self.bytes

    def flush(self) -> None:
        """Nothing is held back."""

    @property
    def closed(self) -> bool:
        """Whether the file is closed."""
        return self._file.closed

    @property
    def sha256(self) -> str:
        """64 lower-case hex digits over what was written."""
        return self._hash.hexdigest()

    def abandon(self) -> None:
        """Close without caring for what was written; a writer's last words go nowhere."""
        self._abandoned = True
        self._file.close()

    def close(self) -> None:
        """Make the file durable and close it; safe to call more than once."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()


def creator(folder: Path) -> Callable[[str], HashedFile]:
    """Return what makes files below ``folder`` by name; folders in between are made."""

    def create(name: str) -> HashedFile:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return HashedFile(path)

    return create


def sync_tree(folder: Path) -> None:
    """Make the entries of a folder and of all folders below it durable."""
    for path, _, _ in os.walk(folder):
        sync_folder(Path(path))


def write_extra(folder: Path, extra: Mapping[str, bytes]) -> None:
    """Write files below ``folder`` and make them durable.

    Raises:
        SinkError: a name leads out of the folder, or is taken.
    """
    for name in extra:
        _check_name(name)
    for name, content in extra.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = HashedFile(path)
        except FileExistsError:
            file = None
        if file is None:
            raise SinkError(f"the name {name!r} is taken by a staged file")
        try:
            file.write(content)
            file.close()
        finally:
            file.abandon()
    for parent in {
        p for name in extra for p in (folder / name).parents if p.is_relative_to(folder)
    }:
        sync_folder(parent)


def write_private(folder: Path, extra: Mapping[str, bytes]) -> None:
    """Write files below a folder that only its owner may enter; it is made if it is missing.

    Raises:
        SinkError: as for ``write_extra``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    write_extra(folder, extra)


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\0" in name:
        raise SinkError(f"the name {name!r} does not lie within the output")
