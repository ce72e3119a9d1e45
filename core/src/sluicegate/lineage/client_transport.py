"""Sends events through OpenLineage's own client, wherever its own configuration says.

One thread of this process sends; whoever emits only puts an event into its queue. The last event of
a run is waited for, no longer than a bound, so that a command's end does not cut it off. A server
that hangs costs each extract this bound once, and nothing at all while an earlier event is stuck.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Mapping
from functools import cache
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

from sluicegate.errors import MissingDependencyError, SluicegateError
from sluicegate.lineage.client_event import client_event

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent

_log: Final = logging.getLogger(__name__)
MOST_SECONDS: Final = 2.0
"""Longest that one extract waits for the client, all in all."""
MOST_WAITING: Final = 100
"""Events that wait to be sent; further ones are dropped."""


class Client(Protocol):
    """What is used of ``openlineage.client.OpenLineageClient``."""

    def emit(self, event: RunEvent) -> None:
        """Send an event."""

    def close(self, timeout: float) -> bool:
        """Send what waits, for at most so many seconds."""


class ClientTransport:
    """A ``Transport`` to what the client is configured for, by its own file and variables.

    ``emit`` never raises and does not block. Failure mode: open; what cannot be sent is dropped,
    and the log tells by which kind of error, without any content. Safe for several threads.

    Args:
        make: Makes a client; it is called in the sending thread, anew after each run's last event.
        most_seconds: Longest that ``flush`` waits.
        most_waiting: Most events in the queue.
    """

    def __init__(
        self,
        make: Callable[[], Client],
        *,
        most_seconds: float = MOST_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._make = make
        self._most_seconds = most_seconds
        self._most_waiting = most_waiting
        self._waiting: deque[Mapping[str, Any]] = deque()
        self._changed = Condition()
        self._sent = 0
        self._taken = 0
        self._stuck_at = -1
        self._sender: Thread | None = None

    def emit(self, event: Mapping[str, Any]) -> bool:
        """Hand an event over to be sent; tell whether it was taken."""
        with self._changed:
            if len(self._waiting) >= self._most_waiting:
                _log.warning("a lineage event was dropped: too many wait to be sent")
                return False
            self._waiting.append(event)
            self._taken += 1
            if self._sender is None:
                self._sender = Thread(target=self._send_all, name="sluicegate-lineage", daemon=True)
                self._sender.start()
            self._changed.notify_all()
            return True

    def flush(self) -> bool:
        """Wait until all that was taken is sent or dropped; tell whether it is."""
        end = monotonic() + self._most_seconds
        with self._changed:
            wanted = self._taken
            while self._sent < wanted:
                left = end - monotonic()
                if self._stuck_at == self._sent or left <= 0:
                    self._stuck_at = self._sent
                    _log.warning("lineage events are not sent yet: the transport is slow")
                    return False
                self._changed.wait(left)
            return True

    def _send_all(self) -> None:
        client: Client | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                event = self._waiting.popleft()
            try:
                client = client or self._make()
                client.emit(client_event(event))
                if event.get("eventType") != "START":
                    client.close(self._most_seconds)
                    client = None
            except Exception as error:  # noqa: BLE001 - a transport of anybody
                client = None
                _log.warning("a lineage event was dropped: %s", _told(error))
            with self._changed:
                self._sent += 1
                self._changed.notify_all()


def _told(error: Exception) -> str:
    """Tell an error of ours, which holds no value; of any other its kind."""
    if isinstance(error, SluicegateError):
        return f"{error.message} ({error.hint})"
    return type(error).__name__


def client_transport() -> ClientTransport:
    """Return the transport of this process; a process that was forked has its own."""
    return _transport_of(os.getpid())


@cache
def _transport_of(_process: int) -> ClientTransport:
    return ClientTransport(_configured_client)


def _configured_client() -> Client:
    try:
        from openlineage.client import OpenLineageClient  # noqa: PLC0415 - an optional library
    except ImportError:
        raise MissingDependencyError.of("OpenLineage", "lineage") from None
    made: Client = OpenLineageClient()
    return made
