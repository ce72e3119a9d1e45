"""Files of values, one a line: read whole, and written so that only their owner can read them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa

from sluicegate.cli.safe_text import safe_text
from sluicegate.errors import ConfigurationError

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one file."""


def read_values(path: Path | None) -> pa.Array:
    """Read values from a file, or from standard input; an empty line is NULL.

    Raises:
        ConfigurationError: the file cannot be read, is too large, or is not UTF-8.
    """
    where = "standard input" if path is None else str(path)
    try:
        if path is None:
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with path.open("rb") as file:
                data = file.read(LARGEST + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{where} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{where} is not UTF-8") from None
    if len(data) > LARGEST:
        raise ConfigurationError(f"{where} is larger than {LARGEST // 1024**2} MiB")
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []
    return pa.array([line or None for line in lines], pa.large_string())


def lines_of(values: Sequence[str | None]) -> str:
    """Write values one a line, NULL as an empty one.

    Raises:
        ConfigurationError: a value holds a line break, so that lines could not be told apart.
    """
    if any(value and ("\n" in value or "\r" in value) for value in values):
        raise ConfigurationError("a value holds a line break", hint="use --format json")
    return "".join(f"{value or ''}\n" for value in values)


@contextmanager
def written(path: Path | None) -> Iterator[Callable[[str], None]]:
    """Give a function that writes a text to a new file (mode 0600), or to standard output.

    The file is made at once, so that nothing is done that could not be written; if nothing was, it
    is removed again.

    Raises:
        ConfigurationError: the file is there already, or cannot be made.
    """
    if path is None:
        yield _to_terminal if sys.stdout.isatty() else _to_stdout
        return
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be made: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            yield lambda text: print(text, end="", file=file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _to_stdout(text: str) -> None:
    sys.stdout.write(text)


def _to_terminal(text: str) -> None:
    """Write nothing that could move a cursor."""
    for line in text.splitlines():
        sys.stdout.write(safe_text(line) + "\n")
