"""Group commit: what threads append at the same moment shares one transaction, and its flush.

The disk decides how many transactions there are in a second; how many records are in each does not
cost much. Whoever comes first leads and writes what has gathered; the others find theirs done.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final

from sluicegate.errors import LedgerUnavailable
from sluicegate.ledger.row import Row

_MOST: Final = 500
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOMENT: Final = 0.002
"""Seconds: less than a disk needs to flush, enough for threads that were just answered."""


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """An event to be written, checked already, and later how that ended."""

    kind: str
    subject: str
    body: str
    once: str | None = None
    row: Row | None = None
    error: Exception | None = None

    @property
    def done(self) -> bool:
        """Whether it was written or cannot be."""
        return self.row is not None or self.error is not None


class Committer:
    """Gathers jobs and writes them together.

    Args:
        write: Writes jobs in one transaction and settles each; bounded. What it raises is the end
            of all of them.
        timeout_seconds: How long a job waits for its turn. One that is being written by another
            thread then waits for that end too, which comes within the same time again.
    """

    def __init__(self, write: Callable[[Sequence[Job]], None], timeout_seconds: float) -> None:
        self._write = write
        self._timeout = timeout_seconds
        self._led = False
        self._together = 0
        self._renew()
        _committers.add(self)

    def commit(self, job: Job) -> Row:
        """Write a job, with others if there are any, and return its row.

        Raises:
            LedgerUnavailable: its turn did not come in time.
            Exception: whatever ``write`` raised or settled it with.
        """
        return self.commit_all((job,))[0]

    def commit_all(self, jobs: Sequence[Job]) -> list[Row]:
        """Write jobs in one transaction, none without the others, in their order."""
        group = tuple(jobs)
        deadline = time.monotonic() + self._timeout
        with self._changed:
            self._waiting.append(group)
            self._arrived.notify()  # only whoever gathers, not all who wait for their end
        while not all(job.done for job in group):
            if self._take_turn(group, deadline):
                self._lead()
        return [_result(job) for job in group]

    def _take_turn(self, group: tuple[Job, ...], deadline: float) -> bool:
        """Wait until the group is done or nobody leads; tell whether this thread leads now."""
        with self._changed:
            while self._led and not all(job.done for job in group):
                left = deadline - time.monotonic()
                if left <= 0 and group in self._waiting:
                    self._waiting.remove(group)
                    raise LedgerUnavailable(
                        "the ledger is kept busy by other threads", hint="raise the timeout"
                    )
                # one that is being written ends within the bound of whoever writes it
                self._changed.wait(left if left > 0 else None)
            if all(job.done for job in group):
                return False
            self._led = True
        return True

    def _lead(self) -> None:
        jobs: list[Job] = []
        try:
            jobs = self._gather()
            self._write(jobs)
        except BaseException as error:
            for job in jobs:
                if not job.done:
                    # what interrupts this thread is no other thread's error
                    job.error = error if isinstance(error, Exception) else _interrupted()
            if not isinstance(error, Exception):
                raise
        finally:
            with self._changed:
                self._led = False
                self._changed.notify_all()

    def _gather(self) -> list[Job]:
        """Take what waits; where several came the last time, give them a moment to come again."""
        jobs: list[Job] = []
        size = 0
        with self._changed:
            if self._together > 1:
                self._arrived.wait_for(lambda: len(self._waiting) >= self._together, _MOMENT)
            self._together = len(self._waiting)
            while self._waiting:
                group = self._waiting[0]
                size += sum(len(job.body) for job in group)
                if jobs and (len(jobs) + len(group) > _MOST or size > _MOST_BYTES):
                    break
                jobs += self._waiting.popleft()
        return jobs

    def _renew(self) -> None:
        """Begin afresh, as after a fork: a thread that led is not in the child."""
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._arrived = threading.Condition(lock)
        self._led = False
        self._together = 0
        self._waiting: deque[tuple[Job, ...]] = deque()


def _result(job: Job) -> Row:
    if job.row is None:
        # a copy, or threads would write their tracebacks into the same error
        raise copy(job.error or _interrupted()) from None
    return job.row


def _interrupted() -> LedgerUnavailable:
    return LedgerUnavailable("writing to the ledger was interrupted", hint="try again")


_committers: Final[weakref.WeakSet[Committer]] = weakref.WeakSet()


def _renew_all() -> None:
    for committer in list(_committers):
        committer._renew()  # noqa: SLF001 - of this module


os.register_at_fork(after_in_child=_renew_all)
