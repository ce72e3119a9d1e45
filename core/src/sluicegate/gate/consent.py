"""Step 2: an approval, when the decision obliges (promise P6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sluicegate.approvals import ApprovalStatus, approval_digest
from sluicegate.model.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sluicegate.gate.services import Services
    from sluicegate.model.decision import ApprovalTerms, Decision
    from sluicegate.model.identity import RunIdentity

P = TypeVar("P", bound="Consented")


class Consented(Protocol):
    """A plan that people may have to approve."""

    @property
    def digest(self) -> str:
        """Covers all that decides what happens."""

    @property
    def decision(self) -> Decision:
        """What the policy decided."""


def missing_consent(
    services: Services,
    plan: P,
    identity: RunIdentity,
    *,
    use: bool,
    facts: Callable[[P], Mapping[str, Any]],
) -> tuple[Reason, str] | None:
    """Return why the plan may not run yet and the digest to approve; ``None`` if it may.

    Args:
        services: The opened parts of the gate.
        plan: What would run.
        identity: Who would run it.
        use: Ask for the approval if there is none, and use it up if there is. Without it, only
        look.
        facts: What the people who are asked are told of the plan.

    Raises:
        LedgerUnavailable: the approval cannot be looked up or used; nothing runs.
    """
    terms, digest = plan.decision.obligations.approval, approval_of(plan, identity)
    if terms is None:
        return None
    approvals = services.approvals
    if use and approvals.consume(digest, work_key=identity.work_key):
        return None
    state = approvals.state(digest).status
    if not use and state is ApprovalStatus.APPROVED:
        return None
    if use:
        request = approvals.request(
            digest=digest, terms=terms, identity=identity, summary=facts(plan)
        )
        state = request.state.status
    return _reason(state, terms, digest), digest


def approval_of(plan: Consented, identity: RunIdentity) -> str:
    """Digest to approve; empty if the policy asks for no approval."""
    if plan.decision.obligations.approval is None:
        return ""
    window = str(plan.decision.valid_until or "")
    return approval_digest(plan.digest, plan.decision.policy_digest, identity, window)


def _reason(state: ApprovalStatus, terms: ApprovalTerms, digest: str) -> Reason:
    if state is ApprovalStatus.REJECTED:
        return Reason(
            code="APPROVAL-REJECTED",
            message="this plan was rejected",
            hint="`sluicegate approvals list` tells by whom and why; change the plan to ask anew",
        )
    who = f" of {', '.join(terms.approvers)}" if terms.approvers else ""
    short = digest.removeprefix("sha256:")[:16]
    return Reason(
        code="APPROVAL-MISSING",
        message=f"the policy asks for the approval of {terms.required} person(s){who}",
        hint=f"`sluicegate approvals approve {short}`, then run again",
    )
