"""A dataset goes from Airflow to Dagster and back: one ledger, one chain."""

import json
from base64 import b64decode
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from sluicegate import Settings
from sluicegate.errors import ConfigurationError
from sluicegate.gate.chain import chain_of
from sluicegate.gate.signed_ledger import open_signed_ledger

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment, Run

pytestmark = [pytest.mark.airflow, pytest.mark.dagster, pytest.mark.postgres, pytest.mark.slow]

TABLES = "{columns: {id: public, plan: public}}"
POLICY = f"""
version: 1
name: two
sources:
  shop_prod: {{tables: {{public.customers: {TABLES}}}}}
  lake: {{unclassified: refuse, tables: {{main.people: {TABLES}, main.plans: {TABLES}}}}}
rules:
  - id: first
    effect: permit
    principals: [{{orchestrator: airflow}}]
    purposes: [training]
    sources: [shop_prod]
    tables: [public.customers]
  - id: further
    effect: permit
    principals: [{{orchestrator: airflow}}, {{orchestrator: dagster}}]
    purposes: [training]
    sources: [lake]
    tables: [main.people, main.plans]
"""


def airflow_dag(dag_id: str, conn_id: str, table: str, output: Path) -> "DAG":
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    with DAG(dag_id, schedule=None) as dag:
        GuardedExtractOperator(
            task_id="extract",
            conn_id=conn_id,
            sql=f"SELECT id, plan FROM {table}",
            output=str(output),
            purpose="training",
        )
    return dag


def dagster_run(deployment: "Deployment", output: Path) -> Any:
    import dagster as dg

    from dagster_sluicegate import SluicegateResource

    @dg.asset
    def plans(
        context: dg.AssetExecutionContext, sluicegate: SluicegateResource
    ) -> dg.MaterializeResult[Any]:
        return sluicegate.extract(
            context,
            source="lake",
            sql="SELECT id, plan FROM people",
            output=str(output),
            purpose="training",
        )

    resource = SluicegateResource(
        home=str(deployment.folder / "home"),
        policy=str(deployment.policy),
        sources={"lake": f"files:///{deployment.lake}?attested=required"},
    )
    return dg.materialize([plans], resources={"sluicegate": resource}, raise_on_error=False)


def manifest_at(output: Path) -> str:
    envelope = json.loads((output / "_SLUICEGATE/attestation.json").read_text())
    statement = json.loads(b64decode(envelope["payload"]))
    return "sha256:" + str(statement["subject"][0]["digest"]["sha256"])


def succeeded(run: "Run") -> bool:
    return run.states == {"extract": ("success", 1)}


def test_one_chain_over_two_orchestrators(airflow: "Airflow", deployment: "Deployment") -> None:
    deployment.policy.write_text(POLICY)
    extra = {"path": str(deployment.lake), "attested": "required"}
    lake = {"conn_type": "fs", "extra": extra}
    deployment.setting("AIRFLOW_CONN_LAKE", json.dumps(lake))
    people, plans = deployment.lake / "people", deployment.lake / "plans"
    last = deployment.folder / "last"

    run = airflow.run(airflow_dag("t_first", "shop_prod", "customers", people))
    assert succeeded(run), run.why
    assert dagster_run(deployment, plans).success
    run = airflow.run(airflow_dag("t_last", "lake", "plans", last))
    assert succeeded(run), run.why

    with closing(open_signed_ledger(Settings.load(home=deployment.folder / "home"))) as ledger:
        chain = chain_of(ledger, str(last))
        assert [release.producer.partition(":")[0] for release in chain] == [
            "airflow", "dagster", "airflow",
        ]  # fmt: skip
        assert [release.producer for release in chain][::2] == [
            "airflow:t_first.extract", "airflow:t_last.extract",
        ]  # fmt: skip
        assert chain == chain_of(ledger, manifest_at(people))
        assert [release.parents for release in chain] == [
            (), (manifest_at(people),), (manifest_at(plans),),
        ]  # fmt: skip

    # what somebody changed in between goes no further, in either direction
    file = next(plans.glob("*.parquet"))
    pq.write_table(pq.read_table(file).slice(1), file)
    run = airflow.run(airflow_dag("t_refused", "lake", "plans", deployment.folder / "refused"))
    assert run.states == {"extract": ("failed", 1)}
    assert "SG-INTEGRITY" in run.output
    (people / "_SLUICEGATE/attestation.json").unlink()
    assert not dagster_run(deployment, deployment.folder / "never").success
    assert not (deployment.folder / "never").exists()
    with (
        closing(open_signed_ledger(Settings.load(home=deployment.folder / "home"))) as ledger,
        pytest.raises(ConfigurationError),
    ):
        chain_of(ledger, str(deployment.folder / "refused"))
