"""Lets the steps of an extract work side by side: while one batch is masked, the next one arrives.

Arrow, the scan engine and the drivers give up the interpreter's lock for most of their time, so one
thread a step is enough to overlap them, and each step still sees its batches one by one, in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_AHEAD: Final = 2
"""Items that may wait for a step, or be in it: what bounds the memory."""


def side_by_side(items: Iterable[T], step: Callable[[T], R]) -> Generator[R, None, None]:
    """Yield ``step(item)`` for each item, in order, one at a time.

    Items are taken in the caller's thread, since a source may be bound to the one that opened it;
    ``step`` runs in a thread of its own. Whatever either raises is raised here, after the step
    that runs has ended; what waits is dropped. Left in the middle, it ends in the same way.
    """
    waiting: deque[Future[R]] = deque()
    pool = ThreadPoolExecutor(1, thread_name_prefix="sluicegate")
    try:
        for item in items:
            waiting.append(pool.submit(step, item))
            if len(waiting) == _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
