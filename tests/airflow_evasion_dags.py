"""A DAG file whose tasks try the ways of ``airflow_evasions``; also the home of its trigger."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.openlineage.extractors import OperatorLineage
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.triggers.temporal import DateTimeTrigger
from airflow.sdk import (
    DAG,
    Asset,
    AssetAlias,
    BaseOperator,
    PokeReturnValue,
    get_current_context,
    setup,
    task,
    teardown,
)
from airflow.triggers.base import BaseTrigger, TriggerEvent
from openlineage.client.event_v2 import Dataset
from openlineage.client.facet_v2 import sql_job

from airflow_evasions import handed, logged, pushed, raised, value_of, write_note
from airflow_provider_sluicegate import SluicegateNotifier

FAR = datetime(2199, 1, 1, tzinfo=UTC)


def boom(value: str) -> None:
    """Fail with a value."""
    raise ValueError(value)


class Says(BaseTrigger):
    """A trigger that tells a value in the way that it is asked for."""

    def __init__(self, way: str, given: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.way, self.given = way, given

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Name the class as the triggerer can import it."""
        return "airflow_evasion_dags.Says", {"way": self.way, "given": self.given}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Tell the value."""
        value = value_of(self.way)
        if self.way.startswith("exception of a trigger"):
            boom(value)
        if self.way == "log of a trigger":
            self.log.info("customer %s", value)
            print("customer", value)
        event: Any = TriggerEvent  # its constructor has no types
        if self.given:
            await asyncio.sleep(100_000)
        yield event({"customer": value} if self.way == "deferral, event" else "done")


class Defers(BaseOperator):
    """Waits, and hands something on to itself."""

    def __init__(self, *, way: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.way = way

    def execute(self, context: Any) -> None:  # noqa: ARG002 - Airflow's signature
        """Defer."""
        trigger: BaseTrigger = Says(self.way)
        kwargs = None
        if self.way == "deferral, arguments":
            trigger, kwargs = DateTimeTrigger(moment=FAR), {"customer": value_of(self.way)}
        elif self.way == "deferral, arguments of the trigger":
            trigger = Says("deferral, arguments of the trigger", value_of(self.way))
        self.defer(trigger=trigger, method_name="resume", kwargs=kwargs)

    def resume(self, context: Any, event: Any = None, **_: Any) -> None:
        """Be done."""


class Tells(BaseOperator):
    """Tells lineage of a value."""

    def execute(self, context: Any) -> None:
        """Do nothing else."""

    def get_openlineage_facets_on_complete(self, _: Any) -> Any:
        """Tell it as the name of a dataset and in a facet."""
        facet = sql_job.SQLJobFacet(query=f"SELECT '{value_of('facet in lineage')}'")
        name = f"customers/{value_of('dataset in lineage')}"
        return OperatorLineage(
            inputs=[Dataset(namespace="file", name=name)],
            job_facets={"sql": facet},
        )


def each(number: int, way: str, body: Callable[..., Any]) -> Any:
    """Make a task of one way."""

    @task(task_id=f"raises_{number}")
    def run() -> None:
        body(value_of(way), get_current_context())

    return run()


def _rendered(way: str) -> str:
    return "{{ value_of('" + way + "') }}"


OPTIONS: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_tasks": 64,
    "user_defined_macros": {"value_of": value_of, "boom": boom},
}

with DAG("evasions", schedule="@once", **OPTIONS) as dag:

    @task
    def logs() -> None:
        """Try all ways of a log that do not end the task, and at last a line without an end."""
        context = get_current_context()
        for way, body in logged.found.items():
            body(value_of(way), context)
        for way in ("print reversed", "print base64 of base64"):
            text = value_of(way)
            print(text[::-1] if way == "print reversed" else twice(text))
        home = Path(os.environ["AIRFLOW_HOME"])
        (home / "own_file.txt").write_text(value_of("a file that the task writes itself"))
        sys.stdout.write(value_of("last line without an end"))

    @task
    def pushes() -> None:
        """Try all ways of an XCom."""
        ti = get_current_context()["ti"]
        for number, (way, body) in enumerate(pushed.found.items()):
            with suppress(Exception):
                ti.xcom_push(key=f"way {number}", value=body(value_of(way)))
        with suppress(Exception):
            ti.xcom_push(key=value_of("XCom, name"), value=1)
        ti.xcom_push(key="pieces", value=value_of("XCom in pieces").replace("@", "@, "))

    def hands_on(number: int, way: str) -> Any:
        """Make a task of one way."""

        @task(task_id=f"hands_{number}", outlets=[Asset("evaded")])
        def run() -> None:
            handed.found[way](value_of(way), get_current_context())

        return run()

    logs()
    pushes()
    for n, (w, made) in enumerate(raised.found.items()):
        each(n, w, made)
    for n, w in enumerate(handed.found):
        hands_on(n, w)

    @task(outlets=[AssetAlias("made")])
    def makes_asset() -> None:
        """Name an asset after a value."""
        value = value_of("asset made on the way")
        event = get_current_context()["outlet_events"][AssetAlias("made")]
        event.add(Asset(name=f"of {value}", uri=f"s3://lake/{value}"))

    @task
    def returns() -> Any:
        """Return a value."""
        return {"rows": [value_of("returned value")]}

    @task(multiple_outputs=True)
    def outputs() -> Any:
        """Return several."""
        return {"rows": 1, "mail": value_of("returned value, several outputs")}

    @task.bash
    def bash() -> str:
        """Let a command print a value."""
        return f"echo {value_of('output of @task.bash')}"

    @task.external_python(python=sys.executable, expect_airflow=False)
    def elsewhere(value: str) -> Any:
        """Return what another interpreter made."""
        print("elsewhere", value)
        return [value]

    @task.branch
    def branches() -> str:
        """Branch to a task that is not there."""
        return str(value_of("branch"))

    @task.sensor(poke_interval=1, timeout=5)
    def senses() -> PokeReturnValue:
        """Hand on what was seen."""
        return PokeReturnValue(is_done=True, xcom_value=value_of("value of a sensor"))

    @setup
    def sets_up() -> None:
        """Fail before."""
        boom(value_of("setup"))

    @teardown
    def tears_down() -> Any:
        """Return something after."""
        return value_of("teardown")

    @task(retries=1, retry_delay=timedelta(0))
    def retries() -> None:
        """Fail once."""
        if get_current_context()["ti"].try_number == 1:
            boom(value_of("retry"))

    makes_asset(), returns(), outputs(), bash(), branches(), senses(), retries()
    elsewhere(_rendered("result of @task.external_python"))
    sets_up() >> tears_down()

    def takes(**_: Any) -> None:
        """Take arguments."""

    PythonOperator(
        task_id="renders", python_callable=takes, op_kwargs={"to": _rendered("rendered field")}
    )
    PythonOperator(
        task_id="renders_nested",
        python_callable=takes,
        op_kwargs={"all": [{"deep": _rendered("rendered field, nested")}]},
    )
    PythonOperator.partial(task_id="renders_mapped", python_callable=takes).expand(
        op_kwargs=[{"to": _rendered("rendered field of a mapped task")}]
    )
    PythonOperator(
        task_id="renders_badly",
        python_callable=takes,
        op_kwargs={"to": "{{ boom(value_of('failing template')) }}"},
    )
    BashOperator(
        task_id="environment",
        bash_command="true",
        env={"CUSTOMER": _rendered("rendered environment of a command")},
    )
    SQLExecuteQueryOperator(
        task_id="states",
        conn_id="lite",
        sql=f"SELECT '{_rendered('statement in lineage')}'",
        do_xcom_push=False,
    )
    Tells(task_id="tells")
    TriggerDagRunOperator(
        task_id="triggers",
        trigger_dag_id="by_hand",
        conf={"customer": _rendered("configuration of a triggered run")},
    )
    TriggerDagRunOperator(
        task_id="triggers_by_name",
        trigger_dag_id="by_hand",
        trigger_run_id="{{ value_of('id of a triggered run')"
        ".replace('@', '_').replace('.', '_') }}",
    )
    for n, w in enumerate(
        (
            "deferral, arguments", "deferral, arguments of the trigger", "deferral, event",
            "log of a trigger", "exception of a trigger", "exception of a trigger, tried again",
        )
    ):  # fmt: skip
        # a trigger that fires before the executor has told of the task's end makes Airflow fail it,
        # which 3.1 does more often
        tries = {2: 4, 3: 4, 5: 3}.get(n, 0)
        Defers(task_id=f"defers_{n}", way=w, retries=tries, retry_delay=timedelta(0))

    @task(map_index_template=_rendered("label of a mapped task"))
    def labels(_: int) -> None:
        """Do nothing; the label is rendered before."""

    @task(map_index_template="{{ label }}")
    def labels_late(_: int) -> None:
        """Name the label from within."""
        get_current_context()["label"] = value_of(  # type: ignore[typeddict-unknown-key] # as documented
            "label of a mapped task, set by the body"
        )

    labels.expand(_=[1])
    labels_late.expand(_=[1])

    def fails(way: str) -> None:
        """Fail with the value of a way."""
        boom(value_of(way))

    EmptyOperator(
        task_id="calls_on_execution",
        on_execute_callback=lambda _: print(value_of("callback on execution")),
    )
    PythonOperator(
        task_id="calls_on_success",
        python_callable=takes,
        on_execute_callback=lambda _: print(value_of("callback on execution")),
        on_success_callback=lambda _: boom(value_of("callback on success")),
    )
    PythonOperator(
        task_id="calls_on_failure",
        python_callable=fails,
        op_args=["callback on failure"],
        on_failure_callback=lambda context: print(context["exception"]),
    )
    PythonOperator(
        task_id="notifies",
        python_callable=fails,
        op_args=["notifier"],
        on_failure_callback=SluicegateNotifier(write_note),
    )
    PythonOperator(
        task_id="mails",
        python_callable=fails,
        op_args=["mail"],
        email="ops@example.org",
        email_on_failure=True,
    )


def twice(text: str) -> str:
    """Encode a text and again."""
    return base64.b64encode(base64.b64encode(text.encode())).decode()


with DAG("by_hand", schedule=None, is_paused_upon_creation=False) as by_hand:
    EmptyOperator(task_id="nothing")

print(value_of("print while the DAG file is read"))
with DAG("open_ways", schedule=None, tags=[value_of("tag of a DAG")]) as open_ways:
    PythonOperator(
        task_id="documented",
        python_callable=takes,
        doc_md=value_of("documentation of a task"),
        outlets=[Asset("told", extra={"sample": value_of("extra of an asset")})],
    )
    PythonOperator.partial(task_id="literal", python_callable=takes).expand(
        op_args=[[value_of("argument of a mapped task, literal")]]
    )
