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
    if ".zip" not in str(file):
        return read_bytes(file, MAX_PYTHON)
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
    """Finds the files of modules in folders and archives; each is looked for once.

    Args:
        roots: Where modules are looked for. What is installed elsewhere is not followed.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(dict.fromkeys(roots))
        self._archives = {
            root: _members(root) for root in self._roots if root.suffix == ".zip" and root.is_file()
        }
        self._begins: dict[str, bool] = {}

    def files(self, module: str, file: Path, asked: set[str]) -> Iterator[Path]:
        """Yield the files that importing ``module`` in ``file`` may run.

        Args:
            module: Dotted, with leading dots if it is relative; its last part may be no module.
            file: Where it is imported.
            asked: Paths that were asked for already, and are not again; added to.
        """
        dots = len(module) - len(module.lstrip("."))
        parts = [part for part in module.lstrip(".").split(".") if part]
        if not dots and (not parts or not self._may_begin(parts[0])):
            return
        if not all(part.isidentifier() for part in parts):
            return
        homes = [file.parents[min(dots, len(file.parents)) - 1]] if dots else self._roots
        for home in homes:
            for path in _paths(str(home), parts, own=bool(dots)):
                if path not in asked:
                    asked.add(path)
                    if self._is_file(path):
                        yield Path(path)

    def _may_begin(self, name: str) -> bool:
        """Tell whether anything in a root has the name with which a module begins."""
        if name not in self._begins:
            self._begins[name] = name.isidentifier() and any(
                self._lies_in(root, name) for root in self._roots
            )
        return self._begins[name]

    def _lies_in(self, root: Path, name: str) -> bool:
        members = self._archives.get(root)
        if members is not None:
            return any(m.partition("/")[0] in {name, f"{name}.py"} for m in members)
        # asked of two names, as folders of DAGs are long
        path = os.path.join(root, name)  # noqa: PTH118 - asked of every import of every DAG file
        return os.path.lexists(path) or os.path.lexists(f"{path}.py")

    def _is_file(self, path: str) -> bool:
        for archive, members in self._archives.items():
            if Path(path).is_relative_to(archive):
                return Path(path).relative_to(archive).as_posix() in members
        return os.path.isfile(path)  # noqa: PTH113 - as above


def _paths(home: str, parts: Sequence[str], *, own: bool) -> Iterator[str]:
    """Yield where a module and the packages around it may lie.

    Args:
        home: The folder in which it is looked for.
        parts: Of its name.
        own: Whether ``home`` is itself a package that is imported.
    """
    if own:
        yield f"{home}{os.sep}__init__.py"
    for part in parts:
        home = f"{home}{os.sep}{part}"
        yield f"{home}{os.sep}__init__.py"
        yield f"{home}.py"


def _members(archive: Path) -> frozenset[str]:
    try:
        with zipfile.ZipFile(archive) as opened:
            return frozenset(opened.namelist())
    except (OSError, zipfile.BadZipFile):
        return frozenset()
