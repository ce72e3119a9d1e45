"""Runs of a real Airflow as records, and seals over them."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_sluicegate.recorder import Recorder
from sluicegate import RunIdentity, Settings
from sluicegate.errors import LedgerUnavailable
from sluicegate.gate.runs import RunName
from sluicegate.gate.seals import check_seal
from sluicegate.gate.signed_ledger import open_signed_ledger
from sluicegate.model.canonical import digest
from sluicegate.model.events import Event

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

    from sluicegate.ledger import Ledger
    from sluicegate.model.events import Record

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

PLANTED = "jane.roe@example.com"
NAME = "jane_roe"
SQL = "SELECT id, email, plan FROM customers"


@pytest.fixture
def listening(airflow: Airflow) -> Iterator[None]:
    """Register the listener as the entry point of the plugin does."""
    from airflow.listeners.listener import get_listener_manager

    from airflow_provider_sluicegate import listener_records, listeners

    managers: list[Any] = [get_listener_manager()]
    with suppress(ModuleNotFoundError):  # Airflow before 3.3 has one for all
        managers.append(import_module("airflow.sdk.listener").get_listener_manager())
    added = [m for m in managers if listeners not in m.pm.get_plugins()]
    for manager in added:
        manager.add_listener(listeners)
    yield
    for manager in added:
        manager.pm.unregister(listeners)
    listener_records.flush(20)
    listener_records._RECORDER._quiet_until = 0.0  # a ledger that failed was this test's own


class Boom(Exception):
    """What a task of somebody's own raises."""


def dag_of(dag_id: str, deployment: Deployment, *, guarded: bool = True) -> DAG:
    from airflow.sdk import DAG, task

    from airflow_provider_sluicegate import GuardedExtractOperator

    @task
    def tells() -> None:
        raise Boom(f"row = ({PLANTED})")

    @task
    def lies() -> None:
        raise type(f"Error_{NAME}", (Exception,), {})(PLANTED)

    @task
    def skips() -> None:
        from airflow.providers.common.compat.sdk import AirflowSkipException

        raise AirflowSkipException(PLANTED)

    with DAG(dag_id, schedule=None, params={"secret": PLANTED}) as dag:
        tells()
        lies()
        skips()
        if guarded:
            common: dict[str, Any] = {
                "conn_id": "shop_prod",
                "output": f"{deployment.lake}/{dag_id}",
            }
            GuardedExtractOperator(task_id="good", sql=SQL, purpose="churn_training", **common)
            GuardedExtractOperator(task_id="bad", sql=SQL, purpose="unheard_of", **common)
    return dag


def ledger_of(deployment: Deployment) -> Ledger:
    return open_signed_ledger(Settings.load(home=deployment.folder / "home"))


def recorded(deployment: Deployment) -> list[Record]:
    from airflow_provider_sluicegate import listener_records

    assert listener_records.flush(20)
    if not (deployment.folder / "home/ledger.db").exists():
        return []
    with closing(ledger_of(deployment)) as ledger:
        return [r for r in ledger.records() if r.kind.startswith(("run.", "task."))]


def test_a_run_is_told_and_sealed_without_a_value(
    airflow: Airflow, deployment: Deployment, listening: None
) -> None:
    run = airflow.run(dag_of("t_listened", deployment))
    records = recorded(deployment)
    told = {(r.body["task"], r.kind): r.body for r in records if r.kind.startswith("task.")}
    assert set(told) == {
        ("tells", "task.started"), ("tells", "task.failed"),
        ("lies", "task.started"), ("lies", "task.failed"),
        ("skips", "task.started"), ("skips", "task.skipped"),
        ("good", "task.started"), ("good", "task.succeeded"),
        ("bad", "task.started"), ("bad", "task.failed"),
    }, run.why  # fmt: skip
    assert told["tells", "task.failed"]["error"] == "Boom"
    assert told["lies", "task.failed"]["error"] == "Exception", "a type made of a value"
    assert told["bad", "task.failed"]["codes"] == ["POLICY-PURPOSE"]
    assert told["good", "task.started"]["guarded"] is True
    assert told["tells", "task.started"]["guarded"] is False
    assert [r.body["state"] for r in records if r.kind == "run.ended"] == ["failed"]
    assert records[-1].kind == "run.sealed"
    bodies = json.dumps([dict(r.body) for r in records])
    assert NAME not in bodies
    assert PLANTED not in bodies

    name = RunName(orchestrator="airflow", pipeline="t_listened", run=run.dag_run.run_id)
    with closing(ledger_of(deployment)) as ledger:
        report = check_seal(ledger, name)
        assert report.ok, report.fault
        kinds = {record.kind for record in report.records}
        assert {"extract.intent", "extract.verified", "extract.outcome", "extract.refused"} <= kinds
        work = RunIdentity(
            orchestrator="airflow", pipeline="t_listened", task="good", run=run.dag_run.run_id
        ).work_key
        added = Event(kind="extract.outcome", subject=digest(work), body={"rows": 1})
        late = ledger.append(added)
        assert check_seal(ledger, name).late == (late.sequence,)


@pytest.mark.parametrize(
    ("mode", "guarded", "any_record"),
    [("guarded", False, False), ("all", False, True), ("off", True, False)],
)
def test_which_runs_are_told(
    airflow: Airflow,
    deployment: Deployment,
    listening: None,
    mode: str,
    guarded: bool,
    any_record: bool,
) -> None:
    deployment.setting("AIRFLOW__SLUICEGATE__RECORD_RUNS", mode)
    airflow.run(dag_of(f"t_mode_{mode}", deployment, guarded=guarded))
    assert bool(recorded(deployment)) is any_record


def test_a_ledger_that_is_down_breaks_no_task_and_is_counted(
    airflow: Airflow, deployment: Deployment, listening: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk import DAG, task

    from airflow_provider_sluicegate import VerifyOutputOperator, listener_records

    @task
    def works() -> None:
        return None

    with DAG("t_down", schedule=None) as dag:
        works() >> VerifyOutputOperator(task_id="guarded", paths="/nowhere")
    (deployment.folder / "home").mkdir()
    (deployment.folder / "home/ledger.db").mkdir()  # no file can stand there
    lost: list[int] = []
    monkeypatch.setattr(listener_records._RECORDER, "_lost", lost.append)
    began = time.monotonic()
    run = airflow.run(dag)
    assert run.states["works"] == ("success", 1)
    assert sum(lost) >= 3
    assert time.monotonic() - began < 30


def test_without_a_key_nothing_is_told_and_nothing_is_made(
    airflow: Airflow, deployment: Deployment, listening: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLUICEGATE_ROOT_KEY")
    airflow.run(dag_of("t_no_key", deployment, guarded=False))
    deployment.setting("AIRFLOW__SLUICEGATE__RECORD_RUNS", "all")
    airflow.run(dag_of("t_no_key", deployment, guarded=False))
    assert recorded(deployment) == []


def test_a_ledger_is_not_made_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_sluicegate import listener_records

    for name in [n for n in os.environ if n.startswith(("AIRFLOW__SLUICEGATE", "SLUICEGATE"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLUICEGATE_ROOT_KEY", "A" * 43 + "=")
    assert listener_records._open() is None
    assert list(tmp_path.iterdir()) == []


def test_the_manager_of_a_plugin_finds_the_listener() -> None:
    from airflow_provider_sluicegate import listeners
    from airflow_provider_sluicegate.plugin import SluicegatePlugin

    assert listeners in SluicegatePlugin().listeners


# ------------------------------------------------------------------ the recorder alone
class Slow:
    """A ledger that hangs."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def close(self) -> None:
        pass


def test_who_tells_never_waits_longer_than_they_said_and_a_full_queue_drops() -> None:
    slow, lost = Slow(), [0]

    def count(number: int) -> None:
        lost[0] += number

    recorder = Recorder(lambda: slow, lost=count)
    began = time.monotonic()
    assert not recorder.submit(lambda log: log.free.wait(20), wait=0.2)
    assert time.monotonic() - began < 5, "the job takes twenty seconds"
    began = time.monotonic()
    for _ in range(3000):
        recorder.submit(lambda _: None)
    assert time.monotonic() - began < 5, "the scheduler's hook only puts"
    assert lost[0] >= 1900
    assert not recorder.flush(0.1)
    slow.free.set()


def test_a_ledger_that_failed_is_left_alone_for_a_while() -> None:
    opened, lost = [0], [0]

    def fails() -> Any:
        opened[0] += 1
        raise LedgerUnavailable("down")

    def count(number: int) -> None:
        lost[0] += number

    recorder = Recorder(fails, lost=count)
    for _ in range(20):
        recorder.submit(lambda _: None, wait=5)
    assert (opened[0], lost[0]) == (1, 20)


def test_a_fork_begins_empty_and_works() -> None:
    reading, writing = socket.socketpair()
    recorder = Recorder(Slow, lost=lambda _: None)
    assert recorder.submit(lambda _: None, wait=5)
    child = os.fork()
    if child == 0:
        writing.send(b"1" if recorder.submit(lambda _: None, wait=5) else b"0")
        os._exit(0)
    os.waitpid(child, 0)
    assert reading.recv(1) == b"1"
