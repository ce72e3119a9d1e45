"""Reads an approval's events back into where it stands: a fold, no second store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sluicegate.approvals.people import distinct, name_key, people_in, same_person
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

    @property
    def excluded(self) -> tuple[str, ...]:
        """Who asked or owns what was asked for: their consent counts for nothing."""
        return people_in(self.body["requester"], self.body["owner"])

    def consents(self) -> tuple[str, ...]:
        """Who approved and counts, each person once. Checked here again, whoever wrote it."""
        people = (a.person for a in self.answers if a.approved and self.may_approve(a.person))
        return distinct(people)

    def may_approve(self, person: str) -> bool:
        """Tell whether this person's consent counts."""
        named = {name_key(approver) for approver in self.terms.approvers}
        if named and name_key(person) not in named:
            return False
        return not any(same_person(person, other) for other in self.excluded)

    def status(self, now: datetime) -> ApprovalStatus:
        """Tell where it stands. A clock that went back does not make an expired one count again."""
        if self.rejected:
            return ApprovalStatus.REJECTED
        if self.used_by:
            return ApprovalStatus.USED
        if self.expired(now):
            return ApprovalStatus.EXPIRED
        return ApprovalStatus.APPROVED if self.enough else ApprovalStatus.PENDING

    @property
    def enough(self) -> bool:
        """Whether as many people consent as must."""
        return len(self.consents()) >= self.terms.required

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
            approvals=len(self.consents()),
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


def rounds_of(records: Iterable[Record]) -> dict[str, list[Round]]:
    """Fold records into the rounds of each digest, oldest first.

    Raises:
        ApprovalError: an approval's record holds something else than we write.
    """
    rounds: dict[str, list[Round]] = {}
    for record in records:
        if not record.kind.startswith("approval."):
            continue
        try:
            _fold(rounds.setdefault(record.subject, []), record)
        except (KeyError, TypeError, ValueError):
            raise ApprovalError(
                f"record {record.sequence} of the ledger is not an approval as we write them",
                hint="verify the ledger, and use the version that wrote it",
            ) from None
    return {digest: of_digest for digest, of_digest in rounds.items() if of_digest}


def _fold(rounds: list[Round], record: Record) -> None:
    body, at = record.body, datetime.fromisoformat(record.body["at"])
    number = int(body["round"])
    if record.kind == REQUESTED:
        if number != len(rounds) + 1:
            raise ValueError("a round out of order")
        latest = max(at, rounds[-1].latest) if rounds else at
        rounds.append(Round(digest=record.subject, number=number, body=body, latest=latest))
    elif rounds and number == rounds[-1].number:
        rounds[-1].latest = max(rounds[-1].latest, at)
        _answer(rounds[-1], record.kind, body, at)
    # else an answer that came when its round had ended: it counts for nothing


def _answer(current: Round, kind: str, body: Mapping[str, Any], at: datetime) -> None:
    """Add an answer or a use.

    The order in the ledger decides: what follows a rejection or a use counts for nothing.
    """
    if current.rejected or current.used_by:
        return
    if kind == USED:
        if not current.enough:
            raise ValueError("used before it was approved")
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
