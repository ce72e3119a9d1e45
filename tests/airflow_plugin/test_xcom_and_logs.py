"""XComs are refused and logs are redacted in tasks that run as a worker runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

DAG_FILE = """
import base64, logging, os, subprocess, sys
import structlog
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, task
from airflow_provider_sluicegate.rendered import redact_rendered

EMAIL = "zoe.marked@" + "shop.example.com"
RENDERED = "{{ 'zoe.marked@' ~ 'shop.example.com' }}"
KEY = ["-----BEGIN RSA PRIVATE " + "KEY-----", *["MIIEpAIBAAKCAQEA"] * 3]

class Report:
    __slots__ = ()

    def serialize(self):
        return {"to": EMAIL}


with DAG("t_supervised", schedule=None, default_args={"retries": 2}) as dag:

    @task
    def talks():
        print("printed", EMAIL)
        print("wrong", EMAIL, file=sys.stderr)
        os.write(1, f"raw {EMAIL}\\n".encode())
        subprocess.run(["sh", "-c", f"echo child {EMAIL}"])
        logging.getLogger("shop").info("logged %s", EMAIL)
        structlog.get_logger("shop").info(
            "fields", who={"a": [EMAIL]}, card=4111111111111111, ssn=219099999, rows=12,
            iban="GB33 BUKB 2020 1555 5555 55",
        )
        print("coded", base64.b64encode(f"to {EMAIL}".encode()).decode(), EMAIL.replace("@", "%40"))
        for line in [*KEY, "-----END RSA PRIVATE " + "KEY-----", "after"]:
            print(line)
        try:
            raise KeyError(EMAIL)
        except KeyError:
            logging.getLogger("shop").exception("caught")
        raise ValueError(f"row of {EMAIL}")

    @task
    def leaks():
        return {"customer": [{"contact": EMAIL}]}

    @task
    def pushes(ti=None):
        ti.xcom_push(key="made up", value=base64.b64encode(EMAIL.encode()).decode())

    @task
    def hides():
        return Report()

    @task
    def counts():
        return {"rows": 3, "output": "s3://lake/a/", "digest": "sha256:" + "ab12" * 16}

    talks(), leaks(), pushes(), hides(), counts()

    def ran(**given):
        assert given["to"] == EMAIL

    PythonOperator(
        task_id="renders",
        python_callable=ran,
        op_kwargs={"to": RENDERED, "card": "{{ 4111111111111111 }}"},
    )
    PythonOperator.partial(task_id="maps", python_callable=ran).expand(
        op_kwargs=[{"to": RENDERED}]
    )

for each in dag.tasks:
    redact_rendered(each)
    redact_rendered(each)
"""


@dataclass(frozen=True)
class Supervised:
    """What the tasks left behind."""

    logs: dict[str, list[dict[str, Any]]]
    states: dict[str, list[Any]]
    lineage: str

    def said(self, task: str, logger: str) -> list[Any]:
        return [e["event"] for e in self.logs[task] if e.get("logger") == logger]


@pytest.fixture(scope="module")
def supervised(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Supervised:
    folder = tmp_path_factory.mktemp("dags")
    (folder / "talking.py").write_text(textwrap.dedent(DAG_FILE), "utf-8")
    here, lineage = Path(__file__).parent, folder / "lineage.jsonl"
    settings = {
        "PYTHONPATH": os.pathsep.join([str(here.parent), *sys.path]),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__CORE__XCOM_BACKEND": "airflow_provider_sluicegate.xcom.GuardedXCom",
        "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS": "airflow_provider_sluicegate.logs.LOGGING_CONFIG",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__SLUICEGATE__HOME": str(folder / "home"),
    }
    transport = {
        "type": "transform",
        "transformer_class": "airflow_provider_sluicegate.openlineage.RedactingTransformer",
        "transport": {"type": "file", "log_file_path": str(lineage), "append": True},
    }
    settings["AIRFLOW__OPENLINEAGE__TRANSPORT"] = json.dumps(transport)
    tasks = ["talks", "leaks", "pushes", "hides", "counts", "renders", "maps"]
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", str(here / "supervised.py"), "talking.py", *tasks],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    answer = json.loads(ran.stdout.splitlines()[-1])
    assert "zoe.marked" not in ran.stdout + ran.stderr
    logs = {
        name: [json.loads(line) for line in text.splitlines()]
        for name, text in answer["logs"].items()
    }
    return Supervised(logs=logs, states=answer["states"], lineage=lineage.read_text("utf-8"))


def test_whatever_a_task_writes_is_redacted(supervised: Supervised) -> None:
    assert supervised.said("talks", "task.stdout") == [
        "printed {EMAIL}", "raw {EMAIL}", "child {EMAIL}", "coded {EMAIL} {EMAIL}",
        *["{SECRET}"] * 5, "after",
    ]  # fmt: skip
    assert supervised.said("talks", "task.stderr") == ["wrong {EMAIL}"]
    # 3.1 does not tell which logger of structlog said "fields"
    shop = [said for said in supervised.said("talks", "shop") if said != "fields"]
    assert shop == ["logged {EMAIL}", "caught"]


def test_fields_and_exceptions_are_redacted(supervised: Supervised) -> None:
    (fields,) = (e for e in supervised.logs["talks"] if e["event"] == "fields")
    assert fields["iban"] == "{IBAN}"
    assert fields["who"] == {"a": ["{EMAIL}"]}
    assert (fields["card"], fields["ssn"]) == ("{CARD}", "{US_SSN}")
    assert fields["rows"] == 12
    details = [d for e in supervised.logs["talks"] for d in e.get("error_detail", [])]
    assert {d["exc_value"] for d in details} == {"'{EMAIL}'", "row of {EMAIL}"}
    assert "zoe" not in json.dumps(supervised.logs)


def test_a_leaking_xcom_fails_its_task_at_once(supervised: Supervised, airflow: Airflow) -> None:
    assert supervised.states["talks"] == ["up_for_retry", 1]
    assert supervised.states["leaks"] == ["failed", 1]
    assert supervised.states["pushes"] == ["failed", 1]
    assert supervised.states["hides"] == ["failed", 1]
    told = json.dumps(supervised.logs["leaks"])
    assert "SG-VALUE" in told
    assert "return_value.customer[0].contact: email" in told
    assert "(name withheld)" not in told
    assert "return_value.__data__.to: email" in json.dumps(supervised.logs["hides"])
    kept = airflow.rows("SELECT task_id, value FROM xcom WHERE dag_id = 't_supervised'")
    assert [task for task, _ in kept] == ["counts"]


def test_a_clean_xcom_is_stored_as_it_is(supervised: Supervised, airflow: Airflow) -> None:
    assert supervised.states["counts"] == ["success", 1]
    ((value,),) = airflow.rows("SELECT value FROM xcom WHERE task_id = 'counts'")
    assert json.loads(value)["rows"] == 3


def test_nothing_that_was_refused_remains(supervised: Supervised, airflow: Airflow) -> None:
    assert supervised.states
    assert b"zoe.marked@shop" not in airflow.remains()


def test_rendered_fields_are_stored_without_what_was_found(
    supervised: Supervised, airflow: Airflow
) -> None:
    assert supervised.states["renders"] == supervised.states["maps"] == ["success", 1]
    query = "SELECT task_id, rendered_fields FROM rendered_task_instance_fields"
    stored = {task: fields for task, fields in airflow.rows(query) if task in {"renders", "maps"}}
    assert len(stored) == 2
    assert json.loads(stored["renders"])["op_kwargs"]["to"] == "***"
    assert "zoe" not in str(stored)
    assert "4111111111111111" not in str(stored)


def test_lineage_events_are_redacted(supervised: Supervised) -> None:
    events = [json.loads(line) for line in supervised.lineage.splitlines()]
    failed = [e for e in events if e["eventType"] == "FAIL" and e["job"]["name"].endswith("talks")]
    assert failed[0]["run"]["facets"]["errorMessage"]["message"] == "row of {EMAIL}"
    assert {"START", "COMPLETE", "FAIL"} <= {e["eventType"] for e in events}
    assert "zoe" not in supervised.lineage
