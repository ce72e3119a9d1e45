"""Gives records to other systems, in order and at least once.

The ledger itself is the outbox: it is durable, ordered and never loses its end. How far a target
has come is on record too (``ledger.exported``), so every worker goes on where the last one stopped.
A crash between sending and that record sends the last batches again; each event has the record's
hash as ``metadata.uid``, by which a receiver tells.

Each such record is written under a name that says which one it follows. Of two exports to a target
at the same moment one can write it; the other one notices, and leaves the rest to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from sluicegate.ledger.body import check_names
from sluicegate.ledger.kinds import EXPORTED
from sluicegate.ledger.ocsf import ocsf_line
from sluicegate.model.canonical import digest
from sluicegate.model.events import AlreadyRecorded, Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.ledger.ledger import Ledger
    from sluicegate.model.events import Record

_BATCH: Final = 200
_BATCH_BYTES: Final = 1024 * 1024
"""Receivers refuse what is too long, and then every batch after it would wait."""
_BATCHES_A_CURSOR: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event on its way."""

    record: Record
    data: bytes
    """OCSF event as one line of JSON, without the line's end."""


class Target(Protocol):
    """Where events go.

    Failure mode: closed. ``send`` returns when the other side has them all, or raises; it blocks
    for seconds, and does not retry: the next export does.
    """

    @property
    def name(self) -> str:
        """Names the target on record, without a password: where its cursor stands."""

    def send(self, lines: Sequence[Line]) -> None:
        """Give it events, in order.

        Raises:
            LedgerUnavailable: it cannot take them now.
        """

    def close(self) -> None:
        """Let go of it; what was sent stays sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export did."""

    events: int
    through: int
    """Sequence of the last record that the target has."""
    overtaken: bool = False
    """Whether another export to the same target is under way, and has the rest to send."""


def export(ledger: Ledger, target: Target, *, most: int | None = None) -> Exported:
    """Send what a target has not got yet.

    Args:
        ledger: Opened with a key, since the cursor is a record.
        target: Where to.
        most: Most events in this call; all if not given.

    Raises:
        LedgerUnavailable: the target or the ledger cannot be used now. What was sent before counts.
        LedgerError: the target's name cannot be put on record; nothing is sent.
        ChainBroken: a record does not hold; nothing from it on is sent.
    """
    check_names(Event(kind=EXPORTED, subject=target.name, body={}), None)
    cursor = _Cursor.read(ledger, target.name)
    batches = _batches(islice(_lines(ledger, cursor.through), most))
    sent = 0
    try:
        for number, batch in enumerate(batches, start=1):
            target.send(batch)
            sent += len(batch)
            cursor.move(batch)
            if number % _BATCHES_A_CURSOR == 0 and not cursor.keep(ledger):
                break
    finally:
        cursor.keep(ledger)
    return Exported(events=sent, through=cursor.through, overtaken=cursor.overtaken)


def cursor(ledger: Ledger, name: str) -> int:
    """Return the last record that a target has; 0 if it has none."""
    return _Cursor.read(ledger, name).through


@dataclass(slots=True, kw_only=True)
class _Cursor:
    """How far a target has come."""

    name: str
    through: int = 0
    follows: int = 0
    """The newest record that said how far."""
    unkept: int = 0
    """Events that were sent and are not on record as such."""
    overtaken: bool = False

    @classmethod
    def read(cls, ledger: Ledger, name: str) -> _Cursor:
        found = cls(name=name)
        for record in ledger.records(kind=EXPORTED, subject=name, newest_first=True):
            found.follows = found.follows or record.sequence
            if not record.dropped:
                found.through = int(record.body["through"])
                break
        return found

    def move(self, batch: Sequence[Line]) -> None:
        """Take a batch as sent."""
        self.through = batch[-1].record.sequence
        self.unkept += len(batch)

    def keep(self, ledger: Ledger) -> bool:
        """Put it on record; ``False`` if another export did so since it was read."""
        if not self.unkept or self.overtaken:
            return not self.overtaken
        body = {"through": self.through, "events": self.unkept}
        event = Event(kind=EXPORTED, subject=self.name, body=body)
        try:
            once = f"{EXPORTED}/{digest(self.name)}/{self.follows}"
            self.follows = ledger.append(event, once=once).sequence
        except AlreadyRecorded:
            self.overtaken = True
        else:
            self.unkept = 0
        return not self.overtaken


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Cut lines into batches; one that is too long goes alone."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        if batch and (len(batch) == _BATCH or size + len(line.data) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line.data)
    if batch:
        yield batch


def _lines(ledger: Ledger, after: int) -> Iterator[Line]:
    """Yield what is to be sent. Cursors are left out, or each export would have one to send."""
    for record in ledger.records(after=after):
        if record.kind != EXPORTED:
            yield Line(record=record, data=ocsf_line(record))
