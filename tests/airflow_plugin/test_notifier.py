"""Messages about tasks of a real run, and what is never in them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.api.datamodels._generated import TaskInstanceState

from airflow_provider_sluicegate.failures import Failed, FailedNow
from airflow_provider_sluicegate.notifications.message import message_of
from airflow_provider_sluicegate.notifications.sluicegate import (
    SluicegateNotifier,
    without_templates,
)
from airflow_version import AIRFLOW

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

PLANTED = "jane.roe@example.com"


def chat(sent: list[str]) -> Any:
    """A notifier as others write them: it renders its text, and whatever the context has."""
    from airflow.sdk import BaseNotifier

    class Chat(BaseNotifier):
        template_fields: Sequence[str] = ("text", "footer")

        def __init__(self) -> None:
            super().__init__()
            self.text = "{{ exception }}"
            self.footer = "{{ exception }} {{ params }} {{ ti.task_id }}"

        def notify(self, context: Any) -> None:
            assert PLANTED not in str(context)
            sent.append(f"{self.text} | {self.footer}")

    return Chat()


def dag_of(dag_id: str, deployment: Deployment, notifier: Any) -> DAG:
    from airflow.sdk import DAG, task

    from airflow_provider_sluicegate import GuardedExtractOperator

    @task(on_failure_callback=notifier)
    def tells() -> None:
        raise ValueError(f"row = ({PLANTED})")

    with DAG(dag_id, schedule=None, params={"who": PLANTED}) as dag:
        tells()
        for task_id, purpose in (("good", "churn_training"), ("bad", "unheard_of")):
            GuardedExtractOperator(
                task_id=task_id,
                conn_id="shop_prod",
                sql="SELECT id, plan FROM customers",
                output=str(deployment.lake / dag_id),
                purpose=purpose,
                on_failure_callback=notifier,
                on_success_callback=notifier,
            )
    return dag


def test_each_end_has_its_message_and_none_holds_a_value(
    airflow: Airflow, deployment: Deployment
) -> None:
    sent: list[str] = []
    run = airflow.run(dag_of("t_notified", deployment, SluicegateNotifier(chat(sent))))
    by_task = {text.split()[0].removeprefix("t_notified."): text for text in sent}
    assert set(by_task) == {"tells", "good", "bad"}, run.why
    assert PLANTED not in "".join(sent)
    assert "released" in by_task["good"]
    assert "attestation.json" in by_task["good"]
    if AIRFLOW < (3, 3):  # `dag.test()` hands on no error; a worker does
        assert "failed\nAirflow tells no reason here" in by_task["bad"]
        return
    assert "was refused" in by_task["bad"]
    assert "POLICY-PURPOSE" in by_task["bad"]
    assert "failed\nValueError; its text may hold data" in by_task["tells"]


@pytest.mark.parametrize(
    "state", ["failed", TaskInstanceState.FAILED, TaskInstanceState.UP_FOR_RETRY]
)
def test_a_failure_without_its_error_is_no_success(state: object) -> None:
    ti = SimpleNamespace(dag_id="d", task_id="t", run_id="r", state=state)
    assert message_of({"ti": ti}).startswith("d.t in r failed\n")


def test_the_inner_notifier_is_left_as_it_was() -> None:
    inner = chat([])
    SluicegateNotifier(inner)({"dag": None, "ti": None, "exception": Failed("sluicegate: x")})
    assert inner.text == "{{ exception }}"


class Liar(Failed):
    """Somebody's own, made from ours."""


def of(error: BaseException) -> str:
    ti = SimpleNamespace(dag_id="d", task_id="t", run_id="r", map_index=3, log_url="https://log")
    return message_of({"ti": ti, "exception": error})


@pytest.mark.parametrize(
    ("error", "head"),
    [
        (Failed("sluicegate: refused: APPROVAL-MISSING: x"), "needs an approval"),
        (Failed("sluicegate: refused: G02: x"), "was refused"),
        (Failed("sluicegate: quarantined: LEAK: x"), "was stopped: nothing was released"),
        (Failed("sluicegate: not clean: 1 × email in 'a'"), "found what should not be there"),
        (FailedNow("sluicegate: [SG-SOURCE-UNAVAILABLE] x"), "failed"),
    ],
)
def test_headlines(error: BaseException, head: str) -> None:
    assert of(error).startswith(f"d.t[3] in r {head}\n")
    assert of(error).endswith("log: https://log")


def chained() -> BaseException:
    error = RuntimeError(PLANTED)
    error.add_note(PLANTED)
    error.__cause__ = ValueError(PLANTED)
    return error


@pytest.mark.parametrize(
    "error",
    [
        chained(),
        Liar(PLANTED),
        type(PLANTED, (Exception,), {})(PLANTED),
        ExceptionGroup(PLANTED, [ValueError(PLANTED)]),
    ],
)
def test_no_text_of_a_foreign_error_is_sent(error: BaseException) -> None:
    assert PLANTED not in of(error)


@pytest.mark.parametrize(
    "text", ["{{ 7*7 }}", "{% for x in y %}", "{# x #}", "{{{ 7*7 }}}", "{{{{"]
)
def test_a_column_called_like_a_template_is_no_template(text: str) -> None:
    sent: list[str] = []
    notifier = SluicegateNotifier(chat(sent))
    notifier({"dag": None, "ti": None, "exception": Failed(f"sluicegate: refused: G02: {text}")})
    assert "49" not in sent[0]
    assert not {"{{", "{%", "{#"} & {
        without_templates(text)[i : i + 2] for i in range(len(text) * 2)
    }


def test_a_sender_that_fails_tells_its_type_only() -> None:
    def fails(text: str) -> None:
        raise OSError(f"https://hooks.example/{PLANTED} {text}")

    with pytest.raises(Failed) as caught:
        SluicegateNotifier(fails)({"ti": None, "exception": Failed("sluicegate: x")})
    assert str(caught.value) == "the message could not be sent: OSError"
    assert caught.value.__cause__ is caught.value.__context__ is None
