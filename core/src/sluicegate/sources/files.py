"""Database files: they must be there before an engine is asked to open them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sluicegate.errors import SourceError


def checked_file(source: str, path: str | Path) -> Path:
    """Return the absolute path of a file that can be read.

    An absolute path also keeps an engine from reading a scheme, a memory database or an option
    into a name.

    Raises:
        SourceError: there is no such file, it is something else, or it may not be read.
    """
    try:
        full = Path(path).absolute()
        mode = full.stat().st_mode
    except (OSError, ValueError):
        problem = "does not exist or cannot be reached"
    else:
        if not stat.S_ISREG(mode):
            problem = "is not a file"
        elif not os.access(full, os.R_OK):
            problem = "may not be read"
        else:
            return full
    raise SourceError(f"{source!r}: its file {problem}", hint="check the source in the settings")
