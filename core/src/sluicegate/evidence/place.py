"""Where an output stands: what verifying and reading it need of a file system or a store."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from sluicegate.errors import ConfigurationError, IntegrityError, OutputExists, SinkError
from sluicegate.evidence.envelope import MAX_BYTES
from sluicegate.evidence.files import Entry, UnreadableFile, open_regular, sha256_of, walk
from sluicegate.evidence.manifest import FOLDER
from sluicegate.flushing import sync_folder
from sluicegate.sinks import SourceUrl
from sluicegate.sinks.durable import HashedFile
from sluicegate.sinks.failure import attempt
from sluicegate.sinks.location import local_path, scheme_of

if TYPE_CHECKING:
    from sluicegate.model.outcome import OutputFile

ATTESTATION: Final = f"{FOLDER}/attestation.json"
BUNDLE: Final = f"{FOLDER}/attestation.sigstore.json"
"""A keyless signature of the attestation, which may be added after the release."""
MOST_BUNDLE_BYTES: Final = 1 << 20


class Place(Protocol):
    """An output somewhere."""

    def attestation(self) -> bytes:
        """Return what stands at the attestation's place, at most one byte more than it may have.

        Raises:
            FileNotFoundError: nothing does.
            UnreadableFile: it is no file, or may not be read.
        """

    def bundle(self) -> bytes:
        """Return what stands at the place of the keyless signature, at most one byte too many.

        Raises:
            FileNotFoundError: nothing does.
            UnreadableFile: it is no file, or may not be read.
        """

    def add_bundle(self, content: bytes) -> None:
        """Put a keyless signature where none stands, whole or not at all.

        Raises:
            OutputExists: something stands there.
            SinkError: it cannot be written; tables have no place for it.
        """

    def walk(self) -> Iterator[Entry]:
        """Yield all that stands there."""

    def digest(self, file: OutputFile) -> str:
        """Hash a file, and remember which one it was; empty if it has another size.

        Raises:
            FileNotFoundError: it is not there.
            UnreadableFile: it is no file, or may not be read.
        """

    def open(self, file: OutputFile) -> io.RawIOBase:
        """Open the very file that was hashed, for reading.

        Raises:
            IntegrityError: another one stands there now; so does each read of what comes.
        """


def open_place(output: str | Path, source_url: SourceUrl | None = None) -> Place:
    """Find the place of an output: a folder, a prefix on S3, or a table.

    Raises:
        ConfigurationError: it is neither.
        MissingDependencyError: S3 needs ``sluicegate[aws]``.
    """
    scheme = scheme_of(output) if isinstance(output, str) else "file"
    if scheme == "table":
        from sluicegate.evidence.table_place import TablePlace  # noqa: PLC0415 - as used

        if source_url is None:
            raise ConfigurationError("a table needs settings that name its source")
        return TablePlace(str(output), source_url)
    if scheme == "s3":
        from sluicegate.evidence.s3_place import S3Place  # noqa: PLC0415 - an optional library

        return S3Place(str(output))
    return LocalPlace(local_path(output) if isinstance(output, str) else output)


def changed(name: str) -> IntegrityError:
    """Build the error for a file that is not the one that was verified."""
    return IntegrityError(
        f"the file {name!r} was changed since it was verified", hint="verify the output anew"
    )


class LocalPlace:
    """A folder. Nothing in it is reached through a link."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, tuple[int, ...]] = {}

    def attestation(self) -> bytes:
        """Return what stands at the attestation's place; see ``Place``."""
        return self._read(ATTESTATION, MAX_BYTES + 1)

    def bundle(self) -> bytes:
        """Return what stands at the place of the keyless signature; see ``Place``."""
        return self._read(BUNDLE, MOST_BUNDLE_BYTES + 1)

    def add_bundle(self, content: bytes) -> None:
        """Write the keyless signature beside the folder and link it into it; see ``Place``."""
        target = self._folder.resolve()
        draft = target.parent / f".{target.name}.{secrets.token_hex(8)}.bundle"
        attempt(target, lambda: _link(draft, target / BUNDLE, content))

    def walk(self) -> Iterator[Entry]:
        """Yield all that is below the folder; see ``Place``."""
        return walk(self._folder)

    def _read(self, name: str, most: int) -> bytes:
        if (self._folder / FOLDER).is_symlink():
            raise UnreadableFile("not-a-file", "its folder is a link")
        with open_regular(self._folder / name) as file:
            return file.read(most)

    def digest(self, file: OutputFile) -> str:
        """Hash a file, and remember its inode and times; see ``Place``."""
        with open_regular(self._folder / file.name) as handle:
            before = _identity(handle)
            digest = sha256_of(handle, file.bytes)
            if _identity(handle) != before:
                return ""
        self._seen[file.name] = before
        return digest

    def open(self, file: OutputFile) -> io.RawIOBase:
        """Open the file that was hashed; see ``Place``."""
        try:
            handle = open_regular(self._folder / file.name)
        except (FileNotFoundError, UnreadableFile):
            raise changed(file.name) from None
        return _SeenFile(file.name, handle, self._seen[file.name])


def _link(draft: Path, path: Path, content: bytes) -> None:
    """Make a file that nobody sees half-written; a link, unlike a rename, replaces none."""
    if path.parent.is_symlink():
        raise SinkError("the attestation's folder is a link", hint="find out who made it")
    try:
        file = HashedFile(draft)
        try:
            file.write(content)
            file.close()
        finally:
            file.abandon()
        os.link(draft, path)
    except FileExistsError:
        raise OutputExists(f"a keyless signature stands at {path.parent} already") from None
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _identity(handle: BinaryIO) -> tuple[int, ...]:
    """What a change of a file changes too; nobody can set the last, the time of the inode."""
    found = os.fstat(handle.fileno())
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class _SeenFile(io.RawIOBase):
    """A file that is read only as long as it is the one that was hashed."""

    def __init__(self, name: str, handle: BinaryIO, identity: tuple[int, ...]) -> None:
        super().__init__()
        self._name = name
        self._handle = handle
        self._identity = identity
        self._check()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._handle.seek(offset, whence)

    def tell(self) -> int:
        return self._handle.tell()

    def readall(self) -> bytes:
        return self.read(-1)

    def read(self, size: int | None = -1) -> bytes:
        data = self._handle.read(-1 if size is None else size)
        self._check()
        return data

    def close(self) -> None:
        self._handle.close()
        super().close()

    def _check(self) -> None:
        if _identity(self._handle) != self._identity:
            raise changed(self._name)
