"""Writes records: one transaction for several, tried again within a bound, never written twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from sluicegate.errors import LedgerUnavailable
from sluicegate.ledger.row import Row, seal
from sluicegate.ledger.store import STORE_ERRORS, TABLE
from sluicegate.ledger.tiles import WIDTH, Tiles
from sluicegate.model.events import AlreadyRecorded

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sluicegate.ledger.committing import Job
    from sluicegate.ledger.signing import Signer
    from sluicegate.ledger.store import Store

_NAMES_AT_ONCE: Final = 200


class Appender:
    """Turns jobs into rows at the end of the chain.

    Args:
        store: Where the records are.
        signer: Signs them.
        last: Reads and checks the record that is last; nothing is built on one that does not hold.
        clock: Tells the time.
        timeout_seconds: Longest that one ``write`` may take.
    """

    def __init__(
        self,
        store: Store,
        signer: Signer,
        last: Callable[[Connection], Row | None],
        *,
        clock: Callable[[], datetime],
        timeout_seconds: float,
    ) -> None:
        self._store = store
        self._signer = signer
        self._last = last
        self._clock = clock
        self._timeout = timeout_seconds

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
        with self._store.writing(seconds) as connection:
            rows = _standing(connection, tried)
            used: set[str] = set()
            if rows is None:
                used = _used(connection, jobs)
                rows = self._seal(connection, jobs, used)
                if rows:
                    self._insert(connection, list(rows.values()))
                    tried.append(rows)
        for index, job in enumerate(jobs):
            job.row = rows.get(index)
            if job.row is None:
                job.error = AlreadyRecorded(job.once)

    def _seal(self, connection: Connection, jobs: Sequence[Job], used: set[str]) -> dict[int, Row]:
        last, rows = self._last(connection), dict[int, Row]()
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
        connection.execute(insert(TABLE), [row._asdict() for row in rows])
        self._confirm(connection, rows)
        first, last = rows[0].sequence, rows[-1].sequence
        if (first - 1) // WIDTH != last // WIDTH:
            Tiles.of(connection).extend(connection)

    def _confirm(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Read the rows back: a trigger or rule that somebody added must not swallow them."""
        at = TABLE.c.sequence
        query = select(TABLE).where(at >= rows[0].sequence).order_by(at)
        if [Row._make(found) for found in connection.execute(query)] != list(rows):
            raise LedgerUnavailable(
                f"the ledger {self._store.place} did not keep what was written",
                hint="somebody changed its table; run `sluicegate ledger verify`",
            )


def _standing(connection: Connection, tried: Sequence[dict[int, Row]]) -> dict[int, Row] | None:
    """Find out whether an earlier attempt was committed although its answer was lost."""
    for rows in tried:
        one = next(iter(rows.values()))
        query = select(TABLE.c.sequence).where(TABLE.c.hash == one.hash)
        if connection.execute(query).first() is not None:
            return rows
    return None


def _used(connection: Connection, jobs: Sequence[Job]) -> set[str]:
    """Tell which of the names that may be used once are used."""
    names = [job.once for job in jobs if job.once is not None]
    found: set[str] = set()
    for begin in range(0, len(names), _NAMES_AT_ONCE):
        some = names[begin : begin + _NAMES_AT_ONCE]
        found.update(
            connection.execute(select(TABLE.c.once).where(TABLE.c.once.in_(some))).scalars()
        )
    return found
