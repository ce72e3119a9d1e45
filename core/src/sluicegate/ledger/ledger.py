"""The ledger: append-only, chained, signed records that many processes write at once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import func, insert, select

from sluicegate.errors import ChainBroken, LedgerError, LedgerUnavailable
from sluicegate.ledger.body import body_text, check_names
from sluicegate.ledger.row import GENESIS, Row, fault, seal
from sluicegate.ledger.store import STORE_ERRORS, TABLE
from sluicegate.ledger.verifying import verify_rows
from sluicegate.model.events import AlreadyRecorded, Event, Record

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from sluicegate.ledger.report import LedgerReport
    from sluicegate.ledger.signing import Signer
    from sluicegate.ledger.store import Store

T = TypeVar("T")
_PAGE: Final = 500
"""Rows that are read at once. Between pages nothing is held, so readers never block writers."""
_FIRST_PAGE: Final = 4
"""Rows that are read first from the end on: who asks for the newest rarely needs more."""


class Ledger:
    """Append-only records on a store: a ``model.events.EventLog``. Build it with ``open_ledger``.

    Safe to share between threads and over a fork: each operation has a connection of its own.
    ``append`` fails closed: it waits for other writers and retries what may pass for at most
    ``timeout_seconds``, then raises. Every record that it reads is checked by itself (hash and
    signature under ``trusted``); only ``verify`` sees that none is missing.

    Args:
        store: Where the records are.
        signer: Signs new records; ``None`` to read only.
        trusted: Key id → public key of those whose records count; the signer's own always does.
            Without any, who signed a record is not checked, only that it is whole.
        timeout_seconds: Longest that one ``append`` may take.
        clock: Tells the time of a record. It is recorded as it is, even when it goes back: the
            sequence tells the order, and ``verify`` notes where a clock went back.
    """

    def __init__(
        self,
        store: Store,
        signer: Signer | None,
        *,
        trusted: Mapping[str, bytes] = MappingProxyType({}),
        timeout_seconds: float = 10.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        own = {} if signer is None else {signer.key_id: signer.public_key}
        self._store = store
        self._signer = signer
        self._trusted = MappingProxyType({**trusted, **own})
        self._timeout = timeout_seconds
        self._clock = clock
        self._closed = False

    def append(self, event: Event, *, once: str | None = None) -> Record:
        """Write ``event`` durably and return its record.

        Args:
            event: What happened. The body holds JSON types, 256 kB at most.
            once: A name that may be used one time only, over all writers.

        Raises:
            LedgerUnavailable: it could not be written within the bound.
            LedgerError: the event cannot be recorded as it is, or the ledger is read-only.
            AlreadyRecorded: ``once`` was used before.
            ChainBroken: the last record is not by a trusted key, so nothing is built upon it.
        """
        signer = self._require_signer()
        check_names(event, once)
        body = body_text(event.body)
        unconfirmed: list[Row] = []

        def attempt(seconds: float) -> Row:
            with self._store.writing(seconds) as connection:
                found = self._stands(connection, unconfirmed)
                if found:
                    return found
                last = self._last(connection)
                if once is not None and _used(connection, once):
                    raise AlreadyRecorded(once)
                row = seal(
                    sequence=last.sequence + 1 if last else 1,
                    time=self._clock(),
                    kind=event.kind,
                    subject=event.subject,
                    body=body,
                    previous=last.hash if last else GENESIS,
                    once=once,
                    signer=signer,
                )
                connection.execute(insert(TABLE).values(**asdict(row)))
                self._confirm(connection, row)
                unconfirmed.append(row)
            return row

        return self._within_bound(attempt).record()

    def records(
        self, *, kind: str | None = None, subject: str | None = None, newest_first: bool = False
    ) -> Iterator[Record]:
        """Yield the records in order, of one kind or subject if asked.

        Args:
            kind: Of which kind; any if not given.
            subject: Of which subject; any if not given.
            newest_first: Turn the order round: whoever stops early reads and checks no others.

        Raises:
            LedgerUnavailable: the store cannot be read.
            ChainBroken: a record is not what a trusted key signed.
        """
        query = select(TABLE)
        if kind is not None:
            query = query.where(TABLE.c.kind == kind)
        if subject is not None:
            query = query.where(TABLE.c.subject == subject)
        for row in self._rows(query, newest_first=newest_first):
            self._check(row)
            yield row.record()

    def head(self) -> Record | None:
        """Return the last record, or ``None`` while there is none.

        Raises:
            LedgerUnavailable: the store cannot be read.
            ChainBroken: it is not what a trusted key signed.
        """
        row = self._read(self._last)
        return row.record() if row else None

    def verify(
        self, trusted: Mapping[str, bytes], expect: Sequence[tuple[int, str]] = ()
    ) -> LedgerReport:
        """Read everything and say whether it is whole.

        A chain alone cannot show that its end was cut off, or that all of it was written anew by
        somebody who holds the key. What attestations and earlier reports say of it can.

        Args:
            trusted: Key id → raw public key of those whose records count.
            expect: Sequence and hash of records that are known from elsewhere.

        Raises:
            LedgerUnavailable: the store cannot be read now.
        """
        return verify_rows(
            self._rows(select(TABLE)),
            trusted,
            expect,
            count_to=self._count_to,
            schema=self._schema_fault,
        )

    def close(self) -> None:
        """Let go of the store; safe to call twice. Afterwards every operation raises."""
        self._closed = True
        self._store.close()

    def __repr__(self) -> str:
        return f"Ledger({self._store.place})"

    def _require_signer(self) -> Signer:
        if self._signer is None:
            raise LedgerError("the ledger was opened without a key, to be read only")
        return self._signer

    def _within_bound(self, attempt: Callable[[float], Row]) -> Row:
        deadline = time.monotonic() + self._timeout
        pause = 0.01
        while True:
            self._require_open()
            try:
                return attempt(max(0.001, deadline - time.monotonic()))
            except STORE_ERRORS as error:
                trouble = self._store.trouble(error)
            pause = min(1.0, pause * 2)
            if not trouble.again or time.monotonic() + pause >= deadline:
                raise trouble.error from None
            # Jitter: writers that failed together must not come back together.
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - no secret hangs on it

    def _rows(
        self, query: Select[tuple[object, ...]], *, newest_first: bool = False
    ) -> Iterator[Row]:
        """Yield rows in pages: each its own short transaction."""
        number = TABLE.c.sequence
        query = query.order_by(number.desc() if newest_first else number)
        size = _FIRST_PAGE if newest_first else _PAGE
        page = self._read(partial(_fetch, query=query, size=size))
        while page:
            yield from page
            last = page[-1].sequence
            rest = query.where(number < last if newest_first else number > last)
            page = self._read(partial(_fetch, query=rest, size=_PAGE)) if len(page) == size else []
            size = _PAGE

    def _read(self, action: Callable[[Connection], T]) -> T:
        self._require_open()
        try:
            with self._store.reading() as connection:
                return action(connection)
        except STORE_ERRORS as error:
            raise self._store.trouble(error).error from None

    def _last(self, connection: Connection) -> Row | None:
        query = select(TABLE).order_by(TABLE.c.sequence.desc()).limit(1)
        found = connection.execute(query).mappings().first()
        if found is None:
            return None
        row = Row(**found)
        self._check(row)
        return row

    def _check(self, row: Row) -> None:
        reason = fault(row, self._trusted)
        if reason is None or (reason == "key" and not self._trusted):
            return
        raise ChainBroken(
            f"record {row.sequence} of the ledger {self._store.place} does not hold: {reason}",
            hint="add its writer's public key to the trusted ones"
            if reason == "key"
            else "run `sluicegate ledger verify`",
        )

    def _stands(self, connection: Connection, unconfirmed: list[Row]) -> Row | None:
        """Find out whether an earlier attempt was committed although its answer was lost."""
        for row in unconfirmed:
            query = select(TABLE.c.sequence).where(TABLE.c.hash == row.hash)
            if connection.execute(query).first() is not None:
                return row
        return None

    def _confirm(self, connection: Connection, row: Row) -> None:
        """Read the row back: a trigger or rule that somebody added must not swallow it."""
        query = select(TABLE).where(TABLE.c.sequence == row.sequence)
        found = connection.execute(query).mappings().all()
        if [Row(**f) for f in found] != [row]:
            raise LedgerUnavailable(
                f"the ledger {self._store.place} did not keep what was written",
                hint="somebody changed its table; run `sluicegate ledger verify`",
            )

    def _count_to(self, sequence: int) -> int:
        """Count the rows up to ``sequence``, in whatever order or place they stand."""
        where = (TABLE.c.sequence <= sequence) | TABLE.c.sequence.is_(None)
        query = select(func.count()).select_from(TABLE).where(where)
        return self._read(lambda connection: int(connection.execute(query).scalar_one()))

    def _schema_fault(self) -> str | None:
        try:
            return self._store.changed_schema(deep=True)
        except STORE_ERRORS as error:
            raise self._store.trouble(error).error from None

    def _require_open(self) -> None:
        if self._closed:
            raise LedgerError("the ledger was closed")


def _fetch(connection: Connection, query: Select[tuple[object, ...]], size: int) -> list[Row]:
    return [Row(**found) for found in connection.execute(query.limit(size)).mappings()]


def _used(connection: Connection, once: str) -> bool:
    query = select(TABLE.c.sequence).where(TABLE.c.once == once)
    return connection.execute(query).first() is not None
