"""Requests for consent, quorum, expiry, single use."""

from sluicegate.approvals.approvals import Approvals
from sluicegate.approvals.digest import approval_digest, person_key
from sluicegate.approvals.states import Answer, ApprovalRequest, ApprovalState

__all__ = [
    "Answer",
    "ApprovalRequest",
    "ApprovalState",
    "Approvals",
    "approval_digest",
    "person_key",
]
