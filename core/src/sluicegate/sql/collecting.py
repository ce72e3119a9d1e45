"""No garbage collection while a statement is worked out.

A tree of a wide statement has some hundred thousand nodes that refer to each other, so that every
pass of the collector walks all of them and frees none: it took two fifths of the time of a plan.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Pause the collector. Of threads that overlap, the first to pause it lets it go on."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
