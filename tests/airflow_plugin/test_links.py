"""Links to evidence, as Airflow keeps and shows them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from airflow_provider_sluicegate.links import evidence_url

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

URL = "AIRFLOW__SLUICEGATE__EVIDENCE_URL"


def dag_of(dag_id: str, deployment: Deployment) -> DAG:
    from airflow.sdk import DAG

    from airflow_provider_sluicegate import GuardedExtractOperator

    with DAG(dag_id, schedule=None) as dag:
        for task_id, purpose in (("good", "churn_training"), ("bad", "unheard_of")):
            GuardedExtractOperator(
                task_id=task_id,
                conn_id="shop_prod",
                sql="SELECT id, plan FROM customers",
                output=str(deployment.lake / dag_id / task_id),
                purpose=purpose,
            )
    return dag


def links_of(airflow: Airflow, dag_id: str) -> dict[tuple[str, str], str]:
    rows = airflow.rows(
        f"SELECT task_id, key, value FROM xcom WHERE dag_id = '{dag_id}' AND key LIKE '_link_%'"
    )
    return {(task, key.removeprefix("_link_")): json.loads(value) for task, key, value in rows}


def test_links_lead_to_what_serves_the_evidence(airflow: Airflow, deployment: Deployment) -> None:
    deployment.setting(URL, "https://evidence.example.org/{link}?r={record}&o={output}&k={run_key}")
    run = airflow.run(dag_of("t_links", deployment))
    links = links_of(airflow, "t_links")
    good = urlsplit(links["good", "AttestationLink"])
    assert (good.netloc, good.path) == ("evidence.example.org", "/attestation"), run.why
    assert "/lake" not in good.query
    assert "%2Flake%2Ft_links%2Fgood" in good.query
    assert links["good", "LedgerRecordLink"].startswith("https://evidence.example.org/record?r=")
    assert links["bad", "AttestationLink"] == "", "a refusal has no attestation"
    assert links["bad", "LedgerRecordLink"].startswith("https://evidence.example.org/record?r=")


def test_without_an_address_there_is_no_button(airflow: Airflow, deployment: Deployment) -> None:
    airflow.run(dag_of("t_no_links", deployment))
    assert set(links_of(airflow, "t_no_links").values()) == {""}


def test_a_serialized_dag_names_them_and_gets_them_back(
    airflow: Airflow, deployment: Deployment
) -> None:
    from airflow.serialization import serialized_objects

    module: Any = serialized_objects
    serializer = getattr(module, "DagSerialization", module.SerializedDAG)  # the latter in 3.1
    data = serializer.to_dict(dag_of("t_serialized", deployment))
    back = serializer.from_dict(data)
    assert set(back.get_task("good").extra_links) == {"Attestation", "Ledger record"}


@pytest.mark.parametrize(
    "template",
    [
        "", "javascript:alert({record})", "{record}", "https://x.example/{unheard_of}", "https://x/{record.__class__}",
        "https://x/{", "file:///{output}", "https://x/{0}", "https://x/{}",
    ],
)  # fmt: skip
def test_a_template_that_makes_no_address_makes_none(
    template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URL, template)
    assert evidence_url("record", {"record": "1"}) == ""


def test_no_name_of_a_folder_becomes_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "https://evidence.example.org/{output}")
    url = evidence_url("record", {"output": "../@evil.example/#?\r\nX: y"})
    assert urlsplit(url).netloc == "evidence.example.org"
    assert url.startswith("https://evidence.example.org/..%2F%40evil")
    assert "\n" not in url
