"""Drops bodies whose retention ended, and keeps what a legal hold is on.

A record never goes: its leaf stays in the tree, its time, kind and subject stay readable, and the
ledger verifies as before. Only the body goes, with the salt without which nobody can try out what
it was. What will be dropped is on record before it is, and which hold kept what can be told again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import ConfigurationError, LedgerError
from sluicegate.ledger.drops import Ranges, as_ranges
from sluicegate.ledger.kinds import DROPPED, HELD, HOLD_ENDED
from sluicegate.ledger.question import Facts, Question, facts_of
from sluicegate.model.events import AlreadyRecorded, Event

if TYPE_CHECKING:
    from sluicegate.ledger.ledger import Ledger
    from sluicegate.model.events import Record

DROPPABLE: Final = frozenset(
    {
        "extract.intent", "extract.refused", "preview.intent", "preview.refused", "preview.outcome",
        "unmask.intent", "unmask.refused", "unmask.outcome",
    }
)  # fmt: skip
"""Kinds that nothing is decided by any more. Approvals, keys, budgets, baselines and outcomes are
read by later runs, and the ledger's own records explain it: they stay whole."""
_RANGES: Final = 5000
"""Most ranges in one record; its body has a bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold."""

    name: str
    question: Question
    since: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What a drop did, or would do."""

    bodies: int
    held: int
    """Bodies old enough that a hold keeps."""


class Retention:
    """Holds and drops of one ledger.

    Args:
        ledger: Opened with a key to change anything.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def holds(self) -> list[Hold]:
        """Return the holds that are in force.

        Raises:
            LedgerError: a hold's record is of a later version; then nothing may be dropped.
        """
        ended = {r.body.get("hold") for r in self._ledger.records(kind=HOLD_ENDED)}
        return [_hold(r) for r in self._ledger.records(kind=HELD) if r.sequence not in ended]

    def hold(self, name: str, question: Question, *, by: str, reason: str) -> Hold:
        """Put a hold on all records, past and to come, that a question means.

        Raises:
            ConfigurationError: there is such a hold, or it would mean every record.
        """
        if question.empty:
            raise ConfigurationError(
                "a hold must say what it is on", hint="name a purpose, a run …"
            )
        if any(hold.name == name for hold in self.holds()):
            raise ConfigurationError(f"there is a hold {name!r} already")
        body = {"question": question.told(), "by": by, "reason": reason}
        return _hold(self._ledger.append(Event(kind=HELD, subject=name, body=body)))

    def end(self, name: str, *, by: str, reason: str) -> None:
        """End a hold.

        Raises:
            ConfigurationError: there is no such hold.
        """
        ended = {r.body.get("hold") for r in self._ledger.records(kind=HOLD_ENDED)}
        for record in self._ledger.records(kind=HELD, subject=name):
            if record.sequence not in ended:
                body = {"hold": record.sequence, "by": by, "reason": reason}
                event = Event(kind=HOLD_ENDED, subject=name, body=body)
                try:
                    self._ledger.append(event, once=f"{HOLD_ENDED}:{record.sequence}")
                except AlreadyRecorded:  # somebody else ended it at this moment
                    return
                return
        raise ConfigurationError(f"there is no hold {name!r} in force")

    def drop(self, before: datetime, *, by: str, dry: bool = False) -> Dropped:
        """Drop the bodies of records from before a time, but for what is held.

        A hold that begins while this runs may come too late. Doing it again completes what a crash
        interrupted.

        Args:
            before: Time of the first record that stays whole.
            by: Who drops them, for the record.
            dry: Only count.
        """
        self._complete()
        old = list(self._old(before))
        free, held = self._free(old)
        if free and not dry:
            for ranges in _some(list(as_ranges(free))):
                body = {"before": before.isoformat(), "ranges": ranges, "by": by}
                subject = f"records before {before:%Y-%m-%d}"
                self._ledger.append(Event(kind=DROPPED, subject=subject, body=body))
            self._ledger.drop_bodies(free)
        return Dropped(bodies=len(free), held=held)

    def _complete(self) -> None:
        """Drop what is on record as dropped and is still there."""
        records = self._ledger.records(kind=DROPPED)
        told = Ranges(pair for record in records for pair in record.body["ranges"])
        left = [
            record.sequence
            for kind in sorted(DROPPABLE)
            for record in self._ledger.records(kind=kind)
            if not record.dropped and record.sequence in told
        ]
        if left:
            self._ledger.drop_bodies(left)

    def _old(self, before: datetime) -> Iterator[Facts]:
        works: dict[str, Facts] = {}
        for record in self._ledger.records():
            facts = facts_of(record, works.get(record.subject))
            if record.kind.endswith((".intent", ".refused")):
                works[record.subject] = facts
            if record.kind in DROPPABLE and not record.dropped and record.time < before:
                yield facts

    def _free(self, old: Sequence[Facts]) -> tuple[list[int], int]:
        holds = self.holds()
        free = [f.sequence for f in old if not any(h.question.meets(f) for h in holds)]
        return free, len(old) - len(free)


def _hold(record: Record) -> Hold:
    try:
        question = Question.of(record.body["question"])
        by, reason = str(record.body["by"]), str(record.body["reason"])
    except (KeyError, TypeError, ValueError):
        raise LedgerError(
            f"record {record.sequence} is no hold as we write them",
            hint="use the version that wrote it; until then nothing is dropped",
        ) from None
    return Hold(name=record.subject, question=question, since=record.time, by=by, reason=reason)


def _some(ranges: list[Any]) -> Iterator[list[Any]]:
    for begin in range(0, len(ranges), _RANGES):
        yield ranges[begin : begin + _RANGES]
