"""The user's folder for what can be worked out again, and when a file in it is believed."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

_PLACE: Final = "SLUICEGATE_CACHE"
"""Names the folder; ``off`` keeps nothing."""


def cache_folder() -> Path | None:
    """Return the folder of the user who runs; ``None`` if nothing is to be kept."""
    named = os.environ.get(_PLACE, "")
    if named:
        return None if named == "off" else Path(named)
    base = os.environ.get("XDG_CACHE_HOME", "")
    with suppress(RuntimeError):
        return (Path(base) if base else Path.home() / ".cache") / "sluicegate"
    return None


def trusted(state: os.stat_result) -> bool:
    """Tell whether nobody but the user who runs may have written it."""
    others = stat.S_IWGRP | stat.S_IWOTH
    return not hasattr(os, "getuid") or (state.st_uid == os.getuid() and not state.st_mode & others)
