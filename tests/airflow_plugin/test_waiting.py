"""Tasks that wait for an approval, in a real Airflow over a real ledger."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_sluicegate.failures import Failed
from airflow_provider_sluicegate.waiting import deadline_of
from sluicegate import Settings
from sluicegate.approvals import Approvals, ApprovalStatus
from sluicegate.gate.signed_ledger import open_signed_ledger

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

    from sluicegate.ledger import Ledger

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

SQL = "SELECT id, email, plan FROM customers WHERE city = :city"


@pytest.fixture
def asking(deployment: Deployment) -> Deployment:
    """A policy that asks dana or lee."""
    text = deployment.policy.read_text("utf-8")
    one = "    purposes: [churn_training]\n"
    assert one in text
    rule = f"{one}    approval: {{required: 1, approvers: [dana, lee], expires: 1h}}\n"
    deployment.policy.write_text(text.replace(one, rule, 1), "utf-8")
    return deployment


def dag_of(dag_id: str, deployment: Deployment, **arguments: Any) -> DAG:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    given: dict[str, Any] = {
        "task_id": "extract",
        "conn_id": "shop_prod",
        "sql": SQL,
        "parameters": {"city": "Utrecht"},
        "output": str(deployment.lake / dag_id),
        "purpose": "churn_training",
        "wait_for_approval": timedelta(seconds=60),
        "approval_poll_seconds": 0.1,
        "retries": 2,
        "retry_delay": timedelta(0),
    }
    with DAG(dag_id, schedule=None) as dag:
        GuardedExtractOperator(**given | arguments)
    return dag


@contextmanager
def ledger(deployment: Deployment) -> Iterator[Ledger]:
    with closing(open_signed_ledger(Settings.load(home=deployment.folder / "home"))) as opened:
        yield opened


@contextmanager
def people(
    deployment: Deployment, *answers: Callable[[Approvals, str], Any]
) -> Iterator[list[str]]:
    """Let people answer each pending request in turn, beside the run; gives the digests."""
    seen: list[str] = []
    stop = threading.Event()

    def answer() -> None:
        rest = list(answers)
        while rest and not stop.wait(0.1):
            if not (deployment.folder / "home/ledger.db").exists():
                continue
            with ledger(deployment) as opened:
                approvals = Approvals(opened)
                for request in approvals.list(status=ApprovalStatus.PENDING):
                    if request.digest not in seen:
                        seen.append(request.digest)
                        time.sleep(0.3)  # the trigger looks meanwhile
                        rest.pop(0)(approvals, request.digest)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def yes(approvals: Approvals, digest: str) -> None:
    approvals.approve(digest, person="dana")


def no(approvals: Approvals, digest: str) -> None:
    approvals.reject(digest, person="lee", reason="not agreed")


def test_a_task_waits_and_releases_what_was_approved(airflow: Airflow, asking: Deployment) -> None:
    told: list[str] = []
    from airflow_provider_sluicegate.notifications.sluicegate import SluicegateNotifier

    notifier = SluicegateNotifier(told.append)
    with people(asking, yes) as digests:
        run = airflow.run(dag_of("t_waits", asking, approval_notifiers=[notifier]))
    assert run.states == {"extract": ("success", 1)}, run.why
    assert len(digests) == 1
    attested = json.loads((asking.lake / "t_waits/_SLUICEGATE/attestation.json").read_text())
    assert attested["payload"]
    with ledger(asking) as opened:
        kinds = [r.kind for r in opened.records()]
        [used] = opened.records(kind="approval.used")
        assert used.subject == digests[0]
    assert (
        kinds.index("extract.refused")
        < kinds.index("approval.approved")
        < kinds.index("extract.intent")
    )
    [message] = told
    assert message.startswith("t_waits.extract in ")
    assert f"approve {digests[0]}" in message


def test_a_rejection_fails_at_once_and_is_not_retried(airflow: Airflow, asking: Deployment) -> None:
    with people(asking, no):
        run = airflow.run(dag_of("t_rejected", asking))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "APPROVAL-REJECTED" in run.output
    assert not (asking.lake / "t_rejected").exists()


def test_silence_is_a_refusal(airflow: Airflow, asking: Deployment) -> None:
    began = time.monotonic()
    run = airflow.run(dag_of("t_silence", asking, wait_for_approval=timedelta(seconds=2)))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "APPROVAL-MISSING" in run.output
    assert 2 <= time.monotonic() - began < 30
    assert not (asking.lake / "t_silence").exists()


def test_a_plan_that_changed_while_it_waited_asks_anew(
    airflow: Airflow, asking: Deployment
) -> None:
    def widen(approvals: Approvals, digest: str) -> None:
        text = asking.policy.read_text("utf-8")
        asking.policy.write_text(text.replace("expires: 1h", "expires: 2h"), "utf-8")
        yes(approvals, digest)

    with people(asking, widen, yes) as digests:
        run = airflow.run(dag_of("t_changed", asking))
    assert run.states == {"extract": ("success", 1)}, run.why
    assert len(set(digests)) == 2
    with ledger(asking) as opened:
        assert [r.subject for r in opened.records(kind="approval.used")] == [digests[1]]


def test_without_the_argument_it_is_refused_at_once(airflow: Airflow, asking: Deployment) -> None:
    run = airflow.run(dag_of("t_at_once", asking, wait_for_approval=None))
    assert run.states == {"extract": ("failed", 1)}, run.why


def test_a_triggerer_without_a_ledger_wakes_the_task_which_is_refused(
    airflow: Airflow, asking: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_sluicegate.triggers import approval
    from sluicegate.errors import ConfigurationError

    def wrong(_: str | None) -> Settings:
        raise ConfigurationError("the settings file does not exist")

    monkeypatch.setattr(approval, "unmasked_settings", wrong)
    run = airflow.run(dag_of("t_blind", asking))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "the triggerer cannot look for the approval: SG-CONFIG" in run.output


def test_what_is_kept_while_it_waits_is_a_digest_and_a_time(asking: Deployment) -> None:
    from airflow.providers.common.compat.sdk import TaskDeferred

    from airflow_provider_sluicegate.waiting import wait_if_missing
    from sluicegate import Outcome, Reason, Status

    [task] = dag_of("t_kept", asking).tasks
    outcome = Outcome(
        status=Status.REFUSED,
        run_key="r",
        approval="sha256:" + "a" * 64,
        reasons=(Reason(code="APPROVAL-MISSING", message="m"),),
    )
    operator: Any = task
    with pytest.raises(TaskDeferred) as caught:
        wait_if_missing(operator, outcome, {}, wait=timedelta(hours=1), poll_seconds=1)
    path, kwargs = caught.value.trigger.serialize()
    assert path == "airflow_provider_sluicegate.triggers.approval.ApprovalTrigger"
    assert set(kwargs) == {"digest", "deadline", "poll_seconds", "pause", "sluicegate_conn_id"}
    assert set(caught.value.kwargs or {}) == {"deadline"}


@pytest.mark.parametrize("event", [None, {}, "text", {"deadline": "soon"}, {"deadline": None}])
def test_a_wait_of_which_nothing_is_known_is_a_refusal(event: Any) -> None:
    with pytest.raises(Failed, match="since when"):
        deadline_of(event, None, timedelta(hours=1))


def test_nobody_lengthens_a_wait(asking: Deployment) -> None:
    far = (datetime.now(UTC) + timedelta(days=900)).isoformat()
    until = deadline_of({"deadline": far}, far, timedelta(hours=1))
    assert until <= datetime.now(UTC) + timedelta(hours=1)


def test_a_ledger_that_hangs_does_not_hold_up_other_triggers(
    asking: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_sluicegate.triggers.approval import ApprovalTrigger

    with ledger(asking):
        pass
    until = (datetime.now(UTC) + timedelta(seconds=1.5)).isoformat()
    trigger = ApprovalTrigger("sha256:" + "b" * 64, until, 0.1)

    def hangs() -> str:
        time.sleep(0.5)
        return "pending"

    monkeypatch.setattr(trigger, "_look", hangs)

    async def beside() -> tuple[list[float], Any]:
        gaps, last = [], time.monotonic()
        events = trigger.run()
        waiting = asyncio.ensure_future(anext(events))
        while not waiting.done():
            await asyncio.sleep(0.01)
            now = time.monotonic()
            gaps.append(now - last)
            last = now
        return gaps, waiting.result()

    gaps, event = asyncio.run(beside())
    assert max(gaps) < 0.3
    assert event.payload["status"] == "over"
