"""What a consumer demands of a release, asked and waited for in a real Airflow."""

from __future__ import annotations

import asyncio
import importlib
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sluicegate.evidence import ATTESTATION, read_envelope, sign_statement

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

DEMANDS: dict[str, Any] = {
    "not_older_than": "1h",
    "purposes": ["churn_training"],
    "sources": "shop_prod",
    "producers": ["airflow:t_*"],
}


def dag_of(dag_id: str, build: Callable[[], object]) -> DAG:
    from airflow.sdk import DAG

    with DAG(dag_id, schedule=None) as dag:
        build()
    return dag


def extract(output: Path, **arguments: Any) -> Any:
    from airflow_provider_sluicegate import GuardedExtractOperator

    return GuardedExtractOperator(
        task_id="extract",
        conn_id="shop_prod",
        sql="SELECT id, email, plan FROM customers",
        output=str(output),
        purpose="churn_training",
        **arguments,
    )


def require(task_id: str, output: Path | str, **arguments: Any) -> Any:
    from airflow_provider_sluicegate import RequireAttestationOperator

    return RequireAttestationOperator(task_id=task_id, output=str(output), **arguments)


def sensor(task_id: str, output: Path | str, **arguments: Any) -> Any:
    from airflow_provider_sluicegate import AttestationSensor

    defaults: dict[str, Any] = {"poke_interval": 0.2, "timeout": 60}
    return AttestationSensor(task_id=task_id, output=str(output), **defaults | arguments)


def age(folder: Path, by: timedelta) -> None:
    """Sign an attestation anew that tells an older release, with the deployment's own key."""
    from airflow_provider_sluicegate.config import airflow_settings
    from sluicegate.gate.services import Services

    services = Services.open(airflow_settings())
    file = folder / ATTESTATION
    statement = read_envelope(file.read_bytes(), services.trusted)
    del statement["predicate"]["inclusion"]  # it proves when the release was
    statement["predicate"]["released_at"] = (datetime.now(UTC) - by).isoformat()
    file.write_bytes(sign_statement(statement, services.signer))
    services.ledger.close()


def returned(airflow: Airflow, dag_id: str, task_id: str) -> Any:
    [(value,)] = airflow.rows(
        "SELECT value FROM xcom WHERE key = 'return_value'"
        f" AND dag_id = '{dag_id}' AND task_id = '{task_id}'"
    )
    return json.loads(value)


@pytest.fixture
def released(airflow: Airflow, deployment: Deployment) -> Path:
    """A release in the lake."""
    folder = deployment.lake / "customers"
    run = airflow.run(dag_of("t_released", lambda: extract(folder)))
    assert run.states == {"extract": ("success", 1)}, run.why
    return folder


def test_a_release_is_asked_for_in_every_way(airflow: Airflow, deployment: Deployment) -> None:
    folder = deployment.lake / "{{ dag.dag_id }}"
    file = deployment.folder / "demands.yaml"
    file.write_text("purposes: [churn_training]\nmin_approvals: 0\n")

    def build() -> None:
        from airflow_provider_sluicegate import RequireAttestationOperator

        made = extract(folder)
        again = RequireAttestationOperator.partial(
            task_id="mapped", demands={"purposes": ["{{ 'churn' }}_training"]}
        ).expand(output=[str(deployment.lake / "t_ways"), str(deployment.lake / "elsewhere")])
        made >> [
            require("plain", folder),
            require("demanded", folder, demands=DEMANDS),
            require("from_file", folder, demands=str(file)),
            require("from_key", folder, demands={"not_older_than": timedelta(hours=1)}),
            sensor("poked", folder, demands=DEMANDS),
            sensor("rescheduled", folder, demands=DEMANDS, mode="reschedule"),
            sensor("deferred", folder, demands=DEMANDS, deferrable=True),
            again,
        ]

    run = airflow.run(dag_of("t_ways", build))
    states = run.states
    assert states.pop("mapped[1]") == ("failed", 1)
    assert set(states.values()) == {("success", 1)}, run.why
    facts = returned(airflow, "t_ways", "demanded")
    assert (facts["rows"], facts["source"], facts["producer"]) == (
        60,
        "shop_prod",
        "airflow:t_ways.extract",
    )
    for task_id in ("poked", "rescheduled", "deferred", "plain"):
        assert returned(airflow, "t_ways", task_id) == facts


def test_what_is_not_as_demanded_fails_at_once_and_tells_which(
    airflow: Airflow, deployment: Deployment, released: Path, quick: dict[str, Any]
) -> None:
    shutil.copytree(released, deployment.lake / "changed")
    (deployment.lake / "changed" / "added.parquet").write_bytes(b"x")
    shutil.copytree(released, deployment.lake / "unsigned")
    text = json.loads((released / ATTESTATION).read_text())
    text["signatures"][0]["keyid"] = "stranger"
    (deployment.lake / "unsigned" / ATTESTATION).write_text(json.dumps(text))
    ways: dict[str, tuple[Path | str, dict[str, Any]]] = {
        "purpose": (released, {"demands": {"purposes": ["marketing"]}}),
        "approvals": (released, {"demands": {"min_approvals": 1}}),
        "misspelt": (released, {"demands": {"purpose": "churn_training"}}),
        "no_file": (released, {"demands": str(deployment.folder / "nowhere.yaml")}),
        "added": (deployment.lake / "changed", {"demands": DEMANDS}),
        "signature": (deployment.lake / "unsigned", {"demands": DEMANDS}),
        "empty": (" ", {}),
        "no_table": ("table://nobody/public.t", {}),
    }

    def build() -> None:
        for name, (output, arguments) in ways.items():
            require(f"r_{name}", output, **arguments, **quick)
            sensor(f"s_{name}", output, **arguments, **quick)
            sensor(f"d_{name}", output, deferrable=True, **arguments, **quick)
        require("r_missing", deployment.lake / "missing", **quick)

    run = airflow.run(dag_of("t_unmet", build))
    assert set(run.states.values()) == {("failed", 1)}, run.why
    for said in (
        "released for the purpose 'churn_training'",
        "0 approval(s), 1 are demanded",
        "did you mean purposes?",
        "added.parquet: the file was not attested",
        "no trusted key signed",
        "no connection is called 'nobody'",
        "there is no attestation",
    ):
        assert said in run.output, said


@pytest.fixture
def meanwhile() -> Iterator[Callable[[Callable[[], bool], Callable[[], None]], None]]:
    """Does something in another thread, as soon as a condition holds."""
    threads = []

    def start(when: Callable[[], bool], do: Callable[[], None]) -> None:
        def work() -> None:
            end = time.monotonic() + 60
            while not when() and time.monotonic() < end:
                time.sleep(0.05)
            do()

        threads.append(threading.Thread(target=work))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join()


def test_sensors_wait_for_what_is_fresh_and_for_nothing_else(
    airflow: Airflow,
    deployment: Deployment,
    released: Path,
    meanwhile: Callable[[Callable[[], bool], Callable[[], None]], None],
) -> None:
    old, fresh = deployment.lake / "old", deployment.lake / "fresh"
    shutil.copytree(released, fresh)
    shutil.copytree(released, old)
    age(old, timedelta(hours=2))
    places = {name: deployment.lake / name for name in ("poked", "deferred", "absent")}
    shutil.copytree(old, places["poked"])
    shutil.copytree(old, places["deferred"])

    def replace(place: Path) -> None:
        time.sleep(1)  # long enough to be waited for
        if place.exists():
            place.rename(place.with_name(f"{place.name}_before"))
        shutil.copytree(fresh, place.with_name("next"))
        place.with_name("next").rename(place)

    def begun(task_id: str) -> bool:
        return bool(
            airflow.rows(
                "SELECT 1 FROM task_instance WHERE dag_id = 't_wait'"
                f" AND task_id = '{task_id}' AND state IN ('running', 'deferred')"
            )
        )

    def build() -> None:
        (
            sensor("poked", places["poked"], demands=DEMANDS)
            >> sensor("deferred", places["deferred"], demands=DEMANDS, deferrable=True)
            >> sensor("absent", places["absent"], demands=DEMANDS, deferrable=True)
            >> sensor("late", old, demands=DEMANDS, timeout=1, soft_fail=True)
        )

    for name, place in places.items():
        meanwhile(partial(begun, name), partial(replace, place))
    run = airflow.run(dag_of("t_wait", build))
    assert run.states == {
        "poked": ("success", 1),
        "deferred": ("success", 1),
        "absent": ("success", 1),
        "late": ("skipped", 1),
    }, run.why
    assert run.output.count("waiting: ") >= 4
    assert "it was released at" in run.output


async def first_event(trigger: Any, seconds: float) -> tuple[Any, int]:
    """Return what a trigger says first, or nothing, and how often the event loop was free."""
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.01)
            turns += 1

    turning = asyncio.create_task(turn())
    try:
        event = await asyncio.wait_for(anext(trigger.run()), seconds)
    except TimeoutError:
        return None, turns
    else:
        return event.payload, turns
    finally:
        turning.cancel()


def test_the_trigger_survives_a_restart_and_never_blocks(
    airflow: Airflow, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_provider_sluicegate.triggers.attestation import AttestationTrigger

    place = deployment.lake / "place"
    given: dict[str, Any] = {"output": str(place), "poke_interval": 0.05, "until": "later"}
    path, arguments = AttestationTrigger(**given).serialize()
    module, _, name = path.rpartition(".")
    again = getattr(importlib.import_module(module), name)(**json.loads(json.dumps(arguments)))
    assert again.serialize() == (path, arguments)
    for variable in ("SLUICEGATE_ROOT_KEY", "AIRFLOW__SLUICEGATE__POLICY"):
        monkeypatch.delenv(variable)  # a triggerer needs neither

    payload, _ = asyncio.run(first_event(again, 0.5))
    assert payload is None
    (place / ATTESTATION).parent.mkdir(parents=True)
    (place / ATTESTATION).write_text("not judged here")
    payload, _ = asyncio.run(first_event(again, 30))
    assert payload["until"] == "later"
    arguments |= {"seen": payload["attestation"]}
    payload, turns = asyncio.run(first_event(AttestationTrigger(**arguments), 1))
    assert payload is None, "it was seen before"
    assert turns > 10

    arguments |= {"output": "table://nobody/public.t"}
    payload, _ = asyncio.run(first_event(AttestationTrigger(**arguments), 30))
    assert "no connection is called 'nobody'" in payload["failed"]


def test_the_trigger_asks_again_what_cannot_be_asked_now(
    airflow: Airflow, deployment: Deployment
) -> None:
    from airflow_provider_sluicegate.triggers.attestation import AttestationTrigger

    deployment.connect("away", host="/nowhere", password="hidden-far-away")
    trigger = AttestationTrigger(output="table://away/public.t", poke_interval=0.05)
    payload, turns = asyncio.run(first_event(trigger, 2))
    assert payload is None
    assert turns > 10
