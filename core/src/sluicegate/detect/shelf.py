"""What compiling the catalogue gave, kept on disk, so that the next process starts at once.

Keys are digests of what went in, and the file's name tells code, libraries and processor, so that
nothing on a shelf can be out of date. It is believed as the installed code is: only if it belongs
to the user who runs, and nobody else may write it. Failure mode: open; what cannot be read or
written is computed anew. No value from data ever comes near it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

import hyperscan
import numpy as np
import pyarrow as pa
import stdnum

from sluicegate.user_cache import cache_folder, trusted

_LIBRARIES = (hyperscan, np, pa, stdnum)
_LARGEST = 64 << 20
"""Bytes of a file that is still believed."""


class Shelf:
    """Results by key. Without a file it only lives as long as the process.

    Args:
        file: Where it is kept, or ``None``.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept: dict[str, Any] = {} if file is None else _read(file)
        self._used: dict[str, Any] = {}

    @classmethod
    def of_user(cls) -> Shelf:
        """Open the shelf of the user who runs, for this code on this processor."""
        folder = cache_folder()
        return cls(None if folder is None else folder / f"detect-{_circumstances()}.json")

    def get(self, kind: str, source: object, compute: Callable[[], Any]) -> Any:
        """Return what ``compute`` gave for ``source`` before, or have it computed.

        Args:
            kind: What is computed.
            source: All that the result depends on, with a ``repr`` that tells it.
            compute: Gives JSON types.
        """
        name = f"{kind}:{hashlib.sha256(repr(source).encode()).hexdigest()}"
        result = self._kept[name] if name in self._kept else compute()
        self._used[name] = result
        return result

    def get_bytes(self, kind: str, source: object, compute: Callable[[], bytes]) -> bytes:
        """Like ``get``, for bytes."""
        return base64.b64decode(
            self.get(kind, source, lambda: base64.b64encode(compute()).decode("ascii"))
        )

    def save(self) -> None:
        """Keep what was used since the shelf was opened, and only that."""
        if self._file is None or self._used.keys() == self._kept.keys():
            return
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            body = json.dumps(self._used, separators=(",", ":"))
            digest = hashlib.sha256(body.encode()).hexdigest()
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                new.write(f"{digest}\n{body}")
            Path(name).replace(self._file)


def _read(file: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as kept:
            if trusted(os.fstat(handle)) and trusted(file.parent.stat()):
                digest, _, body = kept.read(_LARGEST).partition(b"\n")
                if hashlib.sha256(body).hexdigest().encode() == digest:
                    return dict(json.loads(body))
    return {}


def _circumstances() -> str:
    """Digest everything besides a source that a result depends on."""
    hasher = hashlib.sha256(sys.version.encode() + platform.machine().encode())
    for library in _LIBRARIES:
        hasher.update(f"{library.__name__}={library.__version__}\n".encode())
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        hasher.update("".join(sorted({s for s in lines if s[:5] in {"flags", "model"}})).encode())
    package = resources.files("sluicegate.detect")
    for folder in (package, package / "validators"):
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.name.endswith(".py"):
                hasher.update(entry.read_bytes())
    return hasher.hexdigest()[:24]
