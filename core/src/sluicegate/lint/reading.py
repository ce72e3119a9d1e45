"""Finds the files to lint, and reads them as text."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from sluicegate.errors import ConfigurationError

MAX_SQL: Final = 1_000_000
"""Bytes of a .sql file that are read: the longest statement that the guard reads."""
MAX_PYTHON: Final = 4_000_000
SUFFIXES: Final = frozenset({".sql", ".py"})
_NOT_ENTERED: Final = frozenset({"__pycache__", "node_modules", "site-packages"})


class Unreadable(Exception):
    """A file that is not text of the wanted kind; the message says why."""


def find_files(paths: Sequence[Path], exclude: Iterable[str]) -> Iterator[Path]:
    """Yield each ``.sql`` and ``.py`` file once, in order of name within each path.

    Folders are walked, hidden ones and installed packages are not, and links to folders are not
    followed. A file that is named is taken whatever its name ends with.

    Args:
        paths: Files and folders.
        exclude: Patterns as in a shell, over the path as it would be shown and over each part.

    Raises:
        ConfigurationError: a path does not exist.
    """
    patterns = tuple(exclude)
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if not path.exists():
            raise ConfigurationError(f"there is no file or folder {path}")
        for file in _below(path, patterns) if path.is_dir() else [path]:
            if (found := _identity(file)) and found not in seen and not is_excluded(file, patterns):
                seen.add(found)
                yield file


def _below(folder: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    for at, folders, files in os.walk(folder):
        here = Path(at)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _NOT_ENTERED
            and not (here / name / "pyvenv.cfg").exists()
            and not is_excluded(here / name, patterns)
        )
        yield from (here / name for name in sorted(files) if Path(name).suffix in SUFFIXES)


def is_excluded(path: Path, patterns: tuple[str, ...]) -> bool:
    """Tell whether a pattern leaves a path out."""
    shown = path.as_posix()
    return any(
        fnmatch(shown, p) or fnmatch(shown, f"*/{p}") or any(fnmatch(n, p) for n in path.parts)
        for p in patterns
    )


def _identity(file: Path) -> tuple[int, int] | None:
    """Tell a regular file by its inode, so that two names of it are one; ``None`` for others."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def read_bytes(file: Path, most: int) -> bytes:
    """Read a file of at most ``most`` bytes.

    Raises:
        Unreadable: it is larger, or the system refuses.
    """
    try:
        with file.open("rb") as handle:
            data = handle.read(most + 1)
    except OSError as error:
        raise Unreadable(f"it cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise Unreadable(f"it is larger than {most:,} bytes")
    return data


def decode(data: bytes, encoding: str = "utf-8") -> str:
    """Return the text of ``data`` without a byte-order mark.

    Raises:
        Unreadable: it is no text in that encoding.
    """
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except (UnicodeError, LookupError):
        raise Unreadable("it is not UTF-8") from None
