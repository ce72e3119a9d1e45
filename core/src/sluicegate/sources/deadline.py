"""The wall time that a statement and its stream may take."""

from __future__ import annotations

import math
import time

from sluicegate.errors import BudgetExceeded, ConfigurationError


def checked_seconds(seconds: float | None) -> float | None:
    """Return ``seconds`` if it can be a time limit.

    Raises:
        ConfigurationError: it is not a positive, finite number.
    """
    if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
        raise ConfigurationError("a time limit must be a positive number of seconds")
    return seconds


class Deadline:
    """Counts from its creation. ``None`` seconds: it never passes.

    It backs the limit that the server keeps: a server cannot stop a statement while it waits for
    a slow reader, and a file has no server.
    """

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = math.inf if seconds is None else time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._end

    @property
    def remaining(self) -> float:
        """Seconds that are left; infinity if it never passes."""
        return max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raise ``BudgetExceeded`` if the time is over."""
        if self.passed:
            raise self.error()

    def error(self) -> BudgetExceeded:
        """Build the error that says so."""
        bound = "the time limit" if self.seconds is None else f"{self.seconds:g} seconds"
        return BudgetExceeded(
            f"the statement and its stream took longer than {bound}",
            hint="ask for fewer rows, or have the policy grant more time",
        )


def memory_exceeded(limit: int) -> BudgetExceeded:
    """Build the error for a statement that needs more memory than the policy's ``limit`` bytes."""
    return BudgetExceeded(
        f"G16: the extract goes over the policy's budget of {limit:,} bytes of memory",
        hint="sort, group and join less, leave big cells out, or have the policy grant more memory",
    )
