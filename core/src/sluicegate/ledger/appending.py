"""Writes records: one transaction for several, tried again within a bound, never written twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sluicegate.errors import LedgerUnavailable
from sluicegate.ledger.row import Row, seal
from sluicegate.ledger.store import STORE_ERRORS, NotKept
from sluicegate.ledger.tiles import WIDTH, Tiles
from sluicegate.model.events import AlreadyRecorded

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sluicegate.ledger.committing import Job
    from sluicegate.ledger.signing import Signer
    from sluicegate.ledger.store import Store


class Appender:
    """Turns jobs into rows at the end of the chain.

    Args:
        store: Where the records are.
        signer: Signs them.
        check: Raises where a record does not hold; nothing is built on one.
        clock: Tells the time.
        timeout_seconds: Longest that one ``write`` may take.
    """

    def __init__(
        self,
        store: Store,
        signer: Signer,
        check: Callable[[Row], None],
        *,
        clock: Callable[[], datetime],
        timeout_seconds: float,
    ) -> None:
        self._store = store
        self._signer = signer
        self._check = check
        self._clock = clock
        self._timeout = timeout_seconds
        self._mine: Row | None = None

    def write(self, jobs: Sequence[Job]) -> None:
        """Write jobs in one durable transaction and settle each: a row, or ``AlreadyRecorded``.

        Raises:
            LedgerUnavailable: it could not be done within the bound; nothing is written, unless
                an answer was lost after a commit.
            ChainBroken: the last record does not hold.
        """
        deadline = time.monotonic() + self._timeout
        tried: list[dict[int, Row]] = []
        pause = 0.01
        while True:
            try:
                self._attempt(jobs, max(0.001, deadline - time.monotonic()), tried)
            except STORE_ERRORS as error:
                trouble = self._store.trouble(error)
            else:
                return
            pause = min(1.0, pause * 2)
            if not trouble.again or time.monotonic() + pause >= deadline:
                raise trouble.error from None
            # Jitter: writers that failed together must not come back together.
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - no secret hangs on it

    def _attempt(self, jobs: Sequence[Job], seconds: float, tried: list[dict[int, Row]]) -> None:
        names = [job.once for job in jobs if job.once is not None]
        earlier = [_first(rows).hash for rows in tried]
        with self._store.appending(seconds, names, earlier) as (connection, tail):
            # an attempt may have been committed although its answer was lost
            rows = next((rows for rows in tried if _first(rows).hash in tail.standing), None)
            if rows is None:
                last = None if tail.last is None else Row(*tail.last)
                if last is not None and last != self._mine:
                    self._check(last)
                rows = self._seal(jobs, last, set(tail.used))
                if rows:
                    self._insert(connection, list(rows.values()))
                    tried.append(rows)
        for index, job in enumerate(jobs):
            job.row = rows.get(index)
            if job.row is None:
                job.error = AlreadyRecorded(job.once)
        if rows:
            self._mine = rows[max(rows)]

    def _seal(self, jobs: Sequence[Job], last: Row | None, used: set[str]) -> dict[int, Row]:
        rows = dict[int, Row]()
        for index, job in enumerate(jobs):
            if job.once is not None and job.once in used:
                continue
            last = seal(
                sequence=last.sequence + 1 if last else 1,
                time=self._clock(),
                kind=job.kind,
                subject=job.subject,
                body=job.body,
                previous=last,
                once=job.once,
                signer=self._signer,
            )
            rows[index] = last
            used |= {job.once} if job.once is not None else set()
        return rows

    def _insert(self, connection: Connection, rows: Sequence[Row]) -> None:
        first, last = rows[0].sequence, rows[-1].sequence
        tile = (first - 1) // WIDTH != last // WIDTH
        try:
            self._store.add(connection, rows, ends=not tile)
        except NotKept:
            raise LedgerUnavailable(
                f"the ledger {self._store.place} did not keep what was written",
                hint="somebody changed its table; run `sluicegate ledger verify`",
            ) from None
        if tile:
            Tiles.of(connection).extend(connection)


def _first(rows: dict[int, Row]) -> Row:
    return next(iter(rows.values()))
