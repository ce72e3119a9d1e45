"""Lineage events of an extract. Failure mode: open. A broken transport never fails an extract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sluicegate.lineage import EventType, FileTransport, run_event

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import Plan


def emit(
    services: Services,
    kind: EventType,
    plan: Plan,
    identity: RunIdentity,
    outcome: Outcome | None = None,
) -> None:
    """Emit one OpenLineage run event, where the settings name a file for them."""
    path = services.settings.lineage
    if path is None:
        return
    event = run_event(kind, plan=plan, identity=identity, outcome=outcome, time=datetime.now(UTC))
    FileTransport(path).emit(event)
