"""Step 2: an approval, when the decision obliges (promise P6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.approvals import ApprovalState, approval_digest
from sluicegate.gate.record import plan_facts
from sluicegate.model.findings import Reason

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.plan import Plan


def missing_consent(
    services: Services, plan: Plan, identity: RunIdentity, *, use: bool
) -> tuple[Reason, str] | None:
    """Return why the plan may not run yet and the digest to approve; ``None`` if it may.

    Args:
        services: The opened parts of the gate.
        plan: What would run.
        identity: Who would run it.
        use: Ask for the approval if there is none, and use it up if there is. Without it, only
        look.

    Raises:
        LedgerUnavailable: the approval cannot be looked up or used; nothing runs.
    """
    terms = plan.decision.obligations.approval
    if terms is None:
        return None
    window = str(plan.decision.valid_until or "")
    digest = approval_digest(plan.digest, plan.decision.policy_digest, identity, window)
    approvals = services.approvals
    state = approvals.state(digest)
    if state is ApprovalState.APPROVED and not use:
        return None
    if use and state in (ApprovalState.APPROVED, ApprovalState.USED):
        if approvals.consume(digest, work_key=identity.work_key):
            return None
        state = approvals.state(digest)
    if use and state is not ApprovalState.PENDING and state is not ApprovalState.REJECTED:
        summary = plan_facts(plan)
        approvals.request(digest=digest, terms=terms, identity=identity, summary=summary)
        state = ApprovalState.PENDING
    return _reason(state, terms.required, terms.approvers, digest), digest


def _reason(state: ApprovalState, required: int, approvers: tuple[str, ...], digest: str) -> Reason:
    who = f" of {', '.join(approvers)}" if approvers else ""
    if state is ApprovalState.REJECTED:
        return Reason(
            code="APPROVAL-REJECTED",
            message="this plan was rejected",
            hint="`sluicegate approvals list` tells by whom and why; change the plan to ask anew",
        )
    short = digest.removeprefix("sha256:")[:16]
    return Reason(
        code="APPROVAL-MISSING",
        message=f"the policy asks for the approval of {required} person(s){who}",
        hint=f"`sluicegate approvals approve {short}`, then run again",
    )
