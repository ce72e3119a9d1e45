"""Guarded extracts in a real Airflow against a real PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pyarrow.parquet as pq
import pytest
from sqlalchemy.engine import make_url

from folder_content import contents
from sluicegate import ExtractRequest, Gate, RunIdentity

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from example_dags.shop import Shop
    from tests.airflow_plugin.conftest import Airflow, Deployment, Run
    from tests.conftest import Postgres

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

SQL = "SELECT id, email, phone, plan, notes FROM customers WHERE city = :city"
LITTLE_POLICY = """
version: 1
name: little
sources:
  little:
    unclassified: refuse
    tables: {main.people: {columns: {id: public, plan: public}}}
rules:
  - id: all
    effect: permit
    principals: [{orchestrator: airflow, pipeline: "t_*"}]
    purposes: [churn_training]
    sources: [little]
    tables: [main.people]
"""
SLOW = """
CREATE TABLE nap AS SELECT 30.0 AS seconds;
ALTER TABLE customers RENAME TO people;
CREATE VIEW customers AS
SELECT people.* FROM people WHERE (SELECT pg_sleep(seconds) FROM nap) IS NOT NULL;
GRANT SELECT ON customers TO sluicegate_reader;
"""
ALL = "SELECT id, email, phone, plan, notes FROM customers"


def dag_of(dag_id: str, deployment: Deployment, **arguments: Any) -> DAG:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    defaults: dict[str, Any] = {
        "task_id": "extract",
        "conn_id": "shop_prod",
        "sql": ALL,
        "output": str(deployment.lake / dag_id),
        "purpose": "churn_training",
    }
    with DAG(dag_id, schedule=None, tags=["team:growth"]) as dag:
        GuardedExtractOperator(**defaults | arguments)
    return dag


def released(folder: Path) -> Any:
    return pq.ParquetDataset(sorted(folder.glob("*.parquet"))).read()


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def nothing_at(deployment: Deployment) -> bool:
    return (
        not [p for p in deployment.lake.rglob("*") if p.is_file()]
        if deployment.lake.exists()
        else True
    )


def leaks(shop: Shop, run: Run, airflow: Airflow, deployment: Deployment) -> dict[str, int]:
    """Count planted values in everything that is left, but for the policy and the key."""
    from example_dags.shop import planted

    files = b"".join(contents(deployment.folder).values())
    return planted(shop).found_in(airflow.remains() + run.output.encode() + files)


def test_a_release(airflow: Airflow, deployment: Deployment, shop: Shop) -> None:
    from airflow.sdk import Asset

    dag = dag_of("t_release", deployment, outlets=[Asset("people_out")])
    run = airflow.run(dag)
    assert run.states == {"extract": ("success", 1)}, run.why
    table = released(deployment.lake / "t_release")
    assert table.num_rows == shop.customers.num_rows
    assert set(table["email"].to_pylist()).isdisjoint(
        filter(None, shop.customers["email"].to_pylist())
    )
    assert (deployment.lake / "t_release/_SLUICEGATE/attestation.json").is_file()

    [(value,)] = airflow.rows(
        "SELECT value FROM xcom WHERE dag_id = 't_release' AND key = 'return_value'"
    )
    facts = json.loads(value)
    assert (facts["status"], facts["rows"]) == ("released", 60)
    assert facts["masks"]["email"] == "pseudonymize"
    [(extra,)] = airflow.rows("SELECT extra FROM asset_event WHERE source_dag_id = 't_release'")
    assert json.loads(extra)["sluicegate"] == facts
    assert "sluicegate released 60 rows" in run.output
    assert leaks(shop, run, airflow, deployment) == {}


def test_options_say_how_it_is_written(airflow: Airflow, deployment: Deployment) -> None:
    options = {"format": "{{ 'c' }}sv", "partition_by": ["plan"]}
    dag = dag_of("t_options", deployment, output_options=options)
    run = airflow.run(dag)
    assert run.states == {"extract": ("success", 1)}, run.why
    names = sorted(p.name for p in (deployment.lake / "t_options").glob("plan=*/part-*.csv"))
    assert names
    assert len(names) == len(set(names))


def test_options_that_are_wrong_fail_the_task(airflow: Airflow, deployment: Deployment) -> None:
    run = airflow.run(dag_of("t_wrong_options", deployment, output_options={"fromat": "csv"}))
    assert run.states == {"extract": ("failed", 1)}
    assert "no output option is called 'fromat'" in run.output
    assert nothing_at(deployment)


def test_the_identity_of_a_real_run_is_in_the_attestation(
    airflow: Airflow, deployment: Deployment
) -> None:
    import base64
    import hashlib

    dag = dag_of("t_identity", deployment)
    run = airflow.run(dag)
    assert run.states == {"extract": ("success", 1)}, run.why
    envelope = json.loads(
        (deployment.lake / "t_identity/_SLUICEGATE/attestation.json").read_text("utf-8")
    )
    statement = base64.b64decode(envelope["payload"]).decode()
    digest = "sha256:" + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    for part in (
        run.dag_run.run_id,
        "t_identity",
        "growth",
        "dag_test",
        '"asserted"',
        digest,
        "sluicegate_reader",
    ):
        assert part in statement, part


def test_masked_values_equal_those_of_the_gate_itself(
    airflow: Airflow, deployment: Deployment, shop_url: str
) -> None:
    from airflow_provider_sluicegate.config import airflow_settings

    run = airflow.run(dag_of("t_same", deployment))
    assert run.states == {"extract": ("success", 1)}, run.why
    request = ExtractRequest(
        source="shop_prod",
        sql=ALL,
        purpose="churn_training",
        output=str(deployment.lake / "direct"),
    )
    identity = RunIdentity(orchestrator="cli", pipeline="p", task="t", run="r", environment="test")
    with Gate.open(airflow_settings().with_sources({"shop_prod": shop_url})) as gate:
        outcome = gate.extract(request, identity)
    assert outcome.released, outcome.reasons
    one, other = (released(deployment.lake / name).sort_by("id") for name in ("t_same", "direct"))
    assert one.equals(other)
    assert one.num_rows == 60


def test_parameters_are_bound_and_shown_nowhere(
    airflow: Airflow, deployment: Deployment, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = next(c for c in shop.customers["city"].to_pylist() if c)
    marker = "marked-city-" + "7f3a"
    monkeypatch.setenv("AIRFLOW_VAR_WANTED", city)
    # a value that looks like a template is not rendered again
    monkeypatch.setenv("AIRFLOW_VAR_MARKED", marker + "{{ 1 / 0 }}")
    sql = f"{SQL} OR city = :other OR city = '{{{{ var.value.marked }}}}'"
    dag = dag_of(
        "t_bound",
        deployment,
        sql=sql,
        parameters={
            "city": "{{ var.value.wanted }}",
            "other": "{{ var.value.marked }}' OR true --",
        },
    )
    run = airflow.run(dag)
    assert run.states == {"extract": ("success", 1)}, run.why
    matching = [c for c in shop.customers["city"].to_pylist() if c == city]
    assert released(deployment.lake / "t_bound").num_rows == len(matching)
    [(fields,)] = airflow.rows(
        "SELECT rendered_fields FROM rendered_task_instance_fields WHERE dag_id = 't_bound'"
    )
    shown = json.loads(fields)
    assert str(shown["parameters"]).replace("'", "") == "{city: ***, other: ***}"
    assert shown["sql"] == sql
    assert "bind such values as parameters" in run.output
    files = b"".join(contents(deployment.folder).values())
    assert marker.encode() not in airflow.remains() + run.output.encode() + files


def test_a_literal_parameter_is_not_in_the_serialized_dag(
    airflow: Airflow, deployment: Deployment
) -> None:
    marker = "marked-literal-" + "51c0"
    run = airflow.run(dag_of("t_literal", deployment, sql=SQL, parameters={"city": marker}))
    assert run.states == {"extract": ("success", 1)}, run.why
    assert marker.encode() not in airflow.remains() + run.output.encode()


def test_a_parameter_may_come_from_another_task_and_tasks_may_be_mapped(
    airflow: Airflow, deployment: Deployment, shop: Shop
) -> None:
    from airflow.sdk import DAG, task

    from airflow_provider_sluicegate import GuardedExtractOperator

    with DAG("t_mapped", schedule=None) as dag:

        @task
        def plan() -> str:
            return "plus"

        @task
        def plans() -> list[dict[str, str]]:
            return [{"plan": "free"}, {"plan": "basic"}]

        sql = "SELECT id, plan FROM customers WHERE plan = :plan"
        fixed: Any = {"conn_id": "shop_prod", "sql": sql, "purpose": "churn_training"}
        GuardedExtractOperator(
            task_id="one", parameters={"plan": plan()}, output=str(deployment.lake / "one"), **fixed
        )
        GuardedExtractOperator.partial(
            task_id="many", output=str(deployment.lake / "many-{{ ti.map_index }}"), **fixed
        ).expand(parameters=plans())

    run = airflow.run(dag)
    assert set(run.states.values()) == {("success", 1)}, run.why
    count = shop.customers["plan"].to_pylist().count
    for folder, wanted in (("one", "plus"), ("many-0", "free"), ("many-1", "basic")):
        assert released(deployment.lake / folder).num_rows == count(wanted)
    shown = airflow.rows(
        "SELECT rendered_fields FROM rendered_task_instance_fields WHERE dag_id = 't_mapped'"
    )
    parameters = [json.loads(f).get("parameters") for (f,) in shown]
    assert [str(p).replace("'", "") for p in parameters if p] == ["{plan: ***}"] * 3


def test_a_leak_fails_the_first_try_and_releases_nothing(
    airflow: Airflow, deployment: Deployment, shop: Shop, quick: dict[str, Any]
) -> None:
    dag = dag_of("t_leak", deployment, sql="SELECT id, gateway_ref FROM orders", **quick)
    run = airflow.run(dag)
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "quarantined" in run.output
    assert "gateway_ref" in run.output
    assert nothing_at(deployment)
    assert not airflow.rows(
        "SELECT value FROM xcom WHERE dag_id = 't_leak' AND key = 'return_value'"
    )
    assert leaks(shop, run, airflow, deployment) == {}


@pytest.mark.parametrize(
    ("dag_id", "sql", "told"),
    [
        ("t_drop", "DROP TABLE customers", "G03"),
        ("t_two", "SELECT id FROM customers; DELETE FROM customers", "sluicegate"),
        ("t_no_sql", "SELEC id FRM customers", "sluicegate"),
        ("t_no_table", "SELECT id FROM customer", "sluicegate"),
        ("t_no_column", "SELECT nickname FROM customers", "sluicegate"),
        ("t_other_table", "SELECT id FROM support_notes", "sluicegate"),
    ],
)
def test_what_may_not_run_is_refused_at_once(
    airflow: Airflow,
    deployment: Deployment,
    shop: Shop,
    quick: dict[str, Any],
    dag_id: str,
    sql: str,
    told: str,
) -> None:
    run = airflow.run(dag_of(dag_id, deployment, sql=sql, **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert told in run.output
    assert nothing_at(deployment)
    assert leaks(shop, run, airflow, deployment) == {}


def test_another_purpose_is_refused(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    run = airflow.run(dag_of("t_purpose", deployment, purpose="marketing", **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert nothing_at(deployment)


def test_a_task_cannot_choose_the_rules_of_another_source(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    deployment.connect("shop_copy")
    run = airflow.run(
        dag_of("t_claim", deployment, conn_id="shop_copy", source="shop_prod", **quick)
    )
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "is the source" in run.output
    assert nothing_at(deployment)


def test_a_policy_with_a_typo_fails_at_once(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    text = deployment.policy.read_text("utf-8")
    deployment.policy.write_text(text.replace("effect: permit", "efect: permit", 1), "utf-8")
    run = airflow.run(dag_of("t_policy", deployment, **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "policy.yaml:" in run.output
    assert "`effect` is missing" in run.output
    assert nothing_at(deployment)


def test_a_missing_key_fails_at_once(
    airflow: Airflow, deployment: Deployment, monkeypatch: pytest.MonkeyPatch, quick: dict[str, Any]
) -> None:
    monkeypatch.delenv("SLUICEGATE_ROOT_KEY")
    run = airflow.run(dag_of("t_key", deployment, **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "SG-KEY" in run.output


def test_an_unreachable_database_is_retried(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    password = "pass" + "phrase-nobody-sees"
    deployment.connect("shop_prod", host="127.0.0.1", port=1, password=password)
    run = airflow.run(dag_of("t_unreachable", deployment, **quick))
    assert run.states == {"extract": ("failed", 3)}, run.why
    assert "SG-SOURCE-UNAVAILABLE" in run.output
    assert password.encode() not in airflow.remains() + run.output.encode()
    assert nothing_at(deployment)


def test_a_wrong_password_fails_at_once_and_is_shown_nowhere(
    airflow: Airflow, deployment: Deployment, postgres: Postgres, quick: dict[str, Any]
) -> None:
    right, wrong = "right-" + "8d1f", "wr/ong-" + "%27 é"
    rules = postgres.data_folder / "pg_hba.conf"
    before = rules.read_bytes()
    with psycopg.connect(postgres.uri, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE picky LOGIN PASSWORD '{right}'")
        rules.write_bytes(b"local all picky scram-sha-256\n" + before)
        connection.execute("SELECT pg_reload_conf()")
        try:
            deployment.connect("shop_prod", login="picky", password=wrong)
            run = airflow.run(dag_of("t_password", deployment, **quick))
            # the rule is in force: with the right one the login works, and may not read the table
            deployment.connect("shop_prod", login="picky", password=right)
            other = airflow.run(dag_of("t_password_right", deployment, **quick))
        finally:
            rules.write_bytes(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE picky")
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "28P01" in run.output
    assert "28P01" not in other.output
    assert other.states == {"extract": ("failed", 1)}, other.why
    left = airflow.remains() + (run.output + other.output).encode()
    spelled = [wrong, right, quote(wrong, safe=""), json.dumps(wrong)]
    assert not [n for n, text in enumerate(spelled) if text.encode() in left]


@pytest.mark.parametrize(
    ("dag_id", "limit", "told"), [("t_stopped", None, "Task exited"), ("t_late", 6, "Timeout")]
)
def test_a_task_that_is_stopped_cancels_its_query_and_is_retried(
    airflow: Airflow,
    deployment: Deployment,
    postgres: Postgres,
    quick: dict[str, Any],
    dag_id: str,
    limit: int | None,
    told: str,
) -> None:
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    lasted: list[float] = []

    def stop() -> None:
        """Wait for the query to run, stop the task, and wait for the query to end."""
        with psycopg.connect(postgres.uri, autocommit=True) as watching:
            until(lambda: watching.execute(asleep).fetchone() == (1,))
            begin = time.monotonic()
            owner.execute("UPDATE nap SET seconds = 0")  # the next try shall not sleep
            if limit is None:
                os.kill(os.getpid(), signal.SIGTERM)
            until(lambda: watching.execute(asleep).fetchone() == (0,))
            lasted.append(time.monotonic() - begin)

    database = make_url(deployment.url).database or ""
    if limit:
        quick["execution_timeout"] = timedelta(seconds=limit)
    with psycopg.connect(postgres.uri_of(database), autocommit=True) as owner:
        owner.execute(SLOW)
        stopper = threading.Thread(target=stop)
        stopper.start()
        run = airflow.run(dag_of(dag_id, deployment, **quick))
        stopper.join()
        owner.execute("DROP VIEW customers; DROP TABLE nap; ALTER TABLE people RENAME TO customers")
    assert lasted[0] < (limit or 0) + 2
    assert run.states == {"extract": ("success", 2)}, run.why
    assert told in run.output
    assert [p.name for p in deployment.lake.iterdir()] == [dag_id]


def test_an_unknown_connection_fails_at_once(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    run = airflow.run(dag_of("t_no_conn", deployment, conn_id="nowhere", **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "nowhere" in run.output


def test_a_quality_check_that_is_not_there_fails_before_anything_is_read(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    run = airflow.run(dag_of("t_quality", deployment, quality=["gx:missing.json"], **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "missing.json" in run.output
    assert not deployment.lake.exists()


def test_an_output_that_another_wrote_is_left_alone(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    theirs = deployment.lake / "t_exists/theirs.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("not yours")
    run = airflow.run(dag_of("t_exists", deployment, **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert [p.name for p in theirs.parent.iterdir()] == ["theirs.txt"]


def test_a_template_that_breaks_shows_no_value(
    airflow: Airflow, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = "marked-broken-" + "90ab"
    monkeypatch.setenv("AIRFLOW_VAR_BROKEN", marker)
    broken = "{{ macros.datetime.strptime(var.value.broken, '%Y') }}"
    run = airflow.run(dag_of("t_broken", deployment, sql=SQL, parameters={"city": broken}))
    assert run.states["extract"][0] == "failed", run.why
    assert "ValueError" in run.output
    assert marker.encode() not in airflow.remains() + run.output.encode()


def test_a_stranger_s_error_shows_its_type_only(
    airflow: Airflow, deployment: Deployment, monkeypatch: pytest.MonkeyPatch, quick: dict[str, Any]
) -> None:
    marker = "marked-row-" + "c4d1"

    def breaks(*_: object) -> None:
        raise RuntimeError(f"row ('{marker}',) is odd")

    monkeypatch.setattr("sluicegate.gate.gate.Gate.extract", breaks)
    run = airflow.run(dag_of("t_stranger", deployment, **quick))
    assert run.states == {"extract": ("failed", 1)}, run.why
    assert "RuntimeError" in run.output
    assert marker.encode() not in airflow.remains() + run.output.encode()


def test_a_statement_in_a_file_is_templated_too(
    airflow: Airflow, deployment: Deployment, shop: Shop
) -> None:
    (deployment.folder / "few.sql").write_text(
        "SELECT id FROM {{ params.table }} WHERE plan = 'plus'"
    )
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    with DAG("t_file", schedule=None, template_searchpath=str(deployment.folder)) as dag:
        GuardedExtractOperator(
            task_id="extract",
            conn_id="shop_prod",
            sql="few.sql",
            params={"table": "customers"},
            output=str(deployment.lake / "{{ run_id }}"),
            purpose="churn_training",
        )
    run = airflow.run(dag)
    assert run.states == {"extract": ("success", 1)}, run.why
    assert released(deployment.lake / run.dag_run.run_id).num_rows == shop.customers[
        "plan"
    ].to_pylist().count("plus")


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_connection_may_name_a_database_file(
    airflow: Airflow, deployment: Deployment, kind: str
) -> None:
    import duckdb

    file = deployment.folder / f"the shop.{kind}"
    rows = "CREATE TABLE people (id INTEGER, plan TEXT); INSERT INTO people VALUES (1, 'free')"
    with sqlite3.connect(file) if kind == "sqlite" else duckdb.connect(str(file)) as database:
        for statement in rows.split(";"):
            database.execute(statement)
    deployment.policy.write_text(LITTLE_POLICY, "utf-8")
    deployment.connect("little", conn_type=kind, host=str(file), schema=None, login=None)
    sql = "SELECT id, plan FROM people"
    run = airflow.run(dag_of(f"t_{kind}", deployment, conn_id="little", sql=sql))
    assert run.states == {"extract": ("success", 1)}, run.why
    assert released(deployment.lake / f"t_{kind}").to_pylist() == [{"id": 1, "plan": "free"}]


def test_the_ledger_holds_intent_and_outcome_of_a_run(
    airflow: Airflow, deployment: Deployment
) -> None:
    run = airflow.run(dag_of("t_ledger", deployment))
    assert run.states == {"extract": ("success", 1)}, run.why
    with sqlite3.connect(deployment.folder / "home/ledger.db") as connection:
        dump = "\n".join(connection.iterdump())
    assert dump.index("extract.intent") < dump.index("extract.outcome")
