"""Stops a query in the database when Airflow stops the task."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sluicegate.sources.port import Session, Source

_STOPS: Final = frozenset({signal.SIGALRM, signal.SIGTERM})
"""How Airflow tells that time is up, and that the task shall end."""


class StoppableSource:
    """A source whose open session can be cancelled from outside."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner
        self._session: Session | None = None

    @property
    def name(self) -> str:
        """As the inner source tells it."""
        return self._inner.name

    @property
    def dialect(self) -> str:
        """As the inner source tells it."""
        return self._inner.dialect

    def connect(self) -> AbstractContextManager[Session]:
        """Open a session of the inner source and remember it while it is open."""
        return self._connect()

    def cancel(self) -> None:
        """Cancel what runs, if anything does; from any thread."""
        session = self._session
        if session is not None:
            session.cancel()

    @contextmanager
    def _connect(self) -> Iterator[Session]:
        with self._inner.connect() as session:
            self._session = session
            try:
                yield session
            finally:
                self._session = None


@contextmanager
def stopped_by_signals(cancel: Callable[[], None]) -> Iterator[None]:
    """Call ``cancel`` when a signal that ends the task arrives, in the meantime.

    Python runs its signal handlers between two instructions, so not while a driver waits for the
    database. The byte that it writes for each signal comes at once; a thread reads it and cancels,
    the driver returns, and the handler runs. Outside the main thread there are no signals, and
    this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = socket.socketpair()
    writing.settimeout(0)
    watcher = threading.Thread(target=_watch, args=(reading, cancel), daemon=True)
    watcher.start()
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.close()
        watcher.join()
        reading.close()


def _watch(reading: socket.socket, cancel: Callable[[], None]) -> None:
    while numbers := reading.recv(64):
        if _STOPS.intersection(numbers):
            cancel()
