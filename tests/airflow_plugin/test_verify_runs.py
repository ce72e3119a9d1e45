"""Files that another task wrote, verified in a real Airflow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

ADDRESS = "nobody.known" + "@example.com"


def dag_of(dag_id: str, **arguments: Any) -> DAG:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import VerifyOutputOperator

    with DAG(dag_id, schedule=None) as dag:
        VerifyOutputOperator(task_id="verify", **arguments)
    return dag


def written(folder: Path, name: str = "part.parquet", **columns: list[str | None]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / name)
    return str(folder)


def test_clean_files_pass_with_their_facts(airflow: Airflow, deployment: Deployment) -> None:
    folder = written(deployment.lake / "clean", plan=["free", "plus", None])
    run = airflow.run(dag_of("v_clean", paths=folder))
    assert run.states == {"verify": ("success", 1)}, run.why
    [(value,)] = airflow.rows(
        "SELECT value FROM xcom WHERE dag_id = 'v_clean' AND key = 'return_value'"
    )
    facts = json.loads(value)
    assert (facts["clean"], facts["files"], facts["attested"]) == (True, 1, False)
    assert facts["rows"] >= 3  # names of files and columns are scanned as rows, too


def test_a_finding_fails_at_once_and_tells_place_and_count_only(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    written(deployment.lake / "leaky", plan=["free"], note=[f"write to {ADDRESS}"])
    run = airflow.run(dag_of("v_leaky", paths=[str(deployment.lake / "leaky")], **quick))
    assert run.states == {"verify": ("failed", 1)}, run.why
    assert "1 × email in 'note'" in run.output
    assert ADDRESS.encode() not in airflow.remains() + run.output.encode()


def test_no_column_is_named_when_a_name_is_itself_a_finding(
    airflow: Airflow, deployment: Deployment
) -> None:
    folder = deployment.lake / "headless"
    folder.mkdir(parents=True)
    # put together here, since Airflow keeps the text of this file in its database
    other, person = "someone.else" + "@example.com", "Marked " + "Person"
    # a CSV file without a header: its first row is taken for the names
    (folder / "rows.csv").write_text(f"{ADDRESS},{person}\n{other},call {other}\n")
    run = airflow.run(dag_of("v_headless", paths=str(folder)))
    assert run.states == {"verify": ("failed", 1)}, run.why
    assert "(column name)" in run.output
    left = airflow.remains() + run.output.encode()
    assert not [v for v in (ADDRESS, other, person) if v.encode() in left]


@pytest.mark.parametrize(
    ("dag_id", "paths"),
    [
        ("v_none", []),
        ("v_empty", ""),
        ("v_blank", [" "]),
        ("v_missing", ["nowhere"]),
        ("v_folder", ["."]),
    ],
)
def test_nothing_to_verify_is_a_failure(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any], dag_id: str, paths: Any
) -> None:
    (deployment.lake / "void").mkdir(parents=True)
    places = {"nowhere": str(deployment.lake / "nowhere"), ".": str(deployment.lake / "void")}
    given = [places.get(p, p) for p in paths] if isinstance(paths, list) else paths
    run = airflow.run(dag_of(dag_id, paths=given, **quick))
    assert run.states == {"verify": ("failed", 1)}, run.why


def test_an_unreadable_file_is_a_failure_that_quotes_nothing(
    airflow: Airflow, deployment: Deployment
) -> None:
    folder = deployment.lake / "broken"
    folder.mkdir(parents=True)
    (folder / "part.parquet").write_text(f"PAR1 {ADDRESS}")
    run = airflow.run(dag_of("v_broken", paths=str(folder)))
    assert run.states == {"verify": ("failed", 1)}, run.why
    assert ADDRESS not in run.output


def test_an_attestation_can_be_required(airflow: Airflow, deployment: Deployment) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator, VerifyOutputOperator

    output = str(deployment.lake / "attested")
    with DAG("t_attested", schedule=None) as dag:
        extract = GuardedExtractOperator(
            task_id="extract",
            conn_id="shop_prod",
            sql="SELECT id, email, plan FROM customers",
            output=output,
            purpose="churn_training",
        )
        extract >> VerifyOutputOperator(task_id="verify", paths=output, require_attestation=True)
    run = airflow.run(dag)
    assert run.states == {"extract": ("success", 1), "verify": ("success", 1)}, run.why

    written(deployment.lake / "attested", "added.parquet", plan=["free"])
    again = airflow.run(dag_of("v_added", paths=output, require_attestation=True))
    assert again.states == {"verify": ("failed", 1)}, again.why
    assert "added.parquet" in again.output

    foreign = written(deployment.lake / "foreign", plan=["free"])
    last = airflow.run(dag_of("v_foreign", paths=foreign, require_attestation=True))
    assert last.states == {"verify": ("failed", 1)}, last.why
