"""Statements that change a database, through the gate, in a real Airflow."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow, Deployment
    from tests.conftest import Postgres

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

POLICY = """
version: 1
name: changes
sources:
  warehouse:
    unclassified: refuse
    tables:
      public.people: {columns: {id: public, plan: public}}
      public.asked: {columns: {id: public}}
rules:
  - id: write
    effect: execute
    principals: [{orchestrator: airflow, pipeline: "t_*"}]
    purposes: [upkeep]
    sources: [warehouse]
    tables: [public.people]
    statements: [insert, update, delete]
    max_affected_rows: 5
  - id: asked
    effect: execute
    principals: [{orchestrator: airflow, pipeline: "t_*"}]
    purposes: [upkeep]
    sources: [warehouse]
    tables: [public.asked]
    statements: [insert]
    approval: {approvers: [dana]}
"""


@pytest.fixture
def warehouse(postgres: Postgres, deployment: Deployment) -> str:
    """A database that tasks may change, behind the connection ``warehouse``."""
    from tests.airflow_plugin.conftest import connection_json

    deployment.policy.write_text(POLICY)
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, plan TEXT)")
        connection.execute("CREATE TABLE asked (id INTEGER)")
        connection.execute("INSERT INTO people SELECT n, 'free' FROM generate_series(1, 9) AS n")
    deployment.setting("AIRFLOW_CONN_WAREHOUSE", connection_json(url))
    deployment.setting(
        "AIRFLOW__SLUICEGATE__EVIDENCE_URL", "https://evidence.example/{link}/{record}"
    )
    return url


def test_statements_run_once_within_their_budget_or_not_at_all(
    airflow: Airflow, deployment: Deployment, warehouse: str, quick: dict[str, Any]
) -> None:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedQueryOperator

    common: dict[str, Any] = {"conn_id": "warehouse", "purpose": "upkeep", **quick}
    update = "UPDATE people SET plan = :plan WHERE id = :id"
    with DAG("t_changes", schedule=None, params={"plan": "gold-{{ 'x' }}"}) as dag:
        mapped = GuardedQueryOperator.partial(task_id="mapped", sql=update, **common).expand(
            parameters=[{"plan": "{{ 'gold' }}", "id": 1}, {"plan": "plus", "id": 2}]
        )
        dry = GuardedQueryOperator(
            task_id="dry", sql="DELETE FROM people WHERE id < 4", dry_run=True, **common
        )
        ways: dict[str, dict[str, Any]] = {
            "too_many": {"sql": "UPDATE people SET plan = 'all' WHERE id > 0"},
            "own_limit": {
                "sql": "UPDATE people SET plan = 'all' WHERE id < 4",
                "max_affected_rows": "{{ 1 + 1 }}",
            },
            "no_condition": {"sql": "DELETE FROM people"},
            "ddl": {"sql": "DROP TABLE people"},
            "two": {"sql": "DELETE FROM people WHERE id = 1; DELETE FROM people WHERE id = 2"},
            "read": {"sql": "SELECT id FROM people"},
            "approval": {"sql": "INSERT INTO asked VALUES (1)"},
            "purpose": {"sql": update, "parameters": {"plan": "x", "id": 3}, "purpose": "other"},
            "late": {
                "sql": "INSERT INTO asked VALUES (2)",
                "wait_for_approval": timedelta(seconds=1),
                "approval_poll_seconds": 0.2,
            },
        }
        refused = [
            GuardedQueryOperator(task_id=f"no_{name}", **common | arguments)
            for name, arguments in ways.items()
        ]
        mapped >> dry >> refused
    run = airflow.run(dag)
    assert run.states == {
        "mapped[0]": ("success", 1),
        "mapped[1]": ("success", 1),
        "dry": ("success", 1),
        **{f"no_{name}": ("failed", 1) for name in ways},
    }, run.why
    with psycopg.connect(warehouse) as connection:
        plans = connection.execute("SELECT id, plan FROM people ORDER BY id").fetchall()
        asked = connection.execute("SELECT count(*) FROM asked").fetchone()
    assert plans == [(1, "gold"), (2, "plus"), *((n, "free") for n in range(3, 10))]
    assert asked == (0,)
    [(value,)] = airflow.rows(
        "SELECT value FROM xcom WHERE dag_id = 't_changes' AND task_id = 'dry'"
        " AND key = 'return_value'"
    )
    facts = json.loads(value)
    assert (facts["status"], facts["kind"], facts["affected_rows"]) == ("dry_run", "delete", 3)
    assert facts["targets"] == ["public.people"]
    assert "3 rows would change" in run.output
    assert "sluicegate approvals approve" in run.output
    fields = "".join(
        f
        for (f,) in airflow.rows(
            "SELECT rendered_fields FROM rendered_task_instance_fields WHERE dag_id = 't_changes'"
        )
    )
    assert "gold" not in fields
    links = airflow.rows(
        "SELECT task_id, value FROM xcom WHERE dag_id = 't_changes' AND value LIKE '%evidence.example%'"
    )
    assert len(links) == 3 + len(ways), "a refusal is on record, too"
