"""Facts of Python files, kept on disk: a file is read again only when it or the rules change.

Airflow reads each DAG file every half minute in a process of its own, so memory alone would not do.
What is kept are places, and names of modules and connections. It is believed as the installed code
is: only if it belongs to the user who runs, and nobody else may write it. Failure mode: what cannot
be read or written is worked out anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from sluicegate.lint.dag_facts import Facts
from sluicegate.user_cache import cache_folder, trusted

_MOST: Final = 4000
"""Files that are kept; when there are more, the oldest half goes."""
_LARGEST: Final = 1 << 20


class FactsCache:
    """Keeps facts by the digest of a file's bytes.

    Args:
        circumstances: All that facts depend on beside the file and the installed code.
        keep: Whether to keep them beyond this process.
    """

    def __init__(self, circumstances: object, *, keep: bool = True) -> None:
        state = f"{code_state()}\0{circumstances!r}"
        self._seed = hashlib.sha256(state.encode()).digest()
        base = cache_folder() if keep else None
        self._folder = base / "dag-facts" if base else None
        self._memory: dict[str, Facts] = {}

    def get(self, data: bytes, compute: Callable[[], Facts]) -> Facts:
        """Return the facts of a file whose bytes are ``data``."""
        key = hashlib.sha256(self._seed + data).hexdigest()
        facts = self._memory.get(key) or self._read(key)
        if facts is None:
            facts = compute()
            self._write(key, facts)
        self._memory[key] = facts
        return facts

    def _read(self, key: str) -> Facts | None:
        if self._folder is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError):
            handle = os.open(self._folder / key, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(handle, "rb") as kept:
                if trusted(os.fstat(handle)) and self._is_ours:
                    return Facts.of_json(json.loads(kept.read(_LARGEST)))
        return None

    @cached_property
    def _is_ours(self) -> bool:
        return self._folder is not None and trusted(self._folder.stat())

    def _write(self, key: str, facts: Facts) -> None:
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                json.dump(facts.as_json(), new, separators=(",", ":"))
            Path(name).replace(self._folder / key)
            if key.startswith("00"):
                _prune(self._folder)


@cache
def code_state() -> str:
    """Return a digest that changes when the rules, the detectors or the interpreter do."""
    here = Path(__file__).parent
    folders = [
        here,
        here.parent / "detect",
        here.parent / "detect/catalogue",
        here.parent / "model",
    ]
    # a new distribution may bring detectors
    installed = here.parent.parent.stat().st_mtime_ns
    state = (sys.version_info[:3], installed, sorted(_files(folders)))
    return hashlib.sha256(repr(state).encode()).hexdigest()


def _files(folders: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".yaml")):
                    state = entry.stat()
                    yield entry.path, state.st_size, state.st_mtime_ns


def _prune(folder: Path) -> None:
    with os.scandir(folder) as entries:
        ages = sorted((entry.stat().st_mtime_ns, entry.path) for entry in entries)
    for _, path in ages[: len(ages) // 2] if len(ages) > _MOST else []:
        Path(path).unlink(missing_ok=True)
