"""All that the documents about one framework and scope are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sluicegate.evidence.reporting.framework import Control, Framework, all_topics
from sluicegate.evidence.reporting.topic import Topic

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.entry import Entry
    from sluicegate.evidence.reporting.scope import Scope
    from sluicegate.ledger import Checkpoint

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Records of a scope, sorted by what they show."""

    framework: Framework
    scope: Scope
    entries: tuple[Entry, ...]
    """In the order of the ledger."""
    checkpoint: Checkpoint | None
    """That all of them are proven against."""
    shown: Mapping[str, tuple[Entry, ...]]
    """Topic → its records, for each topic that a control of the framework asks for."""

    @classmethod
    def of(
        cls,
        framework: Framework,
        scope: Scope,
        entries: Sequence[Entry],
        checkpoint: Checkpoint | None,
    ) -> Dossier:
        """Sort records by topic."""
        topics = all_topics()
        shown = {
            name: tuple(entry for entry in entries if topics[name].fits(entry))
            for name in framework.topics()
        }
        return cls(
            framework=framework,
            scope=scope,
            entries=tuple(entries),
            checkpoint=checkpoint,
            shown=shown,
        )

    @property
    def start(self) -> datetime:
        """When the period begins: as asked, or the first record."""
        times = [entry.record.time for entry in self.entries]
        return self.scope.since or min(times, default=self.end)

    @property
    def end(self) -> datetime:
        """When the period ends: as asked, or the last record."""
        times = [entry.record.time for entry in self.entries]
        return self.scope.until or max(times, default=self.scope.since or _NEVER)

    @property
    def policies(self) -> Mapping[str, int]:
        """Digest of each policy that was in force → the first record that names it."""
        found: dict[str, int] = {}
        for entry in self.entries:
            if entry.facts.policy:
                found.setdefault(entry.facts.policy, entry.sequence)
        return found

    def topics(self) -> tuple[Topic, ...]:
        """Return the topics of the framework, in their order."""
        return tuple(all_topics()[name] for name in self.shown)

    def of_control(self, control: Control) -> tuple[Entry, ...]:
        """Return the records that support evidence for a control, each once, in order."""
        found = {e.sequence: e for name in control.topics for e in self.shown[name]}
        return tuple(found[sequence] for sequence in sorted(found))
