"""A task reads exactly the release that an asset's event tells of."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]


def dag_of(dag_id: str, deployment: Deployment, seen: dict[str, Any]) -> DAG:
    from airflow.sdk import DAG, Asset, get_current_context, task

    from airflow_provider_sluicegate import GuardedExtractOperator
    from airflow_provider_sluicegate.assets import release_of

    people, nobody = Asset(f"{dag_id}_people"), Asset(f"{dag_id}_nobody")
    output = deployment.lake / dag_id

    def reads(asset: Asset, **demands: Any) -> dict[str, Any]:
        return release_of(get_current_context(), asset, demands=demands)

    @task(inlets=[people, nobody])
    def good() -> None:
        seen.update(reads(people, purposes=["churn_training"], not_older_than="1h"))

    @task(inlets=[people])
    def other_purpose() -> None:
        reads(people, purposes=["marketing"])

    @task(inlets=[nobody])
    def no_event() -> None:
        reads(nobody)

    @task(outlets=[nobody])
    def lies(**context: Any) -> None:
        """Tell of a release that nobody made, as whoever may call the API could."""
        told = {"output": str(output), "manifest": "sha256:" + "0" * 64}
        context["outlet_events"][nobody].extra = {"sluicegate": told}

    @task(inlets=[nobody])
    def believes() -> None:
        reads(nobody)

    @task
    def swaps() -> None:
        """Put another whole release where the first one was."""
        shutil.rmtree(output)
        shutil.move(f"{output}_other", output)

    @task(inlets=[people])
    def after_swap() -> None:
        reads(people)

    def extract(task_id: str, place: Path, **more: Any) -> Any:
        return GuardedExtractOperator(
            task_id=task_id,
            conn_id="shop_prod",
            sql=f"SELECT id, plan FROM customers LIMIT {len(task_id)}",
            output=str(place),
            purpose="churn_training",
            **more,
        )

    with DAG(dag_id, schedule=None) as dag:
        first = extract("extract", output, outlets=[people])
        second = extract("other", Path(f"{output}_other"))
        read = [good(), other_purpose(), no_event()]
        believer = believes()
        read[2] >> lies() >> believer
        for one in read:
            one << first
        after = after_swap()
        swap = swaps()
        for one in (*read, believer):
            swap << one
        second >> swap >> after
        for late in (swap, after, dag.get_task("lies"), believer):
            operator: Any = getattr(late, "operator", late)
            operator.trigger_rule = "all_done"
    return dag


def test_the_event_says_which_and_the_attestation_whether(
    airflow: Airflow, deployment: Deployment
) -> None:
    seen: dict[str, Any] = {}
    run = airflow.run(dag_of("t_assets", deployment, seen))
    states = {task: state for task, (state, _) in run.states.items()}
    assert states == {
        "extract": "success", "other": "success", "good": "success", "other_purpose": "failed",
        "no_event": "failed", "lies": "success", "believes": "failed", "swaps": "success",
        "after_swap": "failed",
    }, run.why  # fmt: skip
    assert seen["output"] == str(deployment.lake / "t_assets")
    assert seen["rows"] == len("extract")
    assert "tells of a release" in run.output
