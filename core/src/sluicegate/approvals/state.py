"""What is known of an approval: its request, its answers, where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sluicegate.model.decision import ApprovalTerms


class ApprovalStatus(StrEnum):
    """Where an approval stands. Only ``approved`` lets an extract pass."""

    UNKNOWN = "unknown"
    """Nobody asked for it."""
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """Nobody used it in time, answered or not: a refusal."""
    USED = "used"
    """One piece of work has it; that work's own retries may pass until it expires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAnswer:
    """What one person said."""

    person: str
    approved: bool
    at: datetime
    """UTC."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalState:
    """Where the newest round of an approval stands, with who and when."""

    digest: str
    status: ApprovalStatus
    round: int = 0
    """From 1; 0 if nobody asked."""
    answers: tuple[ApprovalAnswer, ...] = ()
    approvals: int = 0
    """How many people approved whose consent counts."""
    required: int = 0
    """How many people must approve."""
    expires_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRequest:
    """What people are asked to approve."""

    digest: str
    round: int
    terms: ApprovalTerms
    principal: str
    requester: str | None
    """Who triggered the run, if anybody did."""
    owner: str | None
    summary: Mapping[str, Any]
    """What the caller shows to approvers; holds no value from the data."""
    requested_at: datetime
    expires_at: datetime
    work: str
    """Digest of the work key that asked."""
    state: ApprovalState
