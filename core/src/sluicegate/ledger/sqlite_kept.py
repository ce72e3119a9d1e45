"""An open connection to a SQLite ledger that outlives its block for a while, but never a fork.

In the mode of the write-ahead log the last connection that closes copies the log into the file
and removes it, which takes several flushes of the disk, and the next one begins another log. So one
connection is kept, and closed after some seconds without use: then the file is whole by itself
again and may be copied.

SQLite knows its locks by process and keeps count of them in memory: a forked child would believe
to hold those of its parent. And a process loses its locks when any part of it opens and closes the
file by other means; another process may then take the log away. So who writes looks which files it
has in hand, before and after.
"""

from __future__ import annotations

import atexit
import sqlite3
import threading
import time
import weakref
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from sluicegate.ledger.pool import before_a_fork, not_across_a_fork
from sluicegate.ledger.sqlite_file import Identity

IDLE_SECONDS: Final = 2.0
"""A short extract begins one log for all of its records; a copy of the file soon has them too."""


class Replaced(SQLAlchemyError):
    """Other files stand at the place than those that were opened."""


class KeptConnection(sqlite3.Connection):
    """A connection that goes back to its keeper where others close."""

    keeper: Keeper | None = None
    identity: Identity | None = None
    """Which files it has in hand, as soon as that is known."""
    frozen: tuple[object, ...] | None = None
    """State of a file that is read as one that nobody can change, or ``None``."""
    sound = True
    """Whether everything went well with it."""

    def close(self) -> None:
        """Go back, or close."""
        if self.keeper is None or not self.keeper.give(self):
            self.end()

    def end(self) -> None:
        """Close."""
        super().close()

    def check(self, path: Path) -> None:
        """Compare the files in hand with those at the place.

        Raises:
            Replaced: they are others.
        """
        here = Identity.of(path)
        if self.identity is None:
            self.identity = here
        if here != self.identity:
            self.sound = False
            raise Replaced


class Keeper:
    """Keeps one connection to a file.

    Args:
        path: The file.
        idle_seconds: How long it is kept without use.
    """

    def __init__(self, path: Path, idle_seconds: float = IDLE_SECONDS) -> None:
        self._path = path
        self._idle = idle_seconds
        self._ended = False
        self._lock = threading.Lock()
        self._kept: KeptConnection | None = None
        self._used = 0.0
        self._watching = False
        _keepers.add(self)

    def take(self) -> KeptConnection | None:
        """Return the kept connection if the files that it has in hand still stand there."""
        with self._lock:
            found, self._kept = self._kept, None
        if found is not None and found.identity != Identity.of(self._path):
            found.end()
            return None
        return found

    def give(self, connection: KeptConnection) -> bool:
        """Keep a connection; ``False`` if it shall be closed."""
        here = Identity.of(self._path)
        with self._lock:
            keep = connection.sound and here.log is not None and here == connection.identity
            if not keep or self._ended or self._kept is not None:
                return False
            self._kept, self._used = connection, time.monotonic()
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._watch, name="ledger file", daemon=True).start()
        return True

    def close_idle(self) -> None:
        """Close the connection if it is not in use."""
        with self._lock:
            found, self._kept = self._kept, None
        if found is not None:
            found.end()

    def end(self) -> None:
        """Close the connection, and keep none from now on."""
        self._ended = True
        with not_across_a_fork():
            self.close_idle()

    def renew(self) -> None:
        """Begin afresh in a forked child, without closing what is its parent's."""
        _parents.append(self._kept)
        self._lock = threading.Lock()
        self._kept = None
        self._watching = False

    def _watch(self) -> None:
        """Wait until the connection is idle for long enough."""
        left = self._idle
        while left > 0:
            time.sleep(left)
            with self._lock:
                left = self._used + self._idle - time.monotonic()
                self._watching = left > 0
        with not_across_a_fork():
            self.close_idle()


_keepers: Final[weakref.WeakSet[Keeper]] = weakref.WeakSet()
_parents: Final[list[KeptConnection | None]] = []


def _close_all() -> None:
    for keeper in list(_keepers):
        keeper.close_idle()


def _renew_all() -> None:
    for keeper in list(_keepers):
        keeper.renew()


before_a_fork(_close_all, _renew_all)
atexit.register(_close_all)
