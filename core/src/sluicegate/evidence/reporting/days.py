"""Figures per day, week or month: extracts, refusals, findings, approvals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.dossier import Dossier
    from sluicegate.evidence.reporting.entry import Entry

_MOST_DAYS: Final = 62
_MOST_WEEKS: Final = 371
_ENDS: Final = ("extract.outcome", "preview.outcome", "scan.outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One span of time."""

    first: date
    count: int
    sequences: tuple[int, ...]
    """Records that were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One figure over the period."""

    name: str
    title: str
    unit: str
    """``day``, ``week`` (its Monday) or ``month``."""
    bars: tuple[Bar, ...]

    @property
    def total(self) -> int:
        """Sum over the period."""
        return sum(bar.count for bar in self.bars)


def series(dossier: Dossier) -> tuple[Series, ...]:
    """Count what happened in each span of the period; spans without anything are there too."""
    days = [entry.record.time.date() for entry in dossier.entries]
    if not days:
        return ()
    unit = _unit((max(days) - min(days)).days)
    spans = _spans(min(days), max(days), unit)
    return tuple(
        Series(name=name, title=title, unit=unit, bars=_bars(dossier.entries, spans, unit, count))
        for name, (title, count) in _FIGURES.items()
    )


def _bars(
    entries: Sequence[Entry], spans: Sequence[date], unit: str, count: Callable[[Entry], int]
) -> tuple[Bar, ...]:
    numbers: dict[date, int] = dict.fromkeys(spans, 0)
    records: dict[date, list[int]] = {span: [] for span in spans}
    for entry in entries:
        number = count(entry)
        if number:
            span = _begin(entry.record.time.date(), unit)
            numbers[span] += number
            records[span].append(entry.sequence)
    return tuple(
        Bar(first=span, count=numbers[span], sequences=tuple(records[span])) for span in spans
    )


def _unit(days: int) -> str:
    if days <= _MOST_DAYS:
        return "day"
    return "week" if days <= _MOST_WEEKS else "month"


def _begin(day: date, unit: str) -> date:
    if unit == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if unit == "week" else day


def _spans(first: date, last: date, unit: str) -> tuple[date, ...]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(dict.fromkeys(_begin(day, unit) for day in days))


def _released(entry: Entry) -> int:
    facts = entry.facts
    replayed = bool(entry.record.body.get("replayed"))
    return int(facts.kind == "extract.outcome" and facts.status == "released" and not replayed)


def _refused(entry: Entry) -> int:
    facts = entry.facts
    return int(facts.kind.endswith(".refused") or facts.status == "refused")


def _findings(entry: Entry) -> int:
    found = entry.record.body.get("findings")
    if entry.facts.kind not in _ENDS or not isinstance(found, Mapping):
        return 0
    return sum(number for number in found.values() if type(number) is int)


def _approved(entry: Entry) -> int:
    return int(entry.facts.kind == "approval.approved")


_FIGURES: Final[Mapping[str, tuple[str, Callable[[Entry], int]]]] = {
    "extracts": ("Extracts released", _released),
    "refusals": ("Refusals", _refused),
    "findings": ("Findings in results", _findings),
    "approvals": ("Approvals given", _approved),
}
