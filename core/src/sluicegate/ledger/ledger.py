"""The ledger: append-only, chained, signed records that many processes write at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import select

from sluicegate.errors import ChainBroken, LedgerError
from sluicegate.ledger.appending import Appender
from sluicegate.ledger.body import body_text, check_names
from sluicegate.ledger.checkpoint import Checkpoint
from sluicegate.ledger.committing import Committer, Job
from sluicegate.ledger.kinds import CHECKPOINT
from sluicegate.ledger.logtree import LogTree
from sluicegate.ledger.reading import Reader
from sluicegate.ledger.row import Row, fault
from sluicegate.ledger.verifying import verify_rows
from sluicegate.model.events import Event, Record

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sluicegate.ledger.report import LedgerReport
    from sluicegate.ledger.signing import Signer
    from sluicegate.ledger.store import Store


class Ledger:
    """Append-only records on a store: a ``model.events.EventLog``. Build it with ``open_ledger``.

    Safe to share between threads and over a fork: each operation has a connection of its own, and
    what threads append at the same moment is written together. ``append`` fails closed: it waits
    for other writers and retries what may pass for at most ``timeout_seconds`` (twice that behind
    another thread's write), then raises. Every record that it reads is checked by itself (hash and
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
        self._clock = clock
        self._reader = Reader(store)
        self._committer: Committer | None = None
        if signer is not None:
            appender = Appender(
                store, signer, self._check, clock=clock, timeout_seconds=timeout_seconds
            )
            self._committer = Committer(appender.write, timeout_seconds)

    @property
    def place(self) -> str:
        """Where it is, for messages: never a password."""
        return self._store.place

    @property
    def trusted(self) -> Mapping[str, bytes]:
        """Key id → public key of those whose records count."""
        return self._trusted

    @property
    def tree(self) -> LogTree:
        """The Merkle tree over the records: roots, and proofs of one record or of growth."""
        return LogTree(self._reader)

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
        return self._ready().commit(_job(event, once)).record()

    def append_all(self, events: Sequence[Event]) -> list[Record]:
        """Write several events in one transaction, all or none, and return their records.

        Raises:
            LedgerUnavailable, LedgerError, ChainBroken: as ``append``.
        """
        committer = self._ready()
        jobs = [_job(event, None) for event in events]
        return [row.record() for row in committer.commit_all(jobs)] if jobs else []

    def records(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        newest_first: bool = False,
        after: int = 0,
    ) -> Iterator[Record]:
        """Yield the records in order, of one kind or subject if asked.

        Args:
            kind: Of which kind; any if not given.
            subject: Of which subject; any if not given.
            newest_first: Turn the order round: whoever stops early reads and checks no others.
            after: Only records with a larger sequence.

        Raises:
            LedgerUnavailable: the store cannot be read.
            ChainBroken: a record is not what a trusted key signed.
        """
        found = self.rows(kind=kind, subject=subject, newest_first=newest_first, after=after)
        for row in found:
            yield row.record()

    def rows(
        self,
        *,
        kind: str | None = None,
        subject: str | None = None,
        newest_first: bool = False,
        after: int = 0,
    ) -> Iterator[Row]:
        """Yield records as they are stored, checked; for the rest as ``records``."""
        found = self._reader.rows(
            kind=kind, subject=subject, newest_first=newest_first, after=after
        )
        for row in found:
            self._check(row)
            yield row

    def head(self) -> Record | None:
        """Return the last record, or ``None`` while there is none.

        Raises:
            LedgerUnavailable: the store cannot be read.
            ChainBroken: it is not what a trusted key signed.
        """
        row = self._reader.read(self._last)
        return row.record() if row else None

    def row(self, sequence: int) -> Row | None:
        """Return a record as it is stored, checked; ``None`` if there is none.

        Raises:
            LedgerUnavailable: the store cannot be read.
            ChainBroken: it is not what a trusted key signed.
        """
        row = self._reader.row(sequence)
        if row is not None:
            self._check(row)
        return row

    def checkpoint(self) -> Checkpoint:
        """Sign the tree of all records so far, put that on record, and return it.

        What it covers can from now on be proven to others, and whoever keeps it sees later if any
        of it was changed or cut off. The record names the checkpoint before, and the key of that
        one where another key signs now.

        Raises:
            LedgerUnavailable, ChainBroken: as ``append``.
            LedgerError: there is no record yet, or the ledger is read-only.
        """
        committer, signer, tree = self._ready(), self._signer, self.tree
        size = tree.size()
        if signer is None or size == 0:
            raise LedgerError("there is no record yet, so there is nothing to sign")
        before = next(self.records(kind=CHECKPOINT, newest_first=True), None)
        signed = Checkpoint.sign(
            origin=tree.origin(), size=size, root=tree.root(size), time=self._clock(), signer=signer
        )
        committer.commit(_job(signed.event(signer.public_key, before), None))
        return signed

    def verify(
        self,
        trusted: Mapping[str, bytes],
        expect: Sequence[tuple[int, str]] = (),
        *,
        witnessed: Sequence[Checkpoint] = (),
        every_signature: bool = False,
    ) -> LedgerReport:
        """Read everything and say whether it is whole.

        A chain alone cannot show that its end was cut off, or that all of it was written anew by
        somebody who holds the key. What attestations, earlier reports and witnesses say of it can.

        Args:
            trusted: Key id → raw public key of those whose records count.
            expect: Sequence and hash of records that are known from elsewhere.
            witnessed: Checkpoints that somebody else kept.
            every_signature: Verify the signature of each record too. It is not needed: a record's
                hash covers the signature before it, and the last one is always verified.

        Raises:
            LedgerUnavailable: the store cannot be read now.
        """
        look = partial(verify_rows, self._reader, trusted, expect, witnessed=witnessed)
        report = look(every_signature=every_signature)
        if report.fault is not None and report.fault.code == "signature" and not every_signature:
            report = look(every_signature=True)  # which is the first that is wrong
        return report

    def drop_bodies(self, sequences: Sequence[int]) -> None:
        """Drop bodies of records; ``retention.Retention`` decides which and puts it on record.

        Raises:
            LedgerUnavailable: the store cannot be written, or it refuses: no record says so.
        """
        self._ready()
        self._reader.drop(sequences)

    def close(self) -> None:
        """Let go of the store; safe to call twice. Afterwards every operation raises."""
        self._reader.close()

    def __repr__(self) -> str:
        return f"Ledger({self._store.place})"

    def _ready(self) -> Committer:
        if self._committer is None:
            raise LedgerError("the ledger was opened without a key, to be read only")
        self._reader.require_open()
        return self._committer

    def _last(self, connection: Connection) -> Row | None:
        table = self._reader.table
        query = select(table).order_by(table.c.sequence.desc()).limit(1)
        found = connection.execute(query).first()
        if found is None:
            return None
        row = Row(*found)
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


def _job(event: Event, once: str | None) -> Job:
    check_names(event, once)
    return Job(kind=event.kind, subject=event.subject, body=body_text(event.body), once=once)
