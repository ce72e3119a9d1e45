"""Bytes of the Python files that a DAG is made of, in folders and in archives."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from sluicegate.lint.reading import MAX_PYTHON, Unreadable, read_bytes

_FORMS: Final = (".py", "/__init__.py")


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


def module_files(module: str, file: Path, roots: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that importing ``module`` in ``file`` may run.

    Args:
        module: Dotted, with leading dots if it is relative; its last part may be no module.
        file: Where it is imported.
        roots: Folders and archives that modules are looked for in. What is installed elsewhere is
            not followed.
    """
    dots = len(module) - len(module.lstrip("."))
    parts = [part for part in module.lstrip(".").split(".") if part]
    if not all(part.isidentifier() for part in parts):
        return
    homes = [file.parents[min(dots, len(file.parents)) - 1]] if dots else roots
    for home in homes:
        if not dots and parts and not _begins(home, parts[0]):
            continue
        for count in range(0 if dots else 1, len(parts) + 1):
            yield from _existing(home, parts[:count])


def _begins(home: Path, name: str) -> bool:
    """Tell whether a folder may hold a module, before many paths are asked for."""
    names = _listing(home)
    return names is None or name in names or f"{name}.py" in names


def _listing(home: Path) -> frozenset[str] | None:
    try:
        return _listed(home, home.stat().st_mtime_ns)
    except OSError:
        return frozenset()


@lru_cache(maxsize=64)
def _listed(home: Path, _changed: int) -> frozenset[str] | None:
    return frozenset(entry.name for entry in home.iterdir()) if home.is_dir() else None


def _existing(home: Path, parts: Sequence[str]) -> Iterator[Path]:
    for form in _FORMS:
        path = Path(f"{home.joinpath(*parts)}{form}") if parts else home / "__init__.py"
        if _exists(path, home):
            yield path
        if not parts:
            return


def _exists(path: Path, home: Path) -> bool:
    if home.suffix != ".zip" or not home.is_file():
        return path.is_file()
    try:
        with zipfile.ZipFile(home) as opened:
            return path.relative_to(home).as_posix() in opened.NameToInfo
    except (OSError, zipfile.BadZipFile):
        return False
