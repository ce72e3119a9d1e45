"""Requests, answers and their single use, all of it in the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from sluicegate.approvals.history import (
    APPROVED,
    REJECTED,
    REQUESTED,
    USED,
    Round,
    rounds_of,
)
from sluicegate.approvals.people import (
    checked_name,
    distinct,
    name_key,
    people_in,
    same_person,
)
from sluicegate.approvals.state import ApprovalRequest, ApprovalState, ApprovalStatus
from sluicegate.errors import ApprovalError
from sluicegate.model.canonical import digest as digest_of
from sluicegate.model.events import AlreadyRecorded, Event

if TYPE_CHECKING:
    from sluicegate.model.decision import ApprovalTerms
    from sluicegate.model.events import EventLog
    from sluicegate.model.identity import RunIdentity

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_PREFIX: Final = re.compile(r"[0-9a-f]{12,64}")
_REASON_CHARACTERS: Final = 500
_LONGEST_SECONDS: Final = 366 * 86_400
_ENDED: Final = {
    ApprovalStatus.UNKNOWN: ("nobody asked for this approval", "run the extract; it asks"),
    ApprovalStatus.APPROVED: ("it is approved already", "run the extract again"),
    ApprovalStatus.REJECTED: ("it was rejected, which is final", "another run may ask again"),
    ApprovalStatus.EXPIRED: ("its time is over, which is a refusal", "run the extract; it asks"),
    ApprovalStatus.USED: ("it was used already", "run the extract; it asks again"),
}


class Approvals:
    """Asks for, gives and uses approvals.

    Names of people are taken as the caller gives them: whoever can append to the ledger is
    believed when they say who they are. Failure mode: closed. What the ledger cannot read or
    record is no approval; the ledger's own errors pass through.

    Args:
        log: The ledger, opened so that it checks what it reads.
        clock: Tells the time, UTC.
    """

    def __init__(
        self, log: EventLog, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
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
        """Ask for an approval, or return the request that stands.

        A pending or approved request stands; so does a rejected one for the run that was rejected,
        whose tries cannot ask until somebody gives in. Otherwise a new round begins.

        Args:
            digest: What ``approval_digest`` returned.
            terms: Who must consent.
            identity: Who asks.
            summary: What approvers are shown; JSON types, no value from the data.

        Raises:
            ApprovalError: the terms can never be met.
        """
        _check_digest(digest)
        work = _work(identity.work_key)
        current = self._newest(digest)
        if current and _stands(current, work, self._now()):
            return current.request(self._now())
        _check_terms(terms, identity)
        number = current.number + 1 if current else 1
        body = _request_body(terms, identity, summary, self._now())
        body |= {"round": number, "work": work}
        event = Event(kind=REQUESTED, subject=digest, body=body)
        with suppress(AlreadyRecorded):  # another process asked at the same moment
            self._log.append(event, once=f"{REQUESTED}/{digest}/{number}")
        return self._required(digest).request(self._now())

    def state(self, digest: str) -> ApprovalState:
        """Tell where an approval stands; ``unknown`` if nobody asked for it."""
        _check_digest(digest)
        current = self._newest(digest)
        if current is None:
            return ApprovalState(digest=digest, status=ApprovalStatus.UNKNOWN)
        return current.state(self._now())

    def approve(self, digest: str, *, person: str, reason: str = "") -> ApprovalState:
        """Record that a person consents.

        Raises:
            ApprovalError: there is nothing to approve, or this person may not: they asked, they
                own what was asked for, they are not among those named, or they answered already.
        """
        current = self._answerable(digest)
        name = checked_name(person)
        if any(same_person(name, other) for other in current.excluded):
            raise ApprovalError(
                "nobody approves what they asked for or own",
                hint="ask another person",
            )
        if not current.may_approve(name):
            raise ApprovalError(
                f"{name} is not among those who may approve this",
                hint=f"ask one of: {', '.join(current.terms.approvers)}",
            )
        return self._answer(current, APPROVED, name, reason)

    def reject(self, digest: str, *, person: str, reason: str) -> ApprovalState:
        """Record that a person refuses. It is final, also after others approved, until it is used.

        Those who asked may take their request back this way.

        Raises:
            ApprovalError: there is nothing to reject, no reason is given, or the person is neither
                among those named nor the one who asked.
        """
        if not reason.strip():
            raise ApprovalError("a rejection needs a reason")
        current = self._answerable(digest, ApprovalStatus.APPROVED)
        name = checked_name(person)
        asked = any(same_person(name, other) for other in current.excluded)
        if not asked and not current.may_approve(name):
            raise ApprovalError(
                f"{name} is not among those who may answer this",
                hint=f"ask one of: {', '.join(current.terms.approvers)}",
            )
        return self._answer(current, REJECTED, name, reason)

    def list(self, *, status: ApprovalStatus | None = None) -> tuple[ApprovalRequest, ...]:
        """Return the newest round of every approval, the last asked first."""
        now = self._now()
        requests = (rounds[-1].request(now) for rounds in self._all().values())
        wanted = [r for r in requests if status is None or r.state.status is status]
        return tuple(sorted(wanted, key=lambda r: (r.requested_at, r.digest), reverse=True))

    def find(self, prefix: str) -> ApprovalRequest:
        """Find an approval by at least 12 hex digits of its digest, as a person types them.

        Raises:
            ApprovalError: too short, not hex, or none or several begin so.
        """
        digits = prefix.strip().lower().removeprefix("sha256:")
        if not _PREFIX.fullmatch(digits):
            raise ApprovalError(
                "an approval is named by 12 to 64 hex digits of its digest",
                hint="see `sluicegate approvals list`",
            )
        found = [r for d, r in self._all().items() if d.startswith(f"sha256:{digits}")]
        if len(found) != 1:
            what = "several approvals begin" if found else "no approval begins"
            raise ApprovalError(f"{what} with {digits}", hint="see `sluicegate approvals list`")
        return found[0][-1].request(self._now())

    def consume(self, digest: str, *, work_key: tuple[str, ...]) -> bool:
        """Use an approval for one piece of work.

        Args:
            digest: What was approved.
            work_key: ``RunIdentity.work_key``. A retry of the work that has it passes again until
                the approval expires; another piece of work does not.

        Returns:
            Whether the work may go on. ``False`` for everything but an approval that counts now.

        Raises:
            LedgerUnavailable: the use could not be recorded; the work must not go on.
        """
        _check_digest(digest)
        work, now = _work(work_key), self._now()
        rounds = self._rounds(digest)
        if any(r.used_by == work and not r.expired(now) for r in rounds):
            return True
        if not rounds or rounds[-1].status(now) is not ApprovalStatus.APPROVED:
            return False
        number = rounds[-1].number
        body = {"round": number, "at": now.isoformat(), "work": work}
        event = Event(kind=USED, subject=digest, body=body)
        with suppress(AlreadyRecorded):  # who has it is read below
            self._log.append(event, once=f"{USED}/{digest}/{number}")
        # A rejection or another work's use may have come between: the ledger's order decides.
        return self._rounds(digest)[number - 1].used_by == work

    def _answerable(self, digest: str, *also: ApprovalStatus) -> Round:
        state = self.state(digest)
        if state.status not in {ApprovalStatus.PENDING, *also}:
            message, hint = _ENDED[state.status]
            raise ApprovalError(message, hint=hint)
        return self._required(digest)

    def _answer(self, current: Round, kind: str, name: str, reason: str) -> ApprovalState:
        if kind == APPROVED and any(
            same_person(name, a.person) for a in current.answers if a.approved
        ):
            raise ApprovalError(f"{name} has answered already", hint="ask another person")
        body = {
            "round": current.number,
            "at": self._now().isoformat(),
            "person": name,
            "reason": _checked_reason(reason),
        }
        who = digest_of(name_key(name)) if kind == APPROVED else "first"
        once = f"{kind}/{current.digest}/{current.number}/{who}"
        try:
            self._log.append(Event(kind=kind, subject=current.digest, body=body), once=once)
        except AlreadyRecorded:
            raise ApprovalError("this was answered already at the same moment") from None
        return self.state(current.digest)

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    def _rounds(self, digest: str) -> Sequence[Round]:
        return rounds_of(self._log.records(subject=digest)).get(digest, [])

    def _all(self) -> Mapping[str, Sequence[Round]]:
        # Requests are read first: an answer is never there before what it answers.
        kinds = (REQUESTED, APPROVED, REJECTED, USED)
        records = chain.from_iterable(self._log.records(kind=kind) for kind in kinds)
        return rounds_of(sorted(records, key=lambda record: record.sequence))

    def _newest(self, digest: str) -> Round | None:
        rounds = self._rounds(digest)
        return rounds[-1] if rounds else None

    def _required(self, digest: str) -> Round:
        current = self._newest(digest)
        if current is None:
            raise ApprovalError("the approval vanished from the ledger", hint="verify the ledger")
        return current


def _stands(current: Round, work: str, now: datetime) -> bool:
    status = current.status(now)
    if status is ApprovalStatus.REJECTED:
        return bool(current.body["work"] == work)
    return status in {ApprovalStatus.PENDING, ApprovalStatus.APPROVED}


def _check_terms(terms: ApprovalTerms, identity: RunIdentity) -> None:
    if terms.required < 1 or not 0 < terms.expires_seconds <= _LONGEST_SECONDS:
        raise ApprovalError(
            "the terms of the approval make no sense",
            hint="at least 1 person, and an expiry between 1 second and 366 days",
        )
    excluded = people_in(identity.triggered_by, identity.owner)
    free = [a for a in terms.approvers if not any(same_person(a, e) for e in excluded)]
    able = len(distinct(free))
    if terms.approvers and able < terms.required:
        raise ApprovalError(
            f"{terms.required} people must approve, but only {able} of those named may:"
            " nobody approves what they asked for or own",
            hint="name more approvers in the policy",
        )


def _request_body(
    terms: ApprovalTerms, identity: RunIdentity, summary: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "at": now.isoformat(),
        "expires_at": (now + timedelta(seconds=terms.expires_seconds)).isoformat(),
        "required": terms.required,
        "approvers": list(terms.approvers),
        "expires_seconds": terms.expires_seconds,
        "requester": identity.triggered_by,
        "owner": identity.owner,
        "principal": identity.principal,
        "summary": dict(summary),
    }


def _work(work_key: tuple[str, ...]) -> str:
    return digest_of(list(work_key))


def _check_digest(digest: str) -> None:
    if not _DIGEST.fullmatch(digest):
        raise ApprovalError(
            "an approval is named by its whole digest, sha256: and 64 hex digits",
            hint="`find` takes the beginning of one",
        )


def _checked_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if len(text) > _REASON_CHARACTERS or not text.isprintable():
        raise ApprovalError(f"a reason has at most {_REASON_CHARACTERS} printable characters")
    return text
