"""One extract under way: what its last steps need to know together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.gate.baseline import History
    from sluicegate.gate.services import Services
    from sluicegate.model.events import Record
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.plan import Plan
    from sluicegate.quality import QualityCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A plan that may run, and whose intent is on record."""

    services: Services
    plan: Plan
    identity: RunIdentity
    key: str
    """Digest of the work key: the same over all tries."""
    history: History
    """What is known of the task, to compare with."""
    checks: tuple[QualityCheck, ...]
    """Quality checks, as they were read for the plan."""
    intent: Record
