"""What one consumer got for one purpose: entries of the ledger, each written after one look at all.

An entry is written under a name that says which entry it follows. Two runs that look at the same
entries therefore cannot both write: the second one looks again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import LedgerUnavailable
from sluicegate.model.canonical import digest
from sluicegate.model.events import AlreadyRecorded, Event

if TYPE_CHECKING:
    from sluicegate.ledger import Ledger
    from sluicegate.model.findings import Reason
    from sluicegate.model.identity import RunIdentity

KIND: Final = "extract.charge"
_TRIES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One release, or an attempt at it that got as far as this."""

    sequence: int
    at: float
    """Seconds since 1970, never before the entry that it follows: a clock may be set back."""
    body: Mapping[str, Any]


class Account:
    """The entries of one consumer and purpose.

    A consumer is a pipeline, or whoever runs the command line: names of tasks, runs, outputs and
    working folders can be changed at will and do not count.

    Args:
        ledger: Where they are.
        identity: Who asks.
        purpose: What for.
    """

    def __init__(self, ledger: Ledger, identity: RunIdentity, purpose: str) -> None:
        by_person = identity.orchestrator == "cli" and identity.triggered_by
        name = identity.triggered_by if by_person else identity.pipeline
        self._ledger = ledger
        self._subject = digest([identity.orchestrator, bool(by_person), name, purpose])

    def entries(self, *, seconds: int, least: int) -> list[Entry]:
        """Return the entries of the last ``seconds``, newest first, and ``least`` in any case.

        Raises:
            LedgerUnavailable: the ledger cannot be read.
        """
        found: list[Entry] = []
        for entry in self._newest_first():
            if len(found) >= least and entry.at <= time.time() - seconds:
                break
            found.append(entry)
        return found

    def claim(
        self,
        body: Mapping[str, Any],
        judge: Callable[[Sequence[Entry]], tuple[Reason, ...]],
        *,
        seconds: int,
        least: int,
    ) -> tuple[Reason, ...]:
        """Write an entry, if ``judge`` has nothing against it after the entries that there are.

        Args:
            body: JSON types; no value from the data.
            judge: Is given the entries, newest first; asked again if another run was faster.
            seconds: As for ``entries``.
            least: As for ``entries``, from 1.

        Returns:
            What ``judge`` said; the entry is written if it is empty.

        Raises:
            LedgerUnavailable: the ledger cannot be read or written, or others are always faster.
        """
        for _ in range(_TRIES):
            entries = self.entries(seconds=seconds, least=least)
            reasons = judge(entries)
            if reasons:
                return reasons
            last = entries[0] if entries else Entry(sequence=0, at=0.0, body={})
            event = Event(
                kind=KIND,
                subject=self._subject,
                body={**body, "at": round(max(time.time(), last.at) * 1000)},
            )
            try:
                self._ledger.append(event, once=f"{KIND}:{self._subject}:{last.sequence}")
            except AlreadyRecorded:
                continue
            return ()
        raise LedgerUnavailable(
            "other runs of this consumer are always faster", hint="run fewer of them at once"
        )

    def _newest_first(self) -> Iterator[Entry]:
        for record in self._ledger.records(kind=KIND, subject=self._subject, newest_first=True):
            at = record.body["at"] / 1000
            yield Entry(sequence=record.sequence, at=at, body=record.body)
