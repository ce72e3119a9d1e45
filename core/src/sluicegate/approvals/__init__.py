"""Consent of other people, bound to the digest of what they consent to."""

from sluicegate.approvals.approvals import Approvals
from sluicegate.approvals.binding import approval_digest
from sluicegate.approvals.state import (
    ApprovalAnswer,
    ApprovalRequest,
    ApprovalState,
    ApprovalStatus,
)

__all__ = [
    "ApprovalAnswer",
    "ApprovalRequest",
    "ApprovalState",
    "ApprovalStatus",
    "Approvals",
    "approval_digest",
]
