"""The only file system that the engine of a files source sees: the files that were listed.

The engine may open nothing else: its own access to disk and network is switched off, and a path
under this protocol that was not listed is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote

from sluicegate.errors import MissingDependencyError, SluicegateError
from sluicegate.sources.file_reader import PositionedFile
from sluicegate.sources.file_store import Store, Stored

T = TypeVar("T")

PROTOCOL: Final = "sluicegate"
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""The engine may keep what it knows of a file as long as its time stays; ours never change."""


def address(file: Stored) -> str:
    """Return the path under which the engine sees a file: no sign in it means a pattern.

    ``%`` stays in the folders ``column=value``, whose values are written so by convention.
    """
    *folders, name = file.path.split("/")
    parts = [quote(f, safe="=%" if "=" in f else "") for f in folders]
    return f"{PROTOCOL}://{'/'.join([*parts, quote(name, safe='')])}"


class PinnedFiles:
    """Files by address, and the first error of ours while they were read.

    An error is kept here and not raised: it would come up in a thread of Arrow, which waits for
    Python's lock while the engine waits for Arrow. The engine gets fewer bytes than the file has,
    which is an error to each of its readers; and nothing is handed on before ``raise_failure``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files: dict[str, Stored] = {}
        self._failure: SluicegateError | None = None

    def add(self, files: Iterable[Stored]) -> list[str]:
        """Let the engine see these files; return their addresses."""
        added = {address(file): file for file in files}
        self._files |= added
        return list(added)

    @property
    def files(self) -> Mapping[str, Stored]:
        """Address → file."""
        return self._files

    @property
    def failure(self) -> SluicegateError | None:
        """What went wrong while a file was read."""
        return self._failure

    def raise_failure(self) -> None:
        """Raise what went wrong while a file was read.

        Raises:
            SourceUnavailable: a file is not the one that was listed, or the store does not answer.
            SourceError: the store refuses.
        """
        if self._failure is not None:
            raise self._failure

    def check(self) -> None:
        """Raise ``SourceUnavailable`` if one of the files is not the one that was listed."""
        self.raise_failure()
        for file in self._files.values():
            self._store.check(file)

    def open(self, path: str) -> PositionedFile:
        """Open a file of the engine's view for reading; one that cannot be opened has no bytes.

        Raises:
            FileNotFoundError: the engine has no such file.
        """
        file = self._files.get(path)
        if file is None:
            raise FileNotFoundError(path)
        opened = self._keeping(lambda: self._store.open(file))
        if opened is None:
            return PositionedFile(file.size, lambda _start, _end: b"")
        return PositionedFile(
            file.size,
            lambda start, end: self._keeping(lambda: opened.part(start, end)) or b"",
            close=opened.close,
        )

    def _keeping(self, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except SluicegateError as error:
            self._failure = self._failure or error
            return None


def file_system(pinned: PinnedFiles) -> Any:
    """Return ``pinned`` as the engine wants to see it, an fsspec file system.

    Raises:
        MissingDependencyError: fsspec is not installed.
    """
    try:
        from fsspec.spec import AbstractFileSystem  # noqa: PLC0415  # an extra
    except ImportError:
        missing = MissingDependencyError.of("reading files", "files")
    else:
        kind = type("PinnedFileSystem", (_PinnedFileSystem, AbstractFileSystem), {})
        return kind(pinned)
    raise missing


class _PinnedFileSystem:
    """What the engine asks of a file system; fsspec's base has the rest, which nobody calls."""

    protocol = PROTOCOL
    cachable = False

    def __init__(self, pinned: PinnedFiles) -> None:
        super().__init__()
        self._pinned = pinned

    def open(self, path: str, mode: str = "rb", **_: Any) -> PositionedFile:
        if mode != "rb":
            raise PermissionError(path)
        return self._pinned.open(path)

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        file = self._pinned.files.get(path)
        if file is None:
            raise FileNotFoundError(path)
        return {"name": path, "size": file.size, "type": "file"}

    def exists(self, path: str, **_: Any) -> bool:
        return path in self._pinned.files

    def isfile(self, path: str) -> bool:
        return path in self._pinned.files

    def isdir(self, path: str) -> bool:
        del path
        return False

    def glob(self, path: str, **_: Any) -> list[str]:
        return [path] if path in self._pinned.files else []

    def ls(self, path: str, **_: Any) -> list[str]:
        raise FileNotFoundError(path)

    def modified(self, path: str) -> datetime:
        del path
        return _LONG_AGO
