"""Reads a small text file that holds a check."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sluicegate.errors import QualityError

_LARGEST: Final = 4 * 1024 * 1024
"""Bytes; suites and schemas are some kilobytes."""


def read_file(path: Path, check: str) -> str:
    """Read the file of a check.

    Args:
        path: The file.
        check: How the check is named, for errors.

    Raises:
        QualityError: it is missing, no file, too large, or not UTF-8.
    """
    try:
        if not path.is_file():
            raise QualityError(f"{check}: there is no such file", hint="check the path")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise QualityError(f"{check}: cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise QualityError(f"{check}: larger than {_LARGEST // 1024**2} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    raise QualityError(f"{check}: not UTF-8")
