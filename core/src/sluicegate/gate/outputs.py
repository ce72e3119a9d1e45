"""Whether an output lies where the policy wants it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path


def lies_within(output: str, patterns: Sequence[str]) -> bool:
    """Tell whether one of the patterns names the folder or one above it.

    Local paths are compared as absolute ones, links followed on both sides, so that neither ``..``
    nor a link leads out. ``*`` matches any text.
    """
    if "://" in output and ".." in output.split("/"):
        return False
    where = _absolute(output)
    return any(
        fnmatchcase(where, wanted) or fnmatchcase(where, f"{wanted}{os.sep}*")
        for wanted in map(_absolute, patterns)
    )


def _absolute(path: str) -> str:
    if "://" in path:
        scheme, _, rest = path.partition("://")
        scheme = {"s3a": "s3"}.get(scheme.lower(), scheme.lower())
        return f"{scheme}://{rest.rstrip('/')}"
    parts = Path(path).parts
    plain = next((i for i, part in enumerate(parts) if set(part) & {"*", "?"}), len(parts))
    head = os.path.realpath(Path(*parts[:plain]) if plain else Path())
    return str(Path(head, *parts[plain:]))
