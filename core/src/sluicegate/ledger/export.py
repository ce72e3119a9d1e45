"""Gives records to other systems, in order and at least once.

The ledger itself is the outbox: it is durable, ordered and never loses its end. How far a target
has come is on record too (``ledger.exported``), so every worker goes on where the last one stopped.
A crash between sending and that record sends the last batch again; each event has the record's
hash as ``metadata.uid``, by which a receiver tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from sluicegate.errors import LedgerError
from sluicegate.ledger.kinds import EXPORTED
from sluicegate.ledger.ocsf import ocsf_line
from sluicegate.model.events import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.ledger.ledger import Ledger
    from sluicegate.model.events import Record

_BATCH: Final = 200
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


def export(ledger: Ledger, target: Target, *, most: int | None = None) -> Exported:
    """Send what a target has not got yet.

    Args:
        ledger: Opened with a key, since the cursor is a record.
        target: Where to.
        most: Most events in this call; all if not given.

    Raises:
        LedgerUnavailable: the target or the ledger cannot be used now. What was sent before counts.
        ChainBroken: a record does not hold; nothing from it on is sent.
    """
    through = cursor(ledger, target.name)
    lines = islice(_lines(ledger, through), most)
    sent = unrecorded = 0
    try:
        while batch := list(islice(lines, _BATCH)):
            target.send(batch)
            through = batch[-1].record.sequence
            sent += len(batch)
            unrecorded += len(batch)
            if unrecorded >= _BATCH * _BATCHES_A_CURSOR:
                _remember(ledger, target.name, through, unrecorded)
                unrecorded = 0
    finally:
        if unrecorded:
            _remember(ledger, target.name, through, unrecorded)
    return Exported(events=sent, through=through)


def cursor(ledger: Ledger, name: str) -> int:
    """Return the last record that a target has; 0 if it has none."""
    for record in ledger.records(kind=EXPORTED, subject=name, newest_first=True):
        if not record.dropped:
            return int(record.body["through"])
    return 0


def _lines(ledger: Ledger, after: int) -> Iterator[Line]:
    """Yield what is to be sent. Cursors are left out, or each export would have one to send."""
    for record in ledger.records(after=after):
        if record.kind != EXPORTED:
            yield Line(record=record, data=ocsf_line(record))


def _remember(ledger: Ledger, name: str, through: int, count: int) -> None:
    if not name:
        raise LedgerError("a target needs a name")
    ledger.append(Event(kind=EXPORTED, subject=name, body={"through": through, "events": count}))
