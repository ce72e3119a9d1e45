"""The gate's settings as a connection: who keeps it, what it may hold, and what a task gets."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_sluicegate.failures import Failed
from airflow_provider_sluicegate.hooks.sluicegate import SluicegateHook
from airflow_provider_sluicegate.provider import CONNECTION_FIELDS
from airflow_version import AIRFLOW
from sluicegate.errors import ConfigurationError, UnknownNameError

if TYPE_CHECKING:
    from example_dags.shop import Shop
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres]


def connect(deployment: Deployment, conn_id: str = "gate", **fields: Any) -> None:
    given = {"conn_type": "sluicegate", **fields}
    deployment.setting(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps(given))


def test_what_a_connection_sets_goes_before_the_section(
    airflow: Airflow, deployment: Deployment
) -> None:
    from airflow_provider_sluicegate.config import airflow_settings

    connect(
        deployment,
        password="postgresql://me:hidden-one@nowhere/ledger",
        extra={"environment": "staging", "names": "", "vault": None},
    )
    settings, section = airflow_settings("gate"), airflow_settings()
    assert (settings.environment, section.environment) == ("staging", "test")
    assert settings.ledger == "postgresql://me:hidden-one@nowhere/ledger"
    assert section.ledger != settings.ledger
    assert settings.policy == section.policy == deployment.policy
    assert "hidden-one" not in repr(settings)


def test_a_connection_may_name_the_settings_file(airflow: Airflow, deployment: Deployment) -> None:
    from airflow_provider_sluicegate.config import airflow_settings

    file = deployment.folder / "other.toml"
    file.write_text('allow = "allowed.yaml"\n')
    connect(deployment, extra={"config_file": str(file)})
    assert airflow_settings("gate").allow == deployment.folder / "allowed.yaml"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"conn_type": "postgres"}, "not of type 'sluicegate'"),
        ({"extra": {"polcy": "x"}}, "did you mean policy?"),
        ({"extra": {"policy": 7}}, "must be text"),
        ({"extra": {"policy": {"x": "y"}}}, "must be text"),
        ({"extra": {"vault": "postgresql://me:hidden-two@x/y"}}, "env:VARIABLE"),
        ({"extra": {"ledger": "postgresql://me:hidden-two@x/y"}}, "is called 'ledger'"),
    ],
)
def test_what_it_may_not_hold_is_an_error_without_the_value(
    airflow: Airflow, deployment: Deployment, fields: dict[str, Any], said: str
) -> None:
    from airflow_provider_sluicegate.config import airflow_settings

    connect(deployment, **fields)
    with pytest.raises(ConfigurationError) as raised:
        airflow_settings("gate")
    assert said in str(raised.value)
    assert "hidden-two" not in str(raised.value)
    with pytest.raises(UnknownNameError):
        airflow_settings("nobody")


def test_a_key_itself_is_refused_and_not_repeated(airflow: Airflow, deployment: Deployment) -> None:
    key = "aGlkZGVuLXRocmVl" * 3
    connect(deployment, extra={"key": key})
    with pytest.raises(Failed) as raised:
        SluicegateHook("gate").get_conn()
    assert key not in str(raised.value)
    assert raised.value.__context__ is None
    well, message = SluicegateHook("gate").test_connection()
    assert not well
    assert key not in message


def test_testing_the_connection_is_the_doctors_visit(
    airflow: Airflow, deployment: Deployment
) -> None:
    connect(deployment)
    well, message = SluicegateHook("gate").test_connection()
    assert well, message
    assert "policy: valid, sha256:" in message
    assert SluicegateHook(None).test_connection()[0]
    deployment.policy.write_text("version: 1\n")
    well, message = SluicegateHook("gate").test_connection()
    assert not well
    assert message.startswith("policy: ")
    well, message = SluicegateHook("nobody").test_connection()
    assert not well
    assert message.startswith("sluicegate: [SG-UNKNOWN-NAME] no connection is called 'nobody'")


def test_the_hook_opens_the_gate(airflow: Airflow, deployment: Deployment) -> None:
    connect(deployment)
    with SluicegateHook("gate").get_conn() as gate:
        assert gate.policy.digest.startswith("sha256:")


def test_airflow_shows_the_form(airflow: Airflow) -> None:
    from airflow.providers_manager import ProvidersManager

    from airflow_provider_sluicegate.provider import get_provider_info

    build: Any = ProvidersManager
    manager = build()
    hook = manager.hooks["sluicegate"]
    assert (hook.hook_name, hook.connection_id_attribute_name) == (
        "Sluicegate",
        "sluicegate_conn_id",
    )
    [form] = get_provider_info()["connection-types"]
    assert set(form["conn-fields"]) == set(CONNECTION_FIELDS)
    assert form["ui-field-behaviour"]["relabeling"] == {"password": "Ledger"}
    if AIRFLOW >= (3, 2):  # 3.1 asks for it in its API server alone, as the next test does
        assert manager.field_behaviours["sluicegate"]["relabeling"] == {"password": "Ledger"}


def test_the_web_form_has_a_field_for_each_option(
    airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService

    if AIRFLOW < (3, 2):  # its API server asks with stand-ins, which this process did not have
        singletons: Any = import_module("airflow.utils.singleton").Singleton
        monkeypatch.setattr(singletons, "_instances", {})
    [form] = (m for m in HookMetaService.hook_meta_data() if m.connection_type == "sluicegate")
    assert set(form.extra_fields or {}) == set(CONNECTION_FIELDS)
    standard: Any = form.standard_fields
    assert standard.password.title == "Ledger"
    assert standard.host.hidden


def test_the_hook_tells_airflow_3_1_the_same_form(
    airflow: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.api_fastapi.core_api.services.ui.connections import HookMetaService

    # the stand-in of Airflow's own API server
    forms = SimpleNamespace(StringField=HookMetaService.MockStringField)
    monkeypatch.setitem(sys.modules, "wtforms", forms)
    fields = SluicegateHook.get_connection_form_widgets()
    assert set(fields) == set(CONNECTION_FIELDS)
    assert fields["key"].param.dump()["schema"]["title"] == "Key"
    behaviour = SluicegateHook.get_ui_field_behaviour()
    assert behaviour["relabeling"] == {"password": "Ledger"}
    assert "host" in behaviour["hidden_fields"]


@pytest.mark.slow
def test_operators_go_by_the_connection(airflow: Airflow, deployment: Deployment) -> None:
    deployment.setting("AIRFLOW__SLUICEGATE__RECORD_RUNS", "off")
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import (
        AttestationSensor,
        GuardedExtractOperator,
        RequireAttestationOperator,
        VerifyOutputOperator,
    )

    home = Path(deployment.folder / "another_home")
    connect(deployment, extra={"home": str(home), "environment": "staging"})
    output = str(deployment.lake / "by_connection")
    by: dict[str, Any] = {"sluicegate_conn_id": "{{ 'ga' }}te"}
    with DAG("t_by_connection", schedule=None) as dag:
        made = GuardedExtractOperator(
            task_id="extract",
            conn_id="shop_prod",
            sql="SELECT id, plan FROM customers",
            output=output,
            purpose="churn_training",
            **by,
        )
        demands = {"environments": ["staging"]}
        made >> [
            RequireAttestationOperator(task_id="require", output=output, demands=demands, **by),
            AttestationSensor(
                task_id="wait", output=output, demands=demands, deferrable=True, **by
            ),
            VerifyOutputOperator(task_id="verify", paths=output, require_attestation=True, **by),
        ]
    run = airflow.run(dag)
    assert {state for state, _ in run.states.values()} == {"success"}, run.why
    assert (home / "ledger.db").is_file()
    assert not (deployment.folder / "home" / "ledger.db").exists()


@pytest.mark.slow
def test_code_of_ones_own_reads_through_the_gate(
    airflow: Airflow, deployment: Deployment, shop: Shop
) -> None:
    from airflow.sdk import DAG, task

    with DAG("t_own_code", schedule=None) as dag:

        @task
        def reads() -> dict[str, Any]:
            import pandas as pd

            hook = SluicegateHook(None)
            sql = "SELECT id, email, plan FROM customers WHERE plan = :plan ORDER BY id"
            with hook.get_guarded_conn("shop_prod", purpose="churn_training") as connection:
                cursor = connection.cursor()
                rows = cursor.execute(sql, {"plan": "free"}).fetchall()
            engine = hook.get_guarded_engine("shop_prod", purpose="churn_training")
            frame = pd.read_sql("SELECT id, email, plan FROM customers", engine)
            engine.dispose()
            return {
                "rows": len(rows),
                "all": len(frame),
                "masked": not frame["email"].dropna().str.contains("@").any()
                and not any("@" in (row[1] or "") for row in rows),
            }

        @task
        def is_refused(purpose: str, sql: str) -> str:
            hook = SluicegateHook(None)
            with hook.get_guarded_conn("shop_prod", purpose=purpose) as connection:
                try:
                    connection.cursor().execute(sql).fetchall()
                except connection.Error as error:
                    return type(error).__name__
            return "read"

        reads()
        is_refused.override(task_id="purpose")("marketing", "SELECT id FROM customers")
        is_refused.override(task_id="writes")("churn_training", "DELETE FROM customers")
    run = airflow.run(dag)
    assert {state for state, _ in run.states.values()} == {"success"}, run.why
    found = {
        task_id: json.loads(value)
        for task_id, value in airflow.rows(
            "SELECT task_id, value FROM xcom WHERE dag_id = 't_own_code' AND key = 'return_value'"
        )
    }
    plans = shop.customers["plan"].to_pylist()
    assert found["reads"] == {"rows": plans.count("free"), "all": len(plans), "masked": True}
    assert found["purpose"].endswith("Error")
    assert found["writes"].endswith("Error")
