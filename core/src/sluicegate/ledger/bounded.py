"""Bounds how long something outside may take, whatever it does: hang, drip bytes, never resolve.

A time-out of a socket bounds each step but not all of them together, and none bounds a name that
does not resolve. What is given up goes on in a thread of its own until it ends by itself; nobody
looks at it any more, and it does not keep the process alive.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from sluicegate.errors import LedgerUnavailable, SluicegateError

T = TypeVar("T")


def within(seconds: float, act: Callable[[], T], *, place: str) -> T:
    """Run ``act`` and return what it returns, or give up on it.

    Args:
        seconds: Longest to wait.
        act: What to do. What it raises is raised here.
        place: What is asked, for the message.

    Raises:
        LedgerUnavailable: it did not end in time.
    """
    attempt = _Attempt(act, place)
    return attempt.result(time.monotonic() + seconds, seconds)


def failures_within(
    seconds: float, acts: Mapping[str, Callable[[], object]]
) -> dict[str, SluicegateError]:
    """Run several at once, and return what went wrong by place; all together have one bound.

    What is not ours is told by its type only: its text may hold anything.
    """
    until = time.monotonic() + seconds
    attempts = {place: _Attempt(act, place) for place, act in acts.items()}
    found: dict[str, SluicegateError] = {}
    for place, attempt in attempts.items():
        try:
            attempt.result(until, seconds)
        except SluicegateError as error:
            found[place] = error
        except Exception as error:  # noqa: BLE001 - told by its type
            found[place] = LedgerUnavailable(f"{place} failed: {type(error).__name__}")
    return found


class _Attempt(Generic[T]):
    """Something that runs in a thread of its own, from the beginning on."""

    def __init__(self, act: Callable[[], T], place: str) -> None:
        self._act = act
        self._place = place
        self._done: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"sluicegate: {place}", daemon=True)
        self._thread.start()

    def result(self, until: float, seconds: float) -> T:
        """Wait until a moment of the monotonic clock; ``seconds`` are for the message."""
        self._thread.join(max(0.0, until - time.monotonic()))
        if self._thread.is_alive():
            raise LedgerUnavailable(f"{self._place} does not answer in {seconds:g} s")
        if self._error is not None:
            raise self._error
        return self._done[0]

    def _run(self) -> None:
        try:
            self._done.append(self._act())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            self._error = error
