"""How an extract ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from sluicegate.model.findings import Reason, RedactionCount, ScanSummary
from sluicegate.model.plan import Plan
from sluicegate.model.quality import QualityReport
from sluicegate.model.risk import RiskReport


class Status(StrEnum):
    """The ends an extract can have."""

    PLANNED = "planned"
    """It would run; nothing was asked of the data."""
    RELEASED = "released"
    REFUSED = "refused"
    """Nothing was asked of the data: policy, guardrail or missing approval."""
    QUARANTINED = "quarantined"
    """Rows were read, a leak or a risk was found, nothing was released."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """One released file."""

    name: str
    """Relative to the output folder."""
    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a request. Safe to log, store and show: it holds no value."""

    status: Status
    run_key: str
    """Digest that names this piece of work over its tries."""
    reasons: tuple[Reason, ...] = ()
    plan: Plan | None = None
    rows: int = 0
    bytes: int = 0
    files: tuple[OutputFile, ...] = ()
    types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Column → Arrow type, as it left; empty if no row was read."""
    output: str = ""
    attestation: str = ""
    """Path of the attestation; empty unless released."""
    quarantine: str = ""
    """Folder with the redacted data and the findings; empty unless quarantined."""
    scan: ScanSummary | None = None
    risk: RiskReport | None = None
    """The disclosure risk of the result; ``None`` if no rule asks for it."""
    quality: tuple[QualityReport, ...] = ()
    """How each quality check ended; none if neither policy nor request names one."""
    redactions: tuple[RedactionCount, ...] = ()
    warnings: tuple[Reason, ...] = ()
    """What was noticed while rows came; what was noticed before stands in the plan."""
    blind_spots: tuple[str, ...] = ()
    intent_sequence: int = 0
    outcome_sequence: int = 0
    approval: str = ""
    """Digest to approve, when an approval is what is missing."""
    replayed: bool = False
    """An earlier try of the same run had released already; nothing was read again."""
    seconds: float = 0.0

    @property
    def released(self) -> bool:
        """Whether the output stands."""
        return self.status is Status.RELEASED
