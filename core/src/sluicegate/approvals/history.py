"""Reads an approval's events back into where it stands: a fold, no second store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sluicegate.approvals.state import (
    ApprovalAnswer,
    ApprovalRequest,
    ApprovalState,
    ApprovalStatus,
)
from sluicegate.errors import ApprovalError
from sluicegate.model.decision import ApprovalTerms
from sluicegate.model.events import Record

REQUESTED: Final = "approval.requested"
APPROVED: Final = "approval.approved"
REJECTED: Final = "approval.rejected"
USED: Final = "approval.used"


@dataclass(slots=True, kw_only=True)
class Round:
    """One request and all that followed it, in the order of the ledger."""

    digest: str
    number: int
    body: Mapping[str, Any]
    answers: list[ApprovalAnswer] = field(default_factory=list)
    rejected: bool = False
    used_by: str = ""
    used_at: datetime | None = None
    latest: datetime

    @property
    def terms(self) -> ApprovalTerms:
        """The terms as they were when it was asked."""
        return ApprovalTerms(
            required=int(self.body["required"]),
            approvers=tuple(self.body["approvers"]),
            expires_seconds=int(self.body["expires_seconds"]),
        )

    @property
    def expires_at(self) -> datetime:
        """When an answer stops to count."""
        return datetime.fromisoformat(self.body["expires_at"])

    def status(self, now: datetime) -> ApprovalStatus:
        """Tell where it stands. A clock that went back does not make an expired one count again."""
        if self.rejected:
            return ApprovalStatus.REJECTED
        if self.used_by:
            return ApprovalStatus.USED
        if self.expired(now):
            return ApprovalStatus.EXPIRED
        enough = sum(a.approved for a in self.answers) >= self.terms.required
        return ApprovalStatus.APPROVED if enough else ApprovalStatus.PENDING

    def expired(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return max(now, self.latest) >= self.expires_at

    def state(self, now: datetime) -> ApprovalState:
        """Return what callers see."""
        return ApprovalState(
            digest=self.digest,
            status=self.status(now),
            round=self.number,
            answers=tuple(self.answers),
            required=self.terms.required,
            expires_at=self.expires_at,
            used_at=self.used_at,
        )

    def request(self, now: datetime) -> ApprovalRequest:
        """Return the request as it was asked, with where it stands."""
        return ApprovalRequest(
            digest=self.digest,
            round=self.number,
            terms=self.terms,
            principal=str(self.body["principal"]),
            requester=self.body["requester"],
            owner=self.body["owner"],
            summary=self.body["summary"],
            requested_at=datetime.fromisoformat(self.body["at"]),
            expires_at=self.expires_at,
            work=str(self.body["work"]),
            state=self.state(now),
        )


def rounds_of(records: Iterable[Record]) -> dict[str, Round]:
    """Fold records into the newest round of each digest, in the order they were asked.

    Raises:
        ApprovalError: an approval's record holds something else than we write.
    """
    rounds: dict[str, Round] = {}
    for record in records:
        if not record.kind.startswith("approval."):
            continue
        try:
            _fold(rounds, record)
        except (KeyError, TypeError, ValueError):
            raise ApprovalError(
                f"record {record.sequence} of the ledger is not an approval as we write them",
                hint="verify the ledger, and use the version that wrote it",
            ) from None
    return rounds


def _fold(rounds: dict[str, Round], record: Record) -> None:
    body, at = record.body, datetime.fromisoformat(record.body["at"])
    number, current = int(body["round"]), rounds.get(record.subject)
    if record.kind == REQUESTED:
        if number != (current.number if current else 0) + 1:
            raise ValueError("a round out of order")
        rounds.pop(record.subject, None)
        latest = max(at, current.latest) if current else at
        rounds[record.subject] = Round(
            digest=record.subject, number=number, body=body, latest=latest
        )
        return
    if current is None or number != current.number:
        # An answer that came after the round had ended: it counts for nothing.
        return
    current.latest = max(current.latest, at)
    _answer(current, record.kind, body, at)


def _answer(current: Round, kind: str, body: Mapping[str, Any], at: datetime) -> None:
    """The order in the ledger decides: what follows a rejection or a use counts for nothing."""
    if current.rejected or current.used_by:
        return
    if kind == USED:
        current.used_by, current.used_at = str(body["work"]), at
        return
    if kind not in {APPROVED, REJECTED}:
        raise ValueError("a kind of a later version")
    approved = kind == APPROVED
    current.rejected = not approved
    current.answers.append(
        ApprovalAnswer(
            person=str(body["person"]), approved=approved, at=at, reason=str(body["reason"])
        )
    )
