"""The record of processing (GDPR Art. 30(1)), one entry a purpose, made of what ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sluicegate.evidence.reporting.markup import Markup, element, record_links, row, table

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.dossier import Dossier
    from sluicegate.evidence.reporting.entry import Entry

_HEADERS: Final = (
    "purpose (b)", "from where (c)", "columns of the result and their masks (c, g)",
    "to where (d)", "records",
)  # fmt: skip
_MISSING: Final = (
    "Not in any record, so to be added by the controller: name and contact (a), categories of "
    "data subjects (c), transfers to third countries (e), time limits for erasure (f)."
)
_TOLD: Final = 40
"""Columns that are named of one purpose; the plan in the record names all."""


@dataclass(slots=True, kw_only=True)
class Processing:
    """What was done for one purpose."""

    relations: set[str] = field(default_factory=set)
    outputs: set[str] = field(default_factory=set)
    masks: dict[str, set[str]] = field(default_factory=dict)
    """Column of the result → what was done to it."""
    sequences: list[int] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Take in one intent."""
        facts = entry.facts
        self.sequences.append(entry.sequence)
        self.outputs |= {facts.output} - {""}
        self.relations |= {f"{facts.source}: {name}" for name in facts.tables}
        plan = entry.record.body.get("plan")
        columns = plan.get("columns") if isinstance(plan, Mapping) else None
        for name, mask in columns.items() if isinstance(columns, Mapping) else ():
            self.masks.setdefault(str(name), set()).add(str(mask))


def by_purpose(dossier: Dossier) -> Mapping[str, Processing]:
    """Gather what ran by purpose."""
    found: dict[str, Processing] = {}
    for entry in dossier.entries:
        if entry.facts.kind == "extract.intent" and entry.facts.purpose:
            found.setdefault(entry.facts.purpose, Processing()).add(entry)
    return dict(sorted(found.items()))


def section(dossier: Dossier) -> Iterator[Markup]:
    """Write the section of the report."""
    found = by_purpose(dossier)
    yield element("h2", "Record of processing (Art. 30(1))", id="processing", class_="page")
    yield element("p", _MISSING, class_="soft")
    if not found:
        yield element("p", "No extract of the period, so no processing.")
        return
    yield table(_HEADERS, (_row(purpose, one) for purpose, one in found.items()))


def _row(purpose: str, done: Processing) -> Markup:
    masks = [f"{name}: {' or '.join(sorted(how))}" for name, how in sorted(done.masks.items())]
    more = [f"and {len(masks) - _TOLD:,} more"] if len(masks) > _TOLD else []
    return row(
        purpose,
        ", ".join(sorted(done.relations)),
        "; ".join([*masks[:_TOLD], *more]),
        ", ".join(sorted(done.outputs)),
        record_links(done.sequences),
    )
