"""All that stands below a folder while others still write there."""

from __future__ import annotations

from pathlib import Path

_TRIES = 20


def contents(folder: Path) -> dict[Path, bytes]:
    """Read every file below a folder.

    A database moves what is in its log into its file and removes the log: where a file vanished,
    all are read again, or what was moved would be missed.
    """
    for _ in range(_TRIES):
        try:
            return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        except FileNotFoundError:
            continue
    raise AssertionError(f"files below {folder} vanish all the time")
