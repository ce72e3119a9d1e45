"""Guarded extracts tell Airflow's own OpenLineage provider what they read, masked and released."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

SQL = "SELECT id, email, plan FROM customers WHERE city = :city"


def sent(operator: Any, dag_run: Any, state: str, folder: Path) -> dict[str, Any]:
    """Have the provider ask the operator, and send its event through a transport of its own."""
    from airflow.providers.openlineage.extractors.manager import ExtractorManager
    from airflow.providers.openlineage.plugins.adapter import OpenLineageAdapter
    from airflow.utils.state import TaskInstanceState
    from openlineage.client import OpenLineageClient
    from openlineage.client.uuid import generate_new_uuid

    (instance,) = [t for t in dag_run.get_task_instances() if t.task_id == operator.task_id]
    manager: Any = ExtractorManager  # its constructor has no types
    found = manager().extract_metadata(
        dagrun=dag_run, task=operator, task_instance_state=TaskInstanceState(state),
        task_instance=instance,
    )  # fmt: skip
    file = folder / f"{operator.task_id}.jsonl"
    transport = {"type": "file", "log_file_path": str(file), "append": True}
    adapter = OpenLineageAdapter(client=OpenLineageClient(config={"transport": transport}))
    common: dict[str, Any] = {
        "run_id": str(generate_new_uuid()), "job_name": operator.task_id,
        "end_time": "2026-03-01T12:00:00+00:00", "task": found, "owners": ["x"], "tags": [],
        "job_description": None, "nominal_start_time": None, "nominal_end_time": None,
    }  # fmt: skip
    if state == "success":
        adapter.complete_task(run_facets={}, **common)
    else:
        adapter.fail_task(error="it failed", **common)
    event: dict[str, Any] = json.loads(file.read_text())
    return event


def test_the_provider_is_told_lineage_and_gates_without_a_value(
    airflow: Airflow, deployment: Deployment, shop: Any, tmp_path: Path
) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    worked: dict[str, Any] = {}

    class Watched(GuardedExtractOperator):
        def execute(self, context: Any) -> Any:
            worked[self.task_id] = self
            return super().execute(context)

    city = shop.customers["city"][0].as_py()

    def extract(task_id: str, sql: str, **more: Any) -> None:
        Watched(
            task_id=task_id, conn_id="shop_prod", sql=sql, purpose="churn_training",
            output=str(deployment.lake / task_id), **more,
        )  # fmt: skip

    with DAG("t_lineage", schedule=None) as dag:
        extract("good", SQL, parameters={"city": city})
        extract("refused", "DELETE FROM customers")
        extract("breaks", "SELECT CAST(plan AS INTEGER) AS n FROM customers")
    run = airflow.run(dag).dag_run

    event = sent(worked["good"], run, "success", tmp_path)
    assert [i["name"] for i in event["inputs"]] == ["public.customers"]
    (output,) = event["outputs"]
    assert output["name"] == str(deployment.lake / "good")
    fields = output["facets"]["columnLineage"]["fields"]
    (step,) = fields["email"]["inputFields"][0]["transformations"]
    assert (step["masking"], step["description"]) == (True, "pseudonymize")
    tags = {(t["field"], t["key"], t["value"]) for t in output["facets"]["tags"]["tags"]}
    assert ("email", "mask", "pseudonymize") in tags
    assert ("email", "data_class", "email") not in tags
    tests = event["run"]["facets"]["test"]["tests"]
    assert {t["name"] for t in tests} >= {"guardrails", "leak_scan", "canaries"}
    assert {t["status"] for t in tests if t["severity"] == "error"} == {"pass"}
    assert event["job"]["facets"]["sql"]["query"].endswith("city = :city")
    assert event["job"]["facets"]["jobType"]["integration"] == "AIRFLOW"
    emails = [e for e in shop.customers["email"].to_pylist() if e]
    assert not any(e in json.dumps(event) for e in [city, *emails])

    refused, broke = (sent(worked[t], run, "failed", tmp_path) for t in ("refused", "breaks"))
    assert {e["eventType"] for e in (refused, broke)} == {"FAIL"}
    assert refused["outputs"] == broke["outputs"] == []
    gates = {t["name"]: t["status"] for t in refused["run"]["facets"]["test"]["tests"]}
    assert (gates["guardrails"], gates["G02"], gates["leak_scan"]) == ("fail", "fail", "skip")
    assert "test" not in broke["run"]["facets"], "there was no outcome"


def test_a_leak_is_told_to_the_provider_as_a_gate_that_failed(
    airflow: Airflow, deployment: Deployment, tmp_path: Path
) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    worked: list[Any] = []

    class Watched(GuardedExtractOperator):
        def execute(self, context: Any) -> Any:
            worked.append(self)
            return super().execute(context)

    text = deployment.policy.read_text("utf-8")
    assert "email: email" in text
    deployment.policy.write_text(text.replace("email: email", "email: public", 1), "utf-8")
    with DAG("t_lineage_leak", schedule=None) as dag:
        Watched(
            task_id="leaks", conn_id="shop_prod", sql="SELECT email FROM customers",
            purpose="churn_training", output=str(deployment.lake / "leaks"),
        )  # fmt: skip
    run = airflow.run(dag).dag_run
    event = sent(worked[0], run, "failed", tmp_path)
    assert event["outputs"] == []
    gates = {t["name"]: t["status"] for t in event["run"]["facets"]["test"]["tests"]}
    assert (gates["leak_scan"], gates["canaries"]) == ("fail", "pass")
    assert "@" not in json.dumps(event)
