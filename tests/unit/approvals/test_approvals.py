from __future__ import annotations

from typing import Any

import pytest

from sluicegate.approvals import ApprovalStatus
from sluicegate.errors import ApprovalError, LedgerError
from sluicegate.model.canonical import digest
from sluicegate.model.decision import ApprovalTerms
from sluicegate.model.events import Event

WORK = ("airflow", "daily", "customers", "manual__1", "", "")
OTHER_WORK = ("airflow", "daily", "customers", "manual__2", "", "")


def status(desk: Any) -> ApprovalStatus:
    found: ApprovalStatus = desk.approvals.state(desk.digest).status
    return found


# ------------------------------------------------------------------ the straight way


def test_the_straight_way(desk: Any) -> None:
    assert status(desk) is ApprovalStatus.UNKNOWN
    asked = desk.ask()
    assert asked.state.status is ApprovalStatus.PENDING
    assert (asked.round, asked.requester, asked.owner) == (1, "alice", "owen")
    assert asked.principal == "airflow:daily.customers (alice)"
    assert asked.summary == {"source": "shop"}
    assert (asked.expires_at - asked.requested_at).total_seconds() == 3600
    desk.clock.forward(minutes=5)
    answered = desk.approvals.approve(desk.digest, person="Bob", reason="ticket 4711")
    assert answered.status is ApprovalStatus.APPROVED
    (answer,) = answered.answers
    assert (answer.person, answer.at, answer.reason) == ("Bob", desk.clock.now, "ticket 4711")
    assert desk.approvals.consume(desk.digest, work_key=WORK)
    assert status(desk) is ApprovalStatus.USED
    assert desk.kinds() == ["requested", "approved", "used"]


def test_asking_while_it_is_pending_changes_nothing(desk: Any) -> None:
    first = desk.ask()
    desk.clock.forward(minutes=5)
    assert desk.ask() == first
    assert desk.ask(run="manual__2") == first
    assert desk.kinds() == ["requested"]


def test_nothing_passes_before_the_last_consent(desk: Any) -> None:
    assert not desk.approvals.consume(desk.digest, work_key=WORK)
    desk.ask(required=2)
    assert not desk.approvals.consume(desk.digest, work_key=WORK)
    assert desk.approvals.approve(desk.digest, person="bob").status is ApprovalStatus.PENDING
    assert not desk.approvals.consume(desk.digest, work_key=WORK)
    assert desk.approvals.approve(desk.digest, person="carol").approvals == 2
    assert desk.approvals.consume(desk.digest, work_key=WORK)


# ------------------------------------------------------------------ who may answer


@pytest.mark.parametrize(
    "person",
    [
        "alice",
        "ALICE",
        " alice ",
        "ａｌｉｃｅ",
        "alicé",
        "alice@example.com",
        "CORP\\alice",
        "alıce",
        "owen",
        "Owen",
        "owen@example.com",
    ],
)
def test_nobody_approves_what_they_asked_for_or_own(desk: Any, person: str) -> None:
    desk.ask()
    with pytest.raises(ApprovalError, match="asked for or own"):
        desk.approvals.approve(desk.digest, person=person)
    assert desk.kinds() == ["requested"]


@pytest.mark.parametrize("person", ["a\u200blice", "аlice", "", "\n"])
def test_names_that_hide_or_imitate_do_not_approve(desk: Any, person: str) -> None:
    desk.ask()
    with pytest.raises(ApprovalError):
        desk.approvals.approve(desk.digest, person=person)


def test_each_of_several_owners_is_excluded(desk: Any) -> None:
    desk.ask(owner="owen, Bob")
    for person in ("bob", "owen"):
        with pytest.raises(ApprovalError, match="asked for or own"):
            desk.approvals.approve(desk.digest, person=person)


def test_being_named_does_not_help_who_asked(desk: Any) -> None:
    desk.ask(approvers=("Alice", "bob"))
    with pytest.raises(ApprovalError, match="asked for or own"):
        desk.approvals.approve(desk.digest, person="alice")


def test_only_those_named_may_answer(desk: Any) -> None:
    desk.ask(approvers=("Bob", "carol@example.com"))
    for person in ("dave", "carol", "bob@example.com", "bób"):
        with pytest.raises(ApprovalError, match="not among those"):
            desk.approvals.approve(desk.digest, person=person)
        with pytest.raises(ApprovalError, match="not among those"):
            desk.approvals.reject(desk.digest, person=person, reason="no")
    assert desk.approvals.approve(desk.digest, person="BOB ").status is ApprovalStatus.APPROVED


@pytest.mark.parametrize("again", ["bob", "BOB", " bob", "ｂｏｂ", "bob@example.com", "X\\bob"])
def test_a_person_counts_once(desk: Any, again: str) -> None:
    desk.ask(required=2)
    desk.approvals.approve(desk.digest, person="bob")
    with pytest.raises(ApprovalError, match="answered already"):
        desk.approvals.approve(desk.digest, person=again)
    assert status(desk) is ApprovalStatus.PENDING


def test_consents_that_slipped_into_the_ledger_are_judged_again(desk: Any) -> None:
    """Two answers at one moment under two names of one person, and one by who asked."""
    desk.ask(required=2)
    for person in ("bob", "bob@example.com", "alice"):
        body = {"round": 1, "at": desk.clock.now.isoformat(), "person": person, "reason": ""}
        desk.ledger.append(Event(kind="approval.approved", subject=desk.digest, body=body))
    assert status(desk) is ApprovalStatus.PENDING
    assert desk.approvals.state(desk.digest).approvals == 1
    assert not desk.approvals.consume(desk.digest, work_key=WORK)


def test_a_use_that_slipped_into_the_ledger_before_consent_refuses(desk: Any) -> None:
    desk.ask()
    body = {"round": 1, "at": desk.clock.now.isoformat(), "work": digest(list(WORK))}
    desk.ledger.append(Event(kind="approval.used", subject=desk.digest, body=body))
    with pytest.raises(ApprovalError, match="not an approval as we write"):
        desk.approvals.consume(desk.digest, work_key=WORK)


@pytest.mark.parametrize(
    ("terms", "identity"),
    [
        ({"required": 2, "approvers": ("bob",)}, {}),
        ({"required": 2, "approvers": ("bob", "Bob", "bob@example.com")}, {}),
        ({"required": 1, "approvers": ("alice", "owen")}, {}),
        ({"required": 0}, {}),
        ({"required": -1}, {}),
        ({"expires_seconds": 0}, {}),
        ({"expires_seconds": -5}, {}),
        ({"expires_seconds": 10**12}, {}),
    ],
)
def test_terms_that_can_never_be_met_or_always_are_refused(
    desk: Any, terms: dict[str, Any], identity: dict[str, Any]
) -> None:
    with pytest.raises(ApprovalError):
        desk.ask(**terms, **identity)
    assert desk.kinds() == []


# ------------------------------------------------------------------ rejection


def test_a_rejection_needs_a_reason(desk: Any) -> None:
    desk.ask()
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(ApprovalError, match="reason"):
            desk.approvals.reject(desk.digest, person="bob", reason=reason)


def test_a_rejection_is_final_for_the_run(desk: Any) -> None:
    desk.ask()
    desk.approvals.reject(desk.digest, person="bob", reason="no purpose")
    assert status(desk) is ApprovalStatus.REJECTED
    for answer in (desk.approvals.approve, desk.approvals.reject):
        with pytest.raises(ApprovalError, match="final"):
            answer(desk.digest, person="carol", reason="but")
    assert not desk.approvals.consume(desk.digest, work_key=WORK)
    assert desk.ask().state.status is ApprovalStatus.REJECTED  # a retry asks nobody again
    assert desk.ask(try_number=9).round == 1
    again = desk.ask(run="manual__2")
    assert (again.round, again.state.status) == (2, ApprovalStatus.PENDING)


def test_a_rejection_beats_consents_that_were_given(desk: Any) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    desk.approvals.reject(desk.digest, person="carol", reason="wrong table")
    assert not desk.approvals.consume(desk.digest, work_key=WORK)


def test_who_asked_may_take_it_back(desk: Any) -> None:
    desk.ask(approvers=("bob",))
    desk.approvals.reject(desk.digest, person="alice", reason="not needed")
    assert status(desk) is ApprovalStatus.REJECTED


def test_a_consent_of_an_earlier_round_does_not_count_for_the_next(desk: Any) -> None:
    desk.ask(required=2)
    desk.approvals.approve(desk.digest, person="bob")
    desk.approvals.reject(desk.digest, person="carol", reason="no")
    desk.ask(required=2, run="manual__2")
    desk.approvals.approve(desk.digest, person="dave")
    assert status(desk) is ApprovalStatus.PENDING
    desk.approvals.approve(desk.digest, person="bob")
    assert status(desk) is ApprovalStatus.APPROVED


# ------------------------------------------------------------------ time


def test_time_runs_out_for_asking_and_for_using(desk: Any) -> None:
    desk.ask()
    desk.clock.forward(hours=1)
    assert status(desk) is ApprovalStatus.EXPIRED
    for answer in (desk.approvals.approve, desk.approvals.reject):
        with pytest.raises(ApprovalError, match="refusal"):
            answer(desk.digest, person="bob", reason="late")
    assert desk.ask().round == 2
    desk.approvals.approve(desk.digest, person="bob")
    desk.clock.forward(hours=1)
    assert status(desk) is ApprovalStatus.EXPIRED
    assert not desk.approvals.consume(desk.digest, work_key=WORK)


def test_a_clock_that_is_set_back_revives_nothing(desk: Any) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    desk.clock.forward(hours=2)
    desk.ask()  # somebody saw that the first round had expired
    desk.clock.forward(hours=-2)
    assert desk.approvals.state(desk.digest).round == 2
    assert not desk.approvals.consume(desk.digest, work_key=WORK)
    desk.clock.forward(hours=9)
    assert status(desk) is ApprovalStatus.EXPIRED


# ------------------------------------------------------------------ use


def test_retries_of_the_work_pass_until_it_expires_and_other_work_never(desk: Any) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    assert desk.approvals.consume(desk.digest, work_key=WORK)
    assert desk.approvals.consume(desk.digest, work_key=WORK)
    assert not desk.approvals.consume(desk.digest, work_key=OTHER_WORK)
    assert desk.kinds().count("used") == 1
    desk.clock.forward(hours=1)
    assert not desk.approvals.consume(desk.digest, work_key=WORK)


def test_a_retry_still_passes_when_another_run_has_asked_meanwhile(desk: Any) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    assert desk.approvals.consume(desk.digest, work_key=WORK)
    assert desk.ask(run="manual__2").round == 2
    assert desk.approvals.consume(desk.digest, work_key=WORK)
    assert not desk.approvals.consume(desk.digest, work_key=OTHER_WORK)


def test_a_used_approval_takes_no_more_answers(desk: Any) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    desk.approvals.consume(desk.digest, work_key=WORK)
    for answer in (desk.approvals.approve, desk.approvals.reject):
        with pytest.raises(ApprovalError, match="used already"):
            answer(desk.digest, person="carol", reason="late")


def test_work_keys_that_only_look_alike_are_other_work(desk: Any) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    assert desk.approvals.consume(desk.digest, work_key=("a", "b,c"))
    assert not desk.approvals.consume(desk.digest, work_key=("a,b", "c"))
    assert not desk.approvals.consume(desk.digest, work_key=("a", "b", "c"))


def test_a_rejection_between_look_and_use_wins(desk: Any, monkeypatch: Any) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    append = desk.ledger.append

    def rejected_first(event: Event, *, once: str | None = None) -> Any:
        if event.kind == "approval.used":
            body = {
                "round": 1,
                "at": desk.clock.now.isoformat(),
                "person": "carol",
                "reason": "stop",
            }
            append(Event(kind="approval.rejected", subject=event.subject, body=body))
        return append(event, once=once)

    monkeypatch.setattr(desk.ledger, "append", rejected_first)
    assert not desk.approvals.consume(desk.digest, work_key=WORK)


# ------------------------------------------------------------------ what is unknown or odd


def test_what_nobody_asked_for_cannot_be_answered(desk: Any) -> None:
    for answer in (desk.approvals.approve, desk.approvals.reject):
        with pytest.raises(ApprovalError, match="nobody asked"):
            answer(digest("other"), person="bob", reason="yes")
    assert desk.kinds() == []


@pytest.mark.parametrize("name", ["", "sha256:", "abc", "sha256:" + "A" * 64, "x" * 71])
def test_only_whole_digests_are_answered(desk: Any, name: str) -> None:
    for use in (
        desk.approvals.state,
        lambda d: desk.approvals.approve(d, person="bob"),
        lambda d: desk.approvals.consume(d, work_key=WORK),
        lambda d: desk.approvals.request(
            digest=d, terms=ApprovalTerms(), identity=None, summary={}
        ),
    ):
        with pytest.raises(ApprovalError, match="whole digest"):
            use(name)


def test_records_that_we_did_not_write_so_refuse(desk: Any) -> None:
    desk.ask()
    desk.ledger.append(Event(kind="approval.approved", subject=desk.digest, body={"round": 1}))
    with pytest.raises(ApprovalError, match="not an approval as we write"):
        desk.approvals.consume(desk.digest, work_key=WORK)


def test_a_summary_that_is_no_json_is_refused(desk: Any, make_identity: Any) -> None:
    with pytest.raises(LedgerError):
        desk.approvals.request(
            digest=desk.digest,
            terms=ApprovalTerms(),
            identity=make_identity(),
            summary={"x": b"value"},
        )
    assert status(desk) is ApprovalStatus.UNKNOWN


# ------------------------------------------------------------------ looking around


def test_the_newest_are_listed_first_and_by_status(desk: Any, make_digest: Any) -> None:
    first = desk.ask()
    desk.clock.forward(minutes=1)
    desk.digest = make_digest(window="2026-03")
    second = desk.ask()
    assert desk.approvals.list() == (second, first)
    desk.approvals.approve(first.digest, person="bob")
    (approved,) = desk.approvals.list(status=ApprovalStatus.APPROVED)
    assert approved.digest == first.digest
    assert desk.approvals.list(status=ApprovalStatus.PENDING) == (second,)


def test_an_approval_is_found_by_the_beginning_of_its_digest(desk: Any) -> None:
    asked = desk.ask()
    digits = asked.digest.removeprefix("sha256:")
    for prefix in (digits[:12], digits.upper()[:20], f"sha256:{digits[:12]}", f" {asked.digest} "):
        assert desk.approvals.find(prefix) == asked
    for prefix in (digits[:11], "", "%", "sha256:", "g" * 12, digits + "0"):
        with pytest.raises(ApprovalError, match="12 to 64"):
            desk.approvals.find(prefix)
    with pytest.raises(ApprovalError, match="no approval begins"):
        desk.approvals.find("0" * 12)


def test_a_beginning_that_several_share_is_refused(desk: Any) -> None:
    for end in ("0" * 52, "1" * 52):
        desk.digest = f"sha256:{'ab' * 6}{end}"
        desk.ask()
    with pytest.raises(ApprovalError, match="several"):
        desk.approvals.find("ab" * 6)
    assert desk.approvals.find("ab" * 6 + "1").digest.endswith("1")
