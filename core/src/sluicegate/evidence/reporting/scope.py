"""What evidence is asked of: a period, and what else narrows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sluicegate.ledger.question import Facts, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which records are meant. Names may have ``*``; times are UTC."""

    since: datetime | None = None
    """The first moment; from the first record on if not given."""
    until: datetime | None = None
    """The moment after the last; up to the newest checkpoint if not given."""
    dataset: str = ""
    """Output, as it was asked for."""
    person: str = ""
    pipeline: str = ""

    @property
    def narrow(self) -> bool:
        """Whether anything but the period narrows it."""
        return bool(self.dataset or self.person or self.pipeline)

    def in_period(self, time: datetime) -> bool:
        """Tell whether a moment lies in the period."""
        return not (self.since and time < self.since) and not (self.until and time >= self.until)

    def names(self, facts: Facts) -> bool:
        """Tell whether a record is about what is named; its time does not count here."""
        question = Question(output=self.dataset, principal=self.person, pipeline=self.pipeline)
        return question.meets(facts)

    def told(self) -> Iterator[tuple[str, str]]:
        """Name and value of all that was given."""
        for name in ("since", "until"):
            value = getattr(self, name)
            if value:
                yield name, value.isoformat()
        for name in ("dataset", "person", "pipeline"):
            if getattr(self, name):
                yield name, getattr(self, name)
