"""Logins that a run is lent: made before, revoked after, and never in Airflow's database."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed
from airflow_provider_sluicegate.lending import lend, lent_url
from sluicegate.gate.values import ValueGuard

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment
    from tests.conftest import Postgres

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

CANARY = "zq7" + "canary"
"""Put together: Airflow keeps the source of a DAG, which is this file."""
POLICY = """
version: 1
name: logins
sources:
  lender:
    unclassified: refuse
    tables: {public.people: {columns: {id: public, email: email}}}
classes:
  email: {mask: suppress}
rules:
  - id: read
    effect: permit
    principals: [{orchestrator: airflow}]
    purposes: [debugging]
    sources: [lender]
    tables: [public.people]
  - id: lend
    effect: login
    principals: [{orchestrator: airflow}]
    purposes: [debugging]
    sources: [lender]
    tables: [public.people]
    minutes: 30
"""


@dataclass(frozen=True, kw_only=True)
class Lender:
    """A database whose account may lend logins, and asks those for their passwords."""

    admin: str

    def roles(self) -> int:
        """Count the lent logins."""
        with psycopg.connect(self.admin) as db:
            row = db.execute(
                "SELECT count(*) FROM pg_roles WHERE rolname ~ '^sluicegate_[0-9a-f]{24}$'"
            ).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def lender(postgres: Postgres, deployment: Deployment) -> Iterator[Lender]:
    admin = postgres.database()
    name = admin.partition("?")[0].rpartition("/")[2]
    account = f"airflow_lender_{os.getpid()}"
    hba = postgres.data_folder / "pg_hba.conf"
    original = hba.read_text("utf-8")
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute(
            f"""
            CREATE ROLE {account} LOGIN CREATEROLE; GRANT CREATE ON DATABASE "{name}" TO {account};
            CREATE TABLE people (id int, email text);
            INSERT INTO people SELECT g, '{CANARY}' || g || '@example.com' FROM generate_series(1, 9) AS g;
            GRANT SELECT ON people TO {account};
            """
        )
        hba.write_text(f'local "{name}" /^sluicegate_ scram-sha-256\n{original}', "utf-8")
        db.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)
    deployment.policy.write_text(POLICY, "utf-8")
    connection = {
        "conn_type": "postgres", "host": str(postgres.socket_folder), "login": account, "schema": name,
    }  # fmt: skip
    deployment.setting("AIRFLOW_CONN_LENDER", json.dumps(connection))
    yield Lender(admin=admin)
    hba.write_text(original, "utf-8")
    with psycopg.connect(admin, autocommit=True) as db:
        db.execute("SELECT pg_reload_conf()")
        db.execute(f"DROP OWNED BY {account}")
        db.execute(f"DROP ROLE {account}")


@dataclass(frozen=True)
class Ti:
    """What a task would see of another one's result."""

    dag_id: str
    run_id: str
    facts: Any

    def xcom_pull(self, **_: object) -> Any:
        """Give the result."""
        return self.facts


def dag_of(dag_id: str, seen: dict[str, Any], lender: Lender, **changes: Any) -> DAG:
    from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
    from airflow.sdk import DAG, get_current_context, task

    from airflow_provider_sluicegate.operators.broker import (
        BrokerLoginOperator,
        RevokeLoginOperator,
    )

    def watch(cursor: Any) -> list[Any]:
        seen["rows"], seen["during"] = cursor.fetchall(), lender.roles()
        return []

    @task
    def reads() -> None:
        url = lent_url(get_current_context(), "login")
        seen["repr"], seen["url"] = repr(url), url.reveal()
        with psycopg.connect(seen["url"]) as db:
            seen["direct"] = db.execute("SELECT count(*) FROM people").fetchone()

    @task
    def fails() -> None:
        raise ValueError("in between")

    with DAG(dag_id, schedule=None) as dag:
        given: dict[str, Any] = {"conn_id": "lender", "purpose": "debugging", "minutes": 5}
        login = BrokerLoginOperator(task_id="login", **given | changes)
        query = SQLExecuteQueryOperator(
            task_id="query",
            conn_id="lent",
            sql="SELECT id, email FROM people ORDER BY id",
            handler=watch,
            pre_execute=lend("login", "lent"),
        )
        revoke = RevokeLoginOperator(task_id="revoke", conn_id="lender", login=login.output)
        login >> [query, reads(), fails()] >> revoke.as_teardown(setups=login)
    return dag


def test_a_run_is_lent_a_login_that_ends_with_it(
    airflow: Airflow, deployment: Deployment, lender: Lender, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setenv("AIRFLOW_CONN_LENT", "")  # set in this process, as in a worker's
    monkeypatch.delenv("AIRFLOW_CONN_LENT")  # and so undone at the end
    run = airflow.run(dag_of("t_lent", seen, lender))
    states = {task: state for task, (state, _) in run.states.items()}
    assert states == {
        "login": "success", "query": "success", "reads": "success", "fails": "failed", "revoke": "success",
    }, run.why  # fmt: skip
    assert (seen["during"], lender.roles()) == (1, 0), "revoked, although a task failed"
    assert seen["rows"] == [(i, None) for i in range(1, 10)], "masked views only"
    assert seen["direct"] == (9,)
    password = seen["url"].partition("://")[2].partition("@")[0].partition(":")[2]
    assert len(password) > 15
    assert password not in seen["repr"]
    left = airflow.remains() + run.output.encode()
    assert password.encode() not in left
    assert CANARY.encode() not in left
    [(value,)] = airflow.rows(
        "SELECT value FROM xcom WHERE dag_id = 't_lent' AND task_id = 'login' AND key = 'return_value'"
    )
    facts = json.loads(value)
    assert ValueGuard.open(airflow_settings()).look(facts, where="return_value") == ()
    with pytest.raises(Failed, match="does not open here"):
        lent_url({"ti": Ti("t_lent", "another_run", facts)}, "login")


def test_a_refusal_lends_nothing_and_the_teardown_is_no_failure(
    airflow: Airflow, deployment: Deployment, lender: Lender
) -> None:
    run = airflow.run(dag_of("t_not_lent", {}, lender, purpose="unheard_of"))
    assert run.states["login"] == ("failed", 1), run.why
    assert run.states["query"][0] == "upstream_failed"
    assert lender.roles() == 0
    assert "sluicegate: refused: " in run.output


@pytest.mark.parametrize("sealed", [None, 7, "", "sg1:AAAA", "postgresql://a:b@c/d"])
def test_what_is_no_sealed_login_opens_nothing(
    airflow: Airflow, deployment: Deployment, sealed: object
) -> None:
    with pytest.raises(Failed):
        lent_url({"ti": Ti("d", "r", {"sealed": sealed})}, "login")
