"""A topic of evidence: one thing that records show, and which records show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which records are meant: those that fit all that is given."""

    kind: str
    """With ``*``."""
    status: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Of reasons or an error, with ``*``; one must fit one."""
    has: str = ""
    """A part of the body that must not be empty."""
    turns: bool = False
    """Only the first record under another policy than before."""

    def fits(self, entry: Entry) -> bool:
        """Tell whether a record is meant."""
        facts = entry.facts
        return (
            fnmatchcase(facts.kind, self.kind)
            and (not self.status or facts.status in self.status)
            and (not self.codes or any(fnmatchcase(c, p) for c in facts.codes for p in self.codes))
            and (not self.has or bool(entry.record.body.get(self.has)))
            and (not self.turns or entry.turns_policy)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing that records show."""

    name: str
    title: str
    shows: str
    """A sentence for people."""
    records: tuple[Match, ...]

    @classmethod
    def of(cls, name: str, told: Mapping[str, Any]) -> Self:
        """Read what the file of topics tells of one."""
        records = tuple(_match(line) for line in told["records"])
        return cls(name=name, title=told["title"], shows=told["shows"], records=records)

    def fits(self, entry: Entry) -> bool:
        """Tell whether a record belongs to this topic."""
        return any(match.fits(entry) for match in self.records)


def _match(line: Mapping[str, Any]) -> Match:
    several = {name: tuple(line.get(name, ())) for name in ("status", "codes")}
    turns = line.get("turns") == "policy"
    return Match(kind=line["kind"], has=line.get("has", ""), turns=turns, **several)
