"""Connections that outlive a block, but never a fork.

Connecting anew for each record costs more than the record. Orchestrators fork, and a connection
that two processes use is a broken one: a child begins without any.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sqlalchemy import Engine

POOL: Final[dict[str, Any]] = {
    "pool_size": 1,  # what a process keeps while it is idle
    "max_overflow": 15,
    "pool_recycle": 300,
}
"""Arguments of ``create_engine``."""

_engines: Final[weakref.WeakSet[Engine]] = weakref.WeakSet()


def renew_after_fork(engine: Engine) -> None:
    """Let forked children forget the connections of their parent, without closing them."""
    _engines.add(engine)


def before_a_fork(action: Callable[[], None], in_child: Callable[[], None]) -> None:
    """Have something done before each fork, when no block runs, and something else in the child."""
    _before.append(action)
    _in_child.append(in_child)


@contextmanager
def not_across_a_fork() -> Iterator[None]:
    """Hold forks of this process back while the block runs, for a moment at most.

    SQLite keeps in memory which locks its process holds. A child that is forked while another
    thread writes would inherit that, and take the file for locked as long as it lives.
    """
    _gate.enter()
    try:
        yield
    finally:
        _gate.leave()


class _Gate:
    """Counts who is inside, and lets a fork wait for them."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._forking = False

    def enter(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._forking, _MOST_SECONDS)
            self._inside += 1

    def leave(self) -> None:
        with self._changed:
            self._inside = max(0, self._inside - 1)
            self._changed.notify_all()

    def before_fork(self) -> None:
        with self._changed:
            self._forking = True
            self._changed.wait_for(lambda: self._inside == 0, _MOST_SECONDS)
        for action in _before:
            action()

    def after_in_parent(self) -> None:
        with self._changed:
            self._forking = False
            self._changed.notify_all()


_MOST_SECONDS: Final = 2.0
_gate: Final = _Gate()
_before: Final[list[Callable[[], None]]] = []
_in_child: Final[list[Callable[[], None]]] = []


def _forget() -> None:
    _gate.renew()
    for action in _in_child:
        action()
    for engine in list(_engines):
        engine.dispose(close=False)


os.register_at_fork(
    before=_gate.before_fork,
    after_in_parent=_gate.after_in_parent,
    after_in_child=_forget,
)
