"""Bounds how long something outside may take, whatever it does: hang, drip bytes, never resolve."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from sluicegate.errors import LedgerUnavailable

T = TypeVar("T")


def within(seconds: float, act: Callable[[], T], *, place: str) -> T:
    """Run ``act`` and return what it returns, or give up on it.

    A time-out of a socket bounds each step but not all of them together, and none bounds a name
    that does not resolve. What was given up goes on in a thread of its own until it ends by itself;
    nobody looks at it any more, and it does not keep the process alive.

    Args:
        seconds: Longest to wait.
        act: What to do. What it raises is raised here.
        place: What is asked, for the message.

    Raises:
        LedgerUnavailable: it did not end in time.
    """
    attempt = _Attempt(act)
    thread = threading.Thread(target=attempt.run, name=f"sluicegate: {place}", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise LedgerUnavailable(f"{place} does not answer in {seconds:g} s")
    return attempt.result()


class _Attempt(Generic[T]):
    """What became of ``act``."""

    def __init__(self, act: Callable[[], T]) -> None:
        self._act = act
        self._done: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._done.append(self._act())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._done[0]
