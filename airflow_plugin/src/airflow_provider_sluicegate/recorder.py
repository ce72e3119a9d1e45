"""Writes records in a thread of its own, so that who tells of something need not wait.

Bounded in every direction: a full queue drops what comes, a ledger that fails is left alone for a
while, and nobody waits longer than they said.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import ConfigurationError, SluicegateError

if TYPE_CHECKING:
    from sluicegate.gate.runs import RunName

Job = Callable[[Any], None]
"""Takes the opened ledger."""

_QUEUE: Final = 1000
_REST_SECONDS: Final = 30.0
"""How long a ledger that failed is left alone."""
_SETTLE_SECONDS: Final = 30.0
"""How long the seal of a run waits for tries that have not told their end."""
_LOOK_SECONDS: Final = 1.0
_log: Final = logging.getLogger(__name__)


class _Wait:
    """When to look again whether a run can be sealed: ever more rarely, and not for ever."""

    def __init__(self) -> None:
        self._due = time.monotonic() + _SETTLE_SECONDS
        self._next = 0.0
        self._pause = _LOOK_SECONDS

    @property
    def over(self) -> bool:
        """Whether it has waited long enough."""
        return time.monotonic() >= self._due

    def look(self) -> bool:
        """Tell whether it is time to look; the next time is twice as far."""
        now = time.monotonic()
        if now < self._next and not self.over:
            return False
        self._next, self._pause = now + self._pause, self._pause * 2
        return True


class Recorder:
    """A queue of jobs over a ledger, and the thread that does them. Survives a fork empty.

    Args:
        opener: Opens the ledger for a batch of jobs; ``None`` if there is none in this process.
        lost: Called with how many jobs were not done.
        rest_seconds: How long a ledger that failed is left alone.
    """

    def __init__(
        self,
        opener: Callable[[], Any],
        *,
        lost: Callable[[int], None],
        rest_seconds: float = _REST_SECONDS,
    ) -> None:
        self._opener = opener
        self._lost = lost
        self._rest = rest_seconds
        self._quiet_until = 0.0
        self._told_missing = False
        self._lock = threading.Lock()
        self._reset()
        os.register_at_fork(after_in_child=self._reset)
        atexit.register(self.flush, 2.0)

    def submit(self, job: Job, *, wait: float = 0.0) -> bool:
        """Hand a job over; wait at most so many seconds until the thread is through with it.

        Returns:
            Whether it was handed over and, with a wait, whether the thread is through with it.
        """
        done = threading.Event()
        if not self._put((job, done)):
            return False
        return done.wait(wait) if wait else True

    def seal(self, run: RunName) -> None:
        """Seal a run when its tries have told their end, or a while later."""
        self._put((run, threading.Event()))

    def flush(self, seconds: float) -> bool:
        """Do and seal all that waits; tell whether it was done in time."""
        if self._thread is None:
            return True
        done = threading.Event()
        return self._put((None, done)) and done.wait(seconds)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._queue: queue.Queue[tuple[Any, threading.Event]] = queue.Queue(_QUEUE)
        self._waiting: dict[RunName, _Wait] = {}
        self._thread: threading.Thread | None = None

    def _put(self, item: tuple[Any, threading.Event]) -> bool:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sluicegate", daemon=True)
                self._thread.start()
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            self._lost(1)
            return False
        return True

    def _work(self) -> None:
        while True:
            try:
                item = self._queue.get(timeout=_LOOK_SECONDS if self._waiting else None)
            except queue.Empty:
                self._batch([])
                continue
            batch = [item]
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            self._batch(batch)
            for _, done in batch:
                done.set()

    def _batch(self, batch: list[tuple[Any, threading.Event]]) -> None:
        """Do a batch with one opened ledger; whatever happens, the thread goes on."""
        jobs = [job for job, _ in batch if callable(job)]
        for run, _ in batch:
            if run is not None and not callable(run):
                self._waiting[run] = _Wait()
        now = any(job is None for job, _ in batch)
        undone = len(jobs)
        if not jobs and not self._waiting:
            return
        if time.monotonic() < self._quiet_until:
            self._drop(undone + len(self._waiting))
            return
        try:
            ledger = self._opener()
            if ledger is None:
                self._missing()
                return
            try:
                for job in jobs:
                    job(ledger)
                    undone -= 1
                self._seal_due(ledger, now=now)
            finally:
                ledger.close()
        except ConfigurationError:
            self._missing()
        except Exception as error:  # noqa: BLE001 - the thread must go on
            self._failed(error, undone)

    def _seal_due(self, ledger: Any, *, now: bool) -> None:
        from sluicegate.gate.seals import open_works, run_records, seal_run  # noqa: PLC0415 - heavy

        for run, wait in list(self._waiting.items()):
            if not now and not wait.look():
                continue
            if now or wait.over or not open_works(run_records(ledger, run)):
                seal_run(ledger, run)
                del self._waiting[run]

    def _missing(self) -> None:
        """No key or no ledger here, as in a scheduler that was given none: nothing to do."""
        self._waiting.clear()
        if not self._told_missing:
            self._told_missing = True
            _log.info("sluicegate: no ledger is configured in this process; runs are not recorded")

    def _failed(self, error: Exception, undone: int) -> None:
        code = error.code if isinstance(error, SluicegateError) else type(error).__name__
        _log.warning("sluicegate: %d record(s) of runs were not written: %s", undone, code)
        self._quiet_until = time.monotonic() + self._rest
        self._drop(undone + len(self._waiting))

    def _drop(self, count: int) -> None:
        self._waiting.clear()
        if count:
            self._lost(count)
