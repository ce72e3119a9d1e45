"""Requests for consent and their answers, told as events of the ledger: there is no second store.

Failure mode: closed. What cannot be read or written raises; silence, expiry and doubt are refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sluicegate.approvals.digest import person_key
from sluicegate.approvals.states import Answer, ApprovalRequest, ApprovalState
from sluicegate.errors import ApprovalError
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.canonical import digest as digest_of
from sluicegate.model.events import AlreadyRecorded, Event

if TYPE_CHECKING:
    from sluicegate.model.decision import ApprovalTerms
    from sluicegate.model.events import EventLog, Record
    from sluicegate.model.identity import RunIdentity

_SHORTEST: Final = 12
_LONGEST_REASON: Final = 500


def _now() -> datetime:
    return datetime.now(UTC)


class Approvals:
    """The view of the ledger that answers: may this digest run?

    Args:
        log: The ledger.
        clock: Gives the time, UTC.
    """

    def __init__(self, log: EventLog, clock: Callable[[], datetime] = _now) -> None:
        self._log = log
        self._clock = clock

    def request(
        self,
        *,
        digest: str,
        terms: ApprovalTerms,
        identity: RunIdentity,
        summary: Mapping[str, Any],
    ) -> ApprovalRequest:
        """Ask for consent; while a request is pending, asking again changes nothing.

        Args:
            digest: From ``approval_digest``.
            terms: Of the policy.
            identity: Who asks.
            summary: What the approver sees; JSON types, no values. ``summary["digest"]`` is the
            plan's.
        """
        current = self.find_exactly(digest)
        if current and current.state is ApprovalState.PENDING:
            return current
        number = current.round + 1 if current else 1
        excluded = {n for n in (identity.triggered_by, identity.owner) if n}
        body = {
            "round": number,
            "plan": str(summary.get("digest", "")),
            "required": max(1, terms.required),
            "approvers": list(terms.approvers),
            "excluded": sorted(excluded),
            "requested_by": identity.principal,
            "expires_seconds": terms.expires_seconds,
            "summary": canonical_bytes(summary).decode(),
        }
        once = f"approval:{digest}:{number}"
        with suppress(AlreadyRecorded):  # another try asked at the same moment
            self._log.append(Event(kind="approval.requested", subject=digest, body=body), once=once)
        asked = self.find_exactly(digest)
        assert asked is not None
        return asked

    def state(self, digest: str) -> ApprovalState:
        """Tell where the newest request for ``digest`` stands."""
        current = self.find_exactly(digest)
        return current.state if current else ApprovalState.UNKNOWN

    def list(self) -> tuple[ApprovalRequest, ...]:
        """Return the newest request of every digest, oldest first."""
        asked = self._log.records(kind="approval.requested")
        found = (self.find_exactly(digest) for digest in {r.subject for r in asked})
        return tuple(sorted((r for r in found if r), key=lambda r: r.requested_at))

    def find(self, prefix: str) -> ApprovalRequest:
        """Find a request by its digest or by at least 12 of its hex digits.

        Raises:
            ApprovalError: none or several begin so.
        """
        wanted = prefix.strip().removeprefix("sha256:").lower()
        if len(wanted) < _SHORTEST:
            raise ApprovalError(
                f"a digest is named by at least {_SHORTEST} hex digits",
                hint="`sluicegate approvals list` shows them",
            )
        found = [r for r in self.list() if r.digest.removeprefix("sha256:").startswith(wanted)]
        if len(found) != 1:
            raise ApprovalError(
                "no request has this digest" if not found else "several requests begin so",
                hint="`sluicegate approvals list` shows them",
            )
        return found[0]

    def approve(self, digest: str, *, person: str, reason: str = "") -> ApprovalRequest:
        """Record that ``person`` consents.

        Raises:
            ApprovalError: there is nothing to answer, or this person may not.
        """
        return self._answer(digest, "approved", person, reason)

    def reject(self, digest: str, *, person: str, reason: str) -> ApprovalRequest:
        """Record that ``person`` refuses; that is final for this digest.

        Raises:
            ApprovalError: there is nothing to answer, no reason is given, or this person may not.
        """
        if not reason.strip():
            raise ApprovalError("a rejection needs a reason", hint="--reason TEXT")
        return self._answer(digest, "rejected", person, reason)

    def consume(self, digest: str, *, work_key: tuple[str, ...]) -> bool:
        """Use an approval up for one piece of work.

        Returns:
            Whether the work may run. A retry of the same work may again; any other may not.
        """
        current = self.find_exactly(digest)
        if current is None:
            return False
        work = digest_of(work_key)
        if current.state is ApprovalState.USED:
            return current.used_by == work
        if current.state is not ApprovalState.APPROVED:
            return False
        body = {"round": current.round, "work": work}
        once = f"approval-use:{digest}:{current.round}"
        try:
            self._log.append(Event(kind="approval.used", subject=digest, body=body), once=once)
        except AlreadyRecorded:
            now = self.find_exactly(digest)
            return now is not None and now.used_by == work
        return True

    def find_exactly(self, digest: str) -> ApprovalRequest | None:
        """Return the newest request for ``digest``, told from its records alone."""
        request: ApprovalRequest | None = None
        for record in self._log.records(subject=digest):
            request = _apply(request, record)
        return replace(request, state=self._state(request)) if request else None

    def _state(self, request: ApprovalRequest) -> ApprovalState:
        if any(not answer.approves for answer in request.answers):
            return ApprovalState.REJECTED
        if request.used_by:
            return ApprovalState.USED
        if self._clock() >= request.expires_at:
            return ApprovalState.EXPIRED
        people = {person_key(a.person) for a in request.answers if a.approves}
        enough = len(people) >= request.required
        return ApprovalState.APPROVED if enough else ApprovalState.PENDING

    def _answer(self, digest: str, kind: str, person: str, reason: str) -> ApprovalRequest:
        request = self.find_exactly(digest)
        if request is None:
            raise ApprovalError("nobody asked for this approval")
        if request.state is not ApprovalState.PENDING:
            raise ApprovalError(
                f"this request is {request.state} and takes no more answers",
                hint="run the extract again to ask anew" if request.state is not ApprovalState.REJECTED else "",
            )
        _check_person(request, person)
        body = {"round": request.round, "plan": request.plan, "person": person.strip()}
        body |= {"reason": reason.strip()[:_LONGEST_REASON]}
        once = f"approval-answer:{digest}:{request.round}:{person_key(person)}"
        try:
            self._log.append(Event(kind=f"approval.{kind}", subject=digest, body=body), once=once)
        except AlreadyRecorded:
            raise ApprovalError("this person has answered already; a person counts once") from None
        answered = self.find_exactly(digest)
        assert answered is not None
        return answered


def _check_person(request: ApprovalRequest, person: str) -> None:
    key = person_key(person)
    if not key:
        raise ApprovalError("an answer needs the name of a person")
    if key in {person_key(name) for name in request.excluded}:
        raise ApprovalError(
            "who asks or owns the pipeline cannot answer", hint="somebody else has to"
        )
    if request.approvers and key not in {person_key(name) for name in request.approvers}:
        raise ApprovalError(
            f"{person.strip()!r} is not among those who may answer",
            hint=f"the policy names {', '.join(request.approvers)}",
        )


def _apply(request: ApprovalRequest | None, record: Record) -> ApprovalRequest | None:
    """Fold one record into a request; answers to an earlier round count for nothing."""
    body = record.body
    if record.kind == "approval.requested":
        return ApprovalRequest(
            digest=record.subject,
            round=body["round"],
            plan=body["plan"],
            required=body["required"],
            approvers=tuple(body["approvers"]),
            excluded=tuple(body["excluded"]),
            requested_by=body["requested_by"],
            requested_at=record.time,
            expires_at=record.time + timedelta(seconds=body["expires_seconds"]),
            summary=body["summary"],
        )
    if request is None or body.get("round") != request.round:
        return request
    if record.kind == "approval.used":
        return replace(request, used_by=body["work"])
    if record.kind in {"approval.approved", "approval.rejected"}:
        answer = Answer(
            person=body["person"],
            approves=record.kind == "approval.approved",
            reason=body["reason"],
            time=record.time,
            sequence=record.sequence,
        )
        return replace(request, answers=(*request.answers, answer))
    return request
