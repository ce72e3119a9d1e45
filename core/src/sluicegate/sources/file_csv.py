"""The first line of a CSV: the names of its columns."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa

from sluicegate.errors import SluicegateError, SourceError
from sluicegate.sources.failure import attempt

_LONGEST: Final = 1024 * 1024
"""Bytes of a header."""
_MOST: Final = 10_000
"""Columns."""


def header(
    opened: Callable[[], Any], *, place: str, packing: str, encoding: str, delimiter: str
) -> tuple[str, ...]:
    """Return the names in the first line.

    Args:
        opened: Opens the file.
        place: Source and file, for errors.
        packing: ``none``, ``gzip`` or ``zstd``.
        encoding: Of the text.
        delimiter: Between the fields.

    Raises:
        SourceError: there is no line, it is no text in this encoding, or a name is missing, doubled
            or not printable.
    """

    def translate(error: Exception) -> SluicegateError:
        return SourceError(
            f"{place} has no header that can be read ({type(error).__name__})",
            hint=f"it is read as {encoding}: say ?encoding=… if it is another",
        )

    names = attempt(lambda: _names(_head(opened(), packing), encoding, delimiter), translate)
    folded = {name.casefold() for name in names}
    if not names or "" in folded or len(names) > _MOST or not all(map(_readable, names)):
        raise SourceError(
            f"{place} has no header: a first line that names each column",
            hint=f"it is read as {encoding}: say ?encoding=… if it is another",
        )
    if len(folded) < len(names):
        raise SourceError(f"{place} has two columns of one name")
    return names


def _readable(name: str) -> bool:
    return name.isprintable() and "\ufffd" not in name


def _head(file: Any, packing: str) -> bytes:
    try:
        stream = pa.PythonFile(file, mode="r")
        if packing != "none":
            stream = pa.CompressedInputStream(stream, packing)
        return bytes(stream.read(_LONGEST))
    finally:
        file.close()


def _names(head: bytes, encoding: str, delimiter: str) -> tuple[str, ...]:
    # Of the head only the first line counts; a name that is no text shows U+FFFD and is refused.
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    lines = text.splitlines(keepends=True)
    whole = len(head) < _LONGEST or len(lines) > 1
    rows = csv.reader(lines, delimiter=delimiter, strict=True) if whole else iter(())
    return tuple(next(iter(rows), ()))
