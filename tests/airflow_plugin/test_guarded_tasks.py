"""``@task.guarded`` in a real Airflow: what goes in, what comes out, and what a body raises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from airflow_version import AIRFLOW

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow, Deployment

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

# put together here, since Airflow keeps the text of this file in its database
PERSON = "somebody.hidden" + "@example.com"
CARD = int("4111" + "111111111111")


class _LyingType(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        return PERSON


class LyingError(RuntimeError, metaclass=_LyingType):
    """Its class answers with a value when it is asked for its name."""


class Opaque:
    """Nobody knows what is in it."""


def nested() -> Any:
    return {"rows": [{"who": ("x", {"mail": PERSON})}]}


def raising(kind: str) -> Any:
    from airflow.providers.common.compat.sdk import AirflowFailException, AirflowSkipException

    from airflow_provider_sluicegate.failures import FailedNow
    from sluicegate.errors import ConfigurationError, SourceUnavailable

    local = PERSON
    cause = KeyError(local)
    cause.add_note(local)
    raise {
        "plain": ValueError(f"cannot read {local}"),
        "lying": LyingError(local),
        "stays": AirflowFailException(local),
        "skip": AirflowSkipException(local),
        "ours": ConfigurationError("told as it is"),
        "later": SourceUnavailable("not now"),
        "group": ExceptionGroup(local, [ValueError(local)]),
        "borrowed": ConfigurationError(local),
        "failed": FailedNow(local),
    }[kind] from cause


def values(airflow: Airflow, dag_id: str) -> dict[str, Any]:
    found = airflow.rows(
        f"SELECT task_id, map_index, key, value FROM xcom WHERE dag_id = '{dag_id}'"
    )
    return {
        f"{t}[{i}].{k}" if i >= 0 else f"{t}.{k}": json.loads(v) if isinstance(v, str) else v
        for t, i, k, v in found
    }


def test_what_is_clean_passes_unchanged(airflow: Airflow, deployment: Deployment) -> None:
    from airflow.sdk import DAG, task

    with DAG("g_clean", schedule=None, params={"plan": "gold"}) as dag:

        @task.guarded
        def first(count: int, plan: str, run_id: Any = None, **context: Any) -> dict[str, Any]:
            assert run_id
            assert context["ti"].task_id == "first"
            return {"rows": count, "plan": plan}

        @task.guarded(multiple_outputs=True)
        def several(row: dict[str, Any]) -> dict[str, Any]:
            return {"plan": row["plan"], "empty": [()]}

        @task.guarded
        def each(number: int, *, base: int) -> int:
            return number + base

        @task.guarded
        def total(numbers: list[int]) -> int:
            return sum(numbers)

        @task.guarded
        async def later(nothing: tuple[()] = ()) -> str:
            return f"done{len(nothing)}"

        @task.guarded(allow_types=[f"{__name__}.Opaque"])
        def allowed(thing: Any) -> bool:
            return type(thing).__name__ == "Opaque"

        one: Any = first(3, "{{ params.plan }}")
        all_of_them: Any = each.partial(base=10).expand(number=[1, 2, 3])
        several(one)
        total(all_of_them)
        allowed(Opaque())
        if AIRFLOW >= (3, 2):  # 3.1 runs no asynchronous body
            later()
    run = airflow.run(dag)
    assert {state for state, _ in run.states.values()} == {"success"}, run.why
    found = values(airflow, "g_clean")
    assert found["first.return_value"] == {"rows": 3, "plan": "gold"}
    assert found["several.plan"] == "gold"
    assert found["total.return_value"] == 36
    assert found.get("later.return_value") == ("done0" if AIRFLOW >= (3, 2) else None)
    # arguments are rendered, and not shown
    [(fields,)] = airflow.rows(
        "SELECT rendered_fields FROM rendered_task_instance_fields"
        " WHERE dag_id = 'g_clean' AND task_id = 'several'"
    )
    assert "gold" not in fields


def test_a_finding_stops_the_task_before_anything_is_kept(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    from airflow.sdk import DAG, task

    with DAG("g_leaks", schedule=None, default_args=quick) as dag:

        @task.guarded
        def returns(kind: str) -> Any:
            return {
                "nested": nested(),
                "key": {PERSON: 1},
                "card": CARD,
                "bytes": PERSON.encode("utf-16"),
                "error": ValueError(PERSON),
                "generator": (x for x in [PERSON]),
                "opaque": Opaque(),
                "json": json.dumps({"x": [PERSON]}),
            }[kind]

        @task.guarded
        def takes(who: str) -> int:
            raise AssertionError(who)

        @task.guarded(templates_dict={"who": "{{ var.value.person }}"})
        def templated() -> int:
            raise AssertionError

        kinds = ["nested", "key", "card", "bytes", "error", "generator", "opaque", "json"]
        returns.expand(kind=kinds)
        takes("{{ var.value.person }}")
        takes.override(task_id="positional").expand(who=["{{ var.value.person }}"])
        templated()
    deployment.setting("AIRFLOW_VAR_PERSON", PERSON)
    run = airflow.run(dag)
    assert set(run.states.values()) == {("failed", 1)}, run.why
    assert len(run.states) == len(kinds) + 3
    assert not [k for k in values(airflow, "g_leaks") if k.endswith("return_value")]
    assert "return_value.rows[0].who[1].mail: email" in run.output
    assert "who: email" in run.output
    left = airflow.remains() + run.output.encode()
    [shown] = [
        f
        for (f,) in airflow.rows(
            "SELECT rendered_fields FROM rendered_task_instance_fields"
            " WHERE dag_id = 'g_leaks' AND task_id = 'templated'"
        )
    ]
    assert PERSON not in shown
    assert not [v for v in (PERSON, str(CARD)) if v.encode() in left]


def test_a_body_that_raises_tells_type_and_place_only(
    airflow: Airflow, deployment: Deployment, quick: dict[str, Any]
) -> None:
    from airflow.sdk import DAG, task

    kinds = ["plain", "lying", "stays", "skip", "ours", "later", "group", "borrowed", "failed"]
    with DAG("g_raises", schedule=None, default_args=quick) as dag:

        @task.guarded
        def raises(kind: str) -> Any:
            return raising(kind)

        for kind in kinds:
            raises.override(task_id=kind)(kind)
    run = airflow.run(dag)
    assert run.states == {
        "plain": ("failed", 3),
        "lying": ("failed", 3),
        "stays": ("failed", 1),
        "skip": ("skipped", 1),
        "ours": ("failed", 1),
        "later": ("failed", 3),
        "group": ("failed", 3),
        "borrowed": ("failed", 1),
        "failed": ("failed", 3),
    }, run.why
    assert "[SG-BODY] ValueError at test_guarded_tasks.py:" in run.output
    assert "[SG-BODY] LyingError at" in run.output
    assert "told as it is" in run.output
    assert PERSON.encode() not in airflow.remains() + run.output.encode()
