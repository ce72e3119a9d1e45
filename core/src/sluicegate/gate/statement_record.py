"""What the ledger is told of statements that write, and what it tells of earlier tries.

All records of one statement have one subject, over all tries of its run: ``statement.intent``
before anything is asked, ``statement.changed`` after it ran and before the commit, and
``statement.outcome``. A ``changed`` without an outcome is a try that nobody knows the end of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sluicegate.gate.present import describe_mask
from sluicegate.model.canonical import digest, plain
from sluicegate.model.events import AlreadyRecorded, Event, Record
from sluicegate.model.statement import StatementStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gate.services import Services
    from sluicegate.model.findings import Reason
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.statement import StatementOutcome, StatementPlan, StatementRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What the ledger tells of a statement."""

    executed: Record | None = None
    """The outcome of the try that was committed."""
    open: tuple[Record, ...] = ()
    """Tries that were about to commit, and whose end is not on record."""
    begun: int = 0
    """Tries that came as far as the commit."""


class Told:
    """Writes and reads the records of one statement.

    Args:
        services: The opened parts of the gate.
        run_key: Names the piece of work.
        subject: Names the statement in it.
    """

    def __init__(self, services: Services, run_key: str, subject: str) -> None:
        self._ledger = services.ledger
        self._run_key = run_key
        self._subject = subject

    def intent(self, plan: StatementPlan, identity: RunIdentity, *, dry_run: bool) -> Record:
        """Write before anything is asked of the data."""
        body = {
            "identity": plain(identity),
            "plan": statement_facts(plan),
            "dry_run": dry_run,
        }
        return self._append("intent", body)

    def changed(self, number: int, body: dict[str, Any]) -> Record | None:
        """Write before the commit; ``None`` if another try of the statement is as far already."""
        event = self._event("changed", body)
        try:
            return self._ledger.append(event, once=f"statement:{self._subject}:{number}")
        except AlreadyRecorded:
            return None

    def outcome(self, outcome: StatementOutcome, *, changed: int = 0) -> Record:
        """Write how it ended.

        Args:
            outcome: The end.
            changed: Sequence of the record before the commit; 0 if it did not come so far.
        """
        body = {
            "status": outcome.status.value,
            "plan": outcome.plan.digest if outcome.plan else "",
            "affected_rows": outcome.affected_rows,
            "affected_with_others": outcome.affected_with_others,
            "reasons": [plain(r) for r in outcome.reasons],
            "blind_spots": list(outcome.blind_spots),
            "changed": changed,
        }
        return self._append("outcome", body)

    def failed(self, plan: StatementPlan, code: str, *, changed: int = 0) -> Record:
        """Write that it could not be done, and nothing was changed: the error's code alone."""
        body = {"status": "failed", "plan": plan.digest, "error": code, "changed": changed}
        return self._append("outcome", body)

    def tries(self) -> Tries:
        """Read what earlier tries came to."""
        begun: dict[int, Record] = {}
        executed = None
        for record in self._ledger.records(subject=self._subject):
            if record.kind == "statement.changed":
                begun[record.sequence] = record
            elif record.kind == "statement.outcome":
                begun.pop(int(record.body.get("changed", 0)), None)
                if record.body["status"] == StatementStatus.EXECUTED.value:
                    executed = record
        number = sum(
            r.kind == "statement.changed" for r in self._ledger.records(subject=self._subject)
        )
        return Tries(executed=executed, open=tuple(begun.values()), begun=number)

    def _append(self, what: str, body: dict[str, Any]) -> Record:
        return self._ledger.append(self._event(what, body))

    def _event(self, what: str, body: dict[str, Any]) -> Event:
        kind = f"statement.{what}"
        return Event(kind=kind, subject=self._subject, body={"run": self._run_key} | body)


def statement_subject(run_key: str, plan: StatementPlan, occurrence: int) -> str:
    """Name one statement of one run, over all its tries."""
    return digest({"run": run_key, "plan": plan.digest, "occurrence": occurrence})


def refuse(
    services: Services,
    run_key: str,
    request: StatementRequest,
    identity: RunIdentity,
    reasons: Sequence[Reason],
) -> Record:
    """Write that a statement was refused. It may hold values, so only its keyed digest is kept."""
    body = {
        "identity": plain(identity),
        "source": request.source,
        "purpose": request.purpose,
        "statement": services.keyring.mac("parameters", request.sql.encode()),
        "dry_run": request.dry_run,
        "reasons": [plain(r) for r in reasons],
    }
    return services.ledger.append(Event(kind="statement.refused", subject=run_key, body=body))


def statement_facts(plan: StatementPlan) -> dict[str, Any]:
    """What an auditor, or whoever must consent, asks of a plan."""
    return {
        "digest": plan.digest,
        "source": plan.source,
        "purpose": plan.purpose,
        "kind": plan.kind,
        "shape": plan.shape,
        "changes": [str(t) for t in plan.targets],
        "relations": [str(r) for r in plan.relations],
        "columns": {c.name: describe_mask(c) for c in plan.columns},
        "max_affected_rows": plan.max_affected_rows,
        "policy": plan.decision.policy_digest,
        "rules": list(plan.decision.rules),
        "warnings": [plain(w) for w in plan.warnings],
    }
