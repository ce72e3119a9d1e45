"""Finds the git checkout around a folder by reading its files.

git itself is not run: its configuration can name programs to start, and the folder may be anyone's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_COMMIT: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_BRANCH: Final = re.compile(r"refs/[\w./@+-]{1,200}")
_SMALL: Final = 4096
_PACKED: Final = 16 << 20
"""Bytes of ``packed-refs`` that are read at most: room for 200,000 references."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A working copy."""

    name: str
    """Name of the folder it lies in."""
    commit: str | None
    """Commit that is checked out, 40 or 64 hex digits; ``None`` before the first."""


def find_checkout(folder: Path) -> Checkout | None:
    """Look for a checkout in ``folder`` and above. Whatever cannot be read counts as absent."""
    folder = folder.resolve()
    for candidate in (folder, *folder.parents):
        git = _git_folder(candidate / ".git")
        if git is not None:
            return Checkout(name=candidate.name, commit=_commit(git))
    return None


def _git_folder(entry: Path) -> Path | None:
    """Follow the one-line file that stands for the folder in a worktree or submodule."""
    if (entry / "HEAD").is_file():
        return entry
    text = _start_of(entry, _SMALL)
    if not text.startswith("gitdir: "):
        return None
    target = entry.parent / text.removeprefix("gitdir: ").strip()
    return target if (target / "HEAD").is_file() else None


def _commit(git: Path) -> str | None:
    head = _start_of(git / "HEAD", _SMALL).strip()
    if not head.startswith("ref: "):
        return head if _COMMIT.fullmatch(head) else None
    branch = head.removeprefix("ref: ")
    if not _BRANCH.fullmatch(branch) or ".." in branch:
        return None
    shared = git / _start_of(git / "commondir", _SMALL).strip()
    for base in (git, shared):
        commit = _start_of(base / branch, _SMALL).strip()
        if _COMMIT.fullmatch(commit):
            return commit
    return _packed(shared, branch)


def _packed(git: Path, branch: str) -> str | None:
    for line in _start_of(git / "packed-refs", _PACKED).splitlines():
        commit, _, name = line.partition(" ")
        if name == branch and _COMMIT.fullmatch(commit):
            return commit
    return None


def _start_of(path: Path, limit: int) -> str:
    """Read a regular file's first bytes; a pipe or device in its place is not waited for."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(limit).decode("utf-8", "replace")
    except OSError:
        return ""
