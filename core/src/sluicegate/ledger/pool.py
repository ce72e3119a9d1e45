"""Connections that outlive a block, but never a fork.

Connecting anew for each record costs more than the record. Orchestrators fork, and a connection
that two processes use is a broken one: a child begins without any.
"""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sqlalchemy import Engine

POOL: Final[dict[str, Any]] = {
    "pool_size": 1,  # what a process keeps while it is idle
    "max_overflow": 15,
    "pool_pre_ping": True,  # a server that was restarted meanwhile is no error
    "pool_recycle": 300,
}
"""Arguments of ``create_engine``."""

_engines: Final[weakref.WeakSet[Engine]] = weakref.WeakSet()


def renew_after_fork(engine: Engine) -> None:
    """Let forked children forget the connections of their parent, without closing them."""
    _engines.add(engine)


def _forget() -> None:
    for engine in list(_engines):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget)
