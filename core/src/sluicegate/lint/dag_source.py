"""Bytes of the Python files that a DAG is made of, in folders and in archives."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from sluicegate.lint.reading import MAX_PYTHON, Unreadable, read_bytes


def read_source(file: Path) -> bytes:
    """Read a Python file, which may be a member of an archive: ``dags/all.zip/one.py``.

    Raises:
        Unreadable: there is none, it is too large, or it is not source.
    """
    archive = next((p for p in file.parents if p.suffix == ".zip" and p.is_file()), None)
    if archive is None:
        return read_bytes(file, MAX_PYTHON)
    member = file.relative_to(archive).as_posix()
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(member) as handle:
            data = handle.read(MAX_PYTHON + 1)
    except (OSError, KeyError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        raise Unreadable("its archive cannot be read") from None
    if len(data) > MAX_PYTHON:
        raise Unreadable(f"it is larger than {MAX_PYTHON:,} bytes")
    return data


class Modules:
    """Finds the files of modules in folders and archives; each is listed once.

    Args:
        roots: Where modules are looked for. What is installed elsewhere is not followed.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(dict.fromkeys(roots))
        self._archives: dict[Path, frozenset[str]] = {}
        self._begins = {name for root in self._roots for name in self._listing(root)}

    def files(self, module: str, file: Path) -> Iterator[Path]:
        """Yield the files that importing ``module`` in ``file`` may run.

        Args:
            module: Dotted, with leading dots if it is relative; its last part may be no module.
            file: Where it is imported.
        """
        dots = len(module) - len(module.lstrip("."))
        parts = [part for part in module.lstrip(".").split(".") if part]
        if not all(part.isidentifier() for part in parts):
            return
        if not dots and (not parts or parts[0] not in self._begins):
            return
        homes = [file.parents[min(dots, len(file.parents)) - 1]] if dots else self._roots
        for home in homes:
            for count in range(0 if dots else 1, len(parts) + 1):
                yield from self._existing(home, parts[:count])

    def _existing(self, home: Path, parts: Sequence[str]) -> Iterator[Path]:
        path = home.joinpath(*parts)
        for candidate in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if self._is_file(candidate) and (parts or candidate.name == "__init__.py"):
                yield candidate

    def _is_file(self, path: Path) -> bool:
        for archive, members in self._archives.items():
            if path.is_relative_to(archive):
                return path.relative_to(archive).as_posix() in members
        return path.is_file()

    def _listing(self, root: Path) -> Iterator[str]:
        """Yield the names with which modules of a root may begin."""
        try:
            if root.suffix == ".zip" and root.is_file():
                with zipfile.ZipFile(root) as opened:
                    self._archives[root] = frozenset(opened.namelist())
                names = {member.partition("/")[0] for member in self._archives[root]}
            else:
                names = set(os.listdir(root))  # noqa: PTH208 - names are all that is needed
        except (OSError, zipfile.BadZipFile):
            return
        yield from (name.removesuffix(".py") for name in names)
