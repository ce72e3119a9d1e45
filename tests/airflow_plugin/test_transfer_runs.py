"""From a database to a table and to S3, and files in and masked files out, in a real Airflow."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow, Deployment
    from tests.conftest import ObjectStore, Postgres

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

POLICY = """
version: 1
name: transfers
sources:
  shop_prod:
    unclassified: refuse
    tables: {public.customers: {columns: {id: public, email: email, plan: public}}}
  exports:
    unclassified: refuse
    tables:
      main.people: {columns: {id: public, email: email, note: free_text}}
      main.visits: {columns: {id: public, day: public}}
  bucket:
    unclassified: refuse
    tables: {main.people: {columns: {id: public, email: email, note: free_text}}}
  warehouse:
    unclassified: refuse
    tables:
      train.clean: {columns: {plan: public}}
      train.leaky: {columns: {note: public}}
      train.closed: {columns: {plan: public}}
classes:
  email: {mask: pseudonymize}
rules:
  - id: look
    effect: scan
    principals: [{orchestrator: airflow, pipeline: t_places}]
    sources: [warehouse]
    tables: [train.clean, train.leaky]
  - id: all
    effect: permit
    principals: [{orchestrator: airflow, pipeline: "t_*"}]
    purposes: [churn_training]
    sources: [shop_prod, exports, bucket]
    tables: ["*.*"]
"""
# put together here, since Airflow keeps the text of this file in its database
SECRET = "secret-of-" + "the-lake"
PERSON = "somebody.written" + "@example.com"
SQL = "SELECT id, email, plan FROM customers WHERE plan = :plan"
DEMANDS: dict[str, Any] = {"not_older_than": "1h", "purposes": "churn_training"}


@pytest.fixture
def warehouse(postgres: Postgres, deployment: Deployment) -> str:
    """Another database, behind the connection ``warehouse``."""
    from tests.airflow_plugin.conftest import connection_json

    deployment.policy.write_text(POLICY)
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA train")
    deployment.setting("AIRFLOW_CONN_WAREHOUSE", connection_json(url))
    return url


@pytest.fixture
def lake(object_store: ObjectStore, deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket that only the connection ``lake`` can ask: nothing in the environment leads to it."""
    bucket = object_store.bucket()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    connection = {
        "conn_type": "aws",
        "login": "test",
        "password": SECRET,
        "extra": {"region_name": "us-east-1", "endpoint_url": object_store.proxy.url},
    }
    deployment.setting("AIRFLOW_CONN_LAKE", json.dumps(connection))
    connection["extra"] = {
        **connection["extra"],  # type: ignore[dict-item]
        "sluicegate_prefix": f"s3://{bucket}/in/",
    }
    deployment.setting("AIRFLOW_CONN_BUCKET", json.dumps(connection))
    return bucket


def people(folder: Path) -> Path:
    folder.mkdir(parents=True)
    table = pa.table({"id": [1, 2], "email": [PERSON, None], "note": [f"ask {PERSON}", "no"]})
    pq.write_table(table, folder / "people.parquet")
    return folder / "people.parquet"


def test_rows_go_to_tables_and_to_s3(
    airflow: Airflow, deployment: Deployment, warehouse: str, lake: str, object_store: ObjectStore
) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import (
        AttestationSensor,
        GuardedTransferOperator,
        RequireAttestationOperator,
    )

    common: dict[str, Any] = {"conn_id": "shop_prod", "sql": SQL, "purpose": "churn_training"}
    with DAG("t_transfer", schedule=None, params={"plan": "free"}) as dag:
        table = GuardedTransferOperator(
            task_id="table",
            destination_conn_id="warehouse",
            destination="train.{{ 'cust' }}omers",
            parameters={"plan": "{{ params.plan }}"},
            **common,
        )
        replaced = GuardedTransferOperator(
            task_id="replaced",
            destination_conn_id="warehouse",
            destination="train.customers",
            parameters={"plan": "plus"},
            output_options={"if_exists": "replace"},
            **common,
        )
        prefixes = GuardedTransferOperator.partial(
            task_id="prefixes", destination_conn_id="lake", **common
        ).expand_kwargs(
            [
                {"destination": f"s3://{lake}/free/", "parameters": {"plan": "free"}},
                {"destination": f"s3://{lake}/plus/", "parameters": {"plan": "plus"}},
            ]
        )
        refused = GuardedTransferOperator(
            task_id="refused",
            destination_conn_id="lake",
            destination="https://lake/x",
            parameters={"plan": "free"},
            **common,
        )
        output = "table://warehouse/train.customers"
        (
            table
            >> RequireAttestationOperator(task_id="first", output=output, demands=DEMANDS)
            >> replaced
            >> RequireAttestationOperator(
                task_id="second",
                output=output,
                demands={"producers": "airflow:t_transfer.replaced"},
            )
            >> AttestationSensor(
                task_id="waited", output=output, demands=DEMANDS, deferrable=True, poke_interval=0.2
            )
            >> prefixes
            >> refused
        )
    before = dict(os.environ)
    run = airflow.run(dag)
    states = run.states
    assert states.pop("refused") == ("failed", 1)
    assert set(states.values()) == {("success", 1)}, run.why
    with psycopg.connect(warehouse) as connection:
        plans = connection.execute("SELECT DISTINCT plan FROM train.customers").fetchall()
        emails = connection.execute("SELECT email FROM train.customers").fetchall()
    assert plans == [("plus",)]
    assert not [e for (e,) in emails if e and "@" in e]
    assert len([k for k in object_store.keys(lake) if k.endswith("attestation.json")]) == 2
    # what a task was lent is gone, and was never shown
    assert {k: v for k, v in os.environ.items() if k.startswith("AWS_")} == {
        k: v for k, v in before.items() if k.startswith("AWS_")
    }
    assert SECRET.encode() not in airflow.remains() + run.output.encode()


def test_files_go_in_and_masked_files_come_out(
    airflow: Airflow, deployment: Deployment, warehouse: str, lake: str, object_store: ObjectStore
) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import MaskFilesOperator

    file = people(deployment.folder / "exports")
    (file.parent / "visits.csv").write_text("id,day\n1,2026-03-01\n")
    deployment.setting(
        "AIRFLOW_CONN_EXPORTS",
        json.dumps({"conn_type": "fs", "extra": {"path": str(file.parent)}}),
    )
    object_store.client.upload_file(str(file), lake, "in/people.parquet")

    out = deployment.lake
    with DAG("t_mask", schedule=None) as dag:
        every = MaskFilesOperator.partial(
            task_id="every", conn_id="exports", purpose="churn_training"
        ).expand_kwargs(
            [
                {"relation": "people", "output": str(out / "people")},
                {"relation": "main.visits", "output": str(out / "visits")},
                {"relation": "people", "columns": ["note", "id"], "output": str(out / "some")},
                {"relation": "peopel", "output": str(out / "misspelt")},
                {"output": str(out / "which")},
                {"relation": "people", "columns": ["nobody"], "output": str(out / "column")},
            ]
        )
        far = MaskFilesOperator(
            task_id="far", conn_id="bucket", output=str(out / "far"), purpose="churn_training"
        )
        far >> every
    run = airflow.run(dag)
    states = run.states
    good = {"far", "every[0]", "every[1]", "every[2]"}
    assert {k for k, (state, _) in states.items() if state == "success"} == good, run.why
    assert {k: v for k, v in states.items() if k not in good} == {
        "every[3]": ("failed", 1),
        "every[4]": ("failed", 1),
        "every[5]": ("failed", 1),
    }
    assert "did you mean people" in run.output
    assert "holds 2 relations" in run.output
    for name in ("people", "far"):
        [part] = (out / name).glob("*.parquet")
        rows = pq.read_table(part).to_pydict()
        assert list(rows) == ["id", "email", "note"]
        assert rows["id"] == [1, 2]
        assert rows["note"] == ["ask {EMAIL}", "no"]
        assert rows["email"][1] is None
    [part] = (out / "some").glob("*.parquet")
    assert pq.read_table(part).column_names == ["note", "id"]
    left = airflow.remains() + run.output.encode()
    left += b"".join(p.read_bytes() for p in out.rglob("*") if p.is_file())
    assert PERSON.encode() not in left


def test_what_others_wrote_is_verified_wherever_it_is(
    airflow: Airflow, deployment: Deployment, warehouse: str, lake: str, object_store: ObjectStore
) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import RequireAttestationOperator, VerifyOutputOperator

    with psycopg.connect(warehouse, autocommit=True) as connection:
        connection.execute("CREATE TABLE train.clean AS SELECT 'gold' AS plan")
        connection.execute("CREATE TABLE train.closed AS SELECT 'gold' AS plan")
        connection.execute(
            "CREATE TABLE train.leaky AS SELECT %s::text AS note", (f"ask {PERSON}",)
        )
    leaky = people(deployment.lake / "leaky")
    put = object_store.client.put_object
    object_store.client.upload_file(str(leaky), lake, "leaky/people.parquet")
    put(Bucket=lake, Key="clean/plan=gold/part.csv", Body=b"id\n1\n")
    put(Bucket=lake, Key=f"named/who={PERSON}/part.csv", Body=b"id\n1\n")
    for day in ("1", "2"):
        (deployment.lake / f"day={day}").mkdir()
        (deployment.lake / f"day={day}" / "part.csv").write_text("id,plan\n1,gold\n")
    good: dict[str, Any] = {
        "table": "table://warehouse/train.clean",
        "prefix": f"s3://{lake}/clean/",
        "pattern": f"{deployment.lake}/day=*/part.csv",
        "several": [f"s3://{lake}/clean/", "table://warehouse/train.clean"],
    }
    bad: dict[str, Any] = {
        "table": "table://warehouse/train.leaky",
        "not_granted": "table://warehouse/train.closed",
        "no_table": "table://warehouse/train.nowhere",
        "no_connection": "table://nowhere/train.clean",
        "prefix": f"s3://{lake}/leaky/",
        "partition": f"s3://{lake}/named/",
        "nothing": f"s3://{lake}/nothing/",
        "pattern": f"{deployment.lake}/nothing/*",
        "scheme": "https://lake/x",
        "one_of_two": [f"s3://{lake}/clean/", str(leaky)],
    }
    with DAG("t_places", schedule=None) as dag:
        for name, paths in good.items():
            VerifyOutputOperator(task_id=f"good_{name}", paths=paths, aws_conn_id="lake")
        for name, paths in bad.items():
            VerifyOutputOperator(task_id=f"bad_{name}", paths=paths, aws_conn_id="lake")
        VerifyOutputOperator(
            task_id="bad_attested", paths=good["several"], require_attestation=True,
            aws_conn_id="lake",
        )  # fmt: skip
        RequireAttestationOperator(task_id="bad_none", output=good["prefix"], aws_conn_id="lake")
    run = airflow.run(dag)
    states = {task: state for task, (state, _) in run.states.items()}
    assert states == {t: "success" if t.startswith("good") else "failed" for t in states}, run.why
    assert len(states) == len(good) + len(bad) + 2
    assert "1 × email in 'note'" in run.output
    assert "no rule" in run.output.lower() or "SCAN" in run.output
    assert run.output.count("there is no attestation") >= 3
    assert PERSON.encode() not in airflow.remains() + run.output.encode()


def test_two_logins_for_s3_in_one_task_are_refused(
    airflow: Airflow, deployment: Deployment, warehouse: str, lake: str, object_store: ObjectStore
) -> None:
    from airflow_provider_sluicegate.aws_connections import asking_as
    from sluicegate.errors import ConfigurationError

    with pytest.raises(ConfigurationError), asking_as("lake", "bucket"):
        pass
    with asking_as("lake", "lake", None, "shop_prod"):
        assert os.environ["AWS_SECRET_ACCESS_KEY"] == SECRET
    deployment.setting(
        "AIRFLOW_CONN_ROLE",
        json.dumps({"conn_type": "aws", "extra": {"role_arn": "arn:aws:iam::1:role/x"}}),
    )
    with pytest.raises(ConfigurationError, match="role_arn"), asking_as("role"):
        pass
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ


def test_a_table_is_found_by_the_name_of_its_source_only(
    airflow: Airflow, deployment: Deployment, warehouse: str
) -> None:
    from airflow_provider_sluicegate.config import airflow_settings
    from airflow_provider_sluicegate.places import reaching
    from sluicegate.errors import ConfigurationError, UnknownNameError

    settings = airflow_settings()
    reached = reaching(settings, "TABLE://warehouse/train.t", "/lake", "s3://lake/x/")
    assert set(reached.sources) - set(settings.sources) == {"warehouse"}
    named = settings.with_sources({"warehouse": "duckdb:///elsewhere.db"})
    assert reaching(named, "table://warehouse/train.t").sources == named.sources
    deployment.connect("renamed", extra={"sluicegate_source": "warehouse"})
    with pytest.raises(ConfigurationError, match="is the source 'warehouse'"):
        reaching(settings, "table://renamed/train.t")
    for place in ("table:///train.t", "table://../train.t", "table://a b/train.t"):
        with pytest.raises(UnknownNameError):
            reaching(settings, place)
