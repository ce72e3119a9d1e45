"""The example DAGs do what their first lines say."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from example_dags.shop import Shop
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

EXAMPLES = Path(__file__).parents[2] / "example_dags"
NAMES = ("drop_table_attempt", "guarded_customers", "leaky_orders")


def example(name: str) -> DAG:
    """Import the file anew, as Airflow does: it reads the environment."""
    spec = util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    dag: DAG = module.dag
    return dag


def files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


@pytest.mark.parametrize("name", NAMES)
def test_they_import_with_nothing_set(name: str) -> None:
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("SLUICEGATE", "AIRFLOW_CONN"))}
    command = [sys.executable, "-W", "error::DeprecationWarning:airflow_provider_sluicegate"]
    subprocess.run([*command, str(EXAMPLES / f"{name}.py")], check=True, env=bare)


def test_guarded_customers_releases_masked_rows(
    airflow: Airflow, deployment: Deployment, shop: Shop
) -> None:
    run = airflow.run(example("guarded_customers"))
    assert run.states == {"customers": ("success", 1)}, run.why
    [part] = [p for p in files(deployment.lake) if p.suffix == ".parquet"]
    table = pq.read_table(part)
    assert table.num_rows == shop.orders.num_rows
    raw = {str(v) for v in shop.customers["email"].to_pylist() if v}
    assert raw.isdisjoint(table["email"].to_pylist())


@pytest.mark.parametrize(
    ("name", "task", "told"),
    [("leaky_orders", "orders", "quarantined"), ("drop_table_attempt", "customers", "G03")],
)
def test_the_others_fail_at_once_and_leave_nothing(
    airflow: Airflow, deployment: Deployment, name: str, task: str, told: str
) -> None:
    run = airflow.run(example(name))
    assert run.states == {task: ("failed", 1)}, run.why
    assert told in run.output
    assert not files(deployment.lake)
