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
        with self._mutex:
            self._waiting.append(group)
        deadline = time.monotonic() + self._timeout
        if not self._turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
            self._give_up(group)
            self._turn.acquire()
        try:
            while not all(job.done for job in group):
                self._lead()
        finally:
            self._turn.release()
        return [_result(job) for job in group]

    def _lead(self) -> None:
        groups = self._gather()
        jobs = [job for group in groups for job in group]
        try:
            self._write(jobs)
        except BaseException as error:
            for job in jobs:
                if not job.done:
                    # what interrupts this thread is no other thread's error
                    job.error = error if isinstance(error, Exception) else _interrupted()
            if not isinstance(error, Exception):
                raise

    def _gather(self) -> list[tuple[Job, ...]]:
        groups: list[tuple[Job, ...]] = []
        number = size = 0
        with self._mutex:
            while self._waiting:
                number += len(self._waiting[0])
                size += sum(len(job.body) for job in self._waiting[0])
                if groups and (number > _MOST or size > _MOST_BYTES):
                    break
                groups.append(self._waiting.popleft())
        return groups

    def _give_up(self, group: tuple[Job, ...]) -> None:
        """Take jobs back whose turn did not come; not if somebody is writing them now."""
        with self._mutex:
            try:
                self._waiting.remove(group)
            except ValueError:
                return
        raise LedgerUnavailable(
            "the ledger is kept busy by other threads", hint="raise the timeout"
        )

    def _renew(self) -> None:
        """Begin afresh, as after a fork: a thread that held the lock is not in the child."""
        self._mutex = threading.Lock()
        self._turn = threading.Lock()
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
