"""The states of a request for consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ApprovalState(StrEnum):
    """Where a request stands."""

    UNKNOWN = "unknown"
    """Nobody asked."""
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    """Final for this digest."""
    EXPIRED = "expired"
    """Not answered in time, or not used in time: a refusal."""
    USED = "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person said."""

    person: str
    approves: bool
    reason: str
    time: datetime
    sequence: int
    """Record of the ledger that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """One round of asking for consent to one digest."""

    digest: str
    round: int
    """From 1; a new round begins after an earlier one expired or was used."""
    plan: str
    """Digest of the plan."""
    required: int
    approvers: tuple[str, ...]
    excluded: tuple[str, ...]
    """Requester and owner: they cannot approve."""
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    summary: str
    """What would be read and where to, for the approver."""
    answers: tuple[Answer, ...] = ()
    used_by: str = ""
    """Digest of the work that used it up."""
    state: ApprovalState = ApprovalState.PENDING
