"""The cluster policy: which DAGs are import errors, and which tasks fail, in a real Airflow."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_version import AIRFLOW, bag_of

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow, Run

pytestmark = pytest.mark.airflow

PASSWORD = "hx7" + "Qz29!" + "rmW"
HEAD = """
import datetime
from airflow.sdk import DAG, task
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow_provider_sluicegate import GuardedExtractOperator
"""
SQL = 'SQLExecuteQueryOperator(task_id="q", sql="SELECT 1", conn_id={})'
GATE = 'GuardedExtractOperator(task_id="q", conn_id="shop_prod", sql="SELECT 1", output="/x", purpose="p")'

UNGUARDED = {
    "plain": SQL.format('"shop_prod"'),
    "mapped": 'SQLExecuteQueryOperator.partial(task_id="q", conn_id="shop_prod").expand(sql=["SELECT 1"])',
    "expanded": 'SQLExecuteQueryOperator.partial(task_id="q", sql="SELECT 1").expand(conn_id=["a", "shop_prod"])',
    "environment": SQL.format('__import__("os").environ["POLICY_TEST_CONN"]'),
    "set_later": SQL.format('"a"') + '.conn_id = __import__("os").environ["POLICY_TEST_CONN"]',
    "hook_params": 'SQLExecuteQueryOperator(task_id="q", sql="SELECT 1", conn_id="a", hook_params={"conn_id": "".join(map(chr, [115, 104, 111, 112, 95, 112, 114, 111, 100]))})',
    "op_kwargs": 'PythonOperator(task_id="q", python_callable=print, op_kwargs={"x": "".join(map(chr, [115, 104, 111, 112, 95, 112, 114, 111, 100]))})',
    "default_args": 'SQLExecuteQueryOperator(task_id="q", sql="SELECT 1", default_args={"conn_id": "shop_" + "prod"})',
    "template": 'BashOperator(task_id="q", bash_command="psql {{ conn.shop_prod.password }}")',
    "sql_branch": 'from airflow.providers.common.sql.operators.sql import BranchSQLOperator\n    BranchSQLOperator(task_id="q", sql="SELECT 1", conn_id="shop_prod", follow_task_ids_if_true=[], follow_task_ids_if_false=[])',
    "sensor": 'from airflow.providers.common.sql.sensors.sql import SqlSensor\n    SqlSensor(task_id="q", sql="SELECT 1", conn_id="shop_prod")',
    "transfer": 'from airflow.providers.common.sql.operators.generic_transfer import GenericTransfer\n    GenericTransfer(task_id="q", sql="SELECT 1", destination_table="t", source_conn_id="shop_prod", destination_conn_id="lake")',
    "taskflow": '@task\n    def f():\n        from airflow.providers.postgres.hooks.postgres import PostgresHook as P\n        return P("shop_prod").get_first("SELECT 1")\n    f()',
    "class_attribute": 'class Mine(SQLExecuteQueryOperator):\n        postgres_conn_id = "shop_prod"\n    Mine(task_id="q", sql="SELECT 1", conn_id="a")',
    "overridden_gate": 'class Mine(GuardedExtractOperator):\n        def execute(self, context): ...\n    Mine(task_id="q", conn_id=str("shop_prod"), sql="SELECT 1", output="/x", purpose="p")',
    "patched_gate": f"{GATE}.execute = print",
    "type_that_lies": 'M = type("M", (type,), {"__hash__": lambda s: hash(int), "__eq__": lambda s, o: True})\n    T = M("T", (str,), {})\n    ' + SQL.format('T(__import__("os").environ["POLICY_TEST_CONN"])'),
    "key_that_lies": 'K = type("K", (str,), {"__hash__": lambda s: hash("dag"), "__eq__": lambda s, o: True, "__str__": lambda s: "dag"})\n    ' + SQL.format('"a"') + '.__dict__[K("conn_id")] = __import__("os").environ["POLICY_TEST_CONN"]',
    "file_that_lies": '__file__ = __file__.replace("file_that_lies", "fine_gate")\n    @task\n    def f():\n        from airflow.sdk import BaseHook\n        return BaseHook.get_connection("shop_prod").host\n    f()',
}  # fmt: skip
SECRET = f'BashOperator(task_id="q", bash_command="true", env={{"DB_PASSWORD": "{PASSWORD}"}})'
FINE = {
    "fine_gate": GATE,
    "fine_mapped": 'GuardedExtractOperator.partial(task_id="q", conn_id="shop_prod", output="/x", purpose="p").expand(sql=["SELECT 1", "SELECT 2"])',
    "fine_derived": 'class Mine(GuardedExtractOperator):\n        ui_color = "#fff"\n        def __init__(self, **kwargs): super().__init__(purpose="p", output="/x", **kwargs)\n    Mine(task_id="q", conn_id="shop_prod", sql="SELECT 1")',
    "fine_other": SQL.format('"warehouse"'),
    "fine_bash": 'BashOperator(task_id="shop_prod", bash_command="echo {{ ds }}")',
}


def dag_file(name: str, body: str, *, tags: str = "[]") -> str:
    return f'{HEAD}\nwith DAG("{name}", schedule=None, tags={tags}) as dag:\n    {body.replace("{dag}", name)}\n'


@pytest.fixture(autouse=True)
def policy_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Guard ``shop_*`` and enforce; a test may set other options."""

    def setting(**options: str) -> None:
        for name, value in options.items():
            monkeypatch.setenv(f"AIRFLOW__SLUICEGATE__{name.upper()}", value)

    monkeypatch.setenv("POLICY_TEST_CONN", "shop_prod")
    setting(
        guarded_connections="shop_*", dag_policy="enforce", policy=str(tmp_path / "policy.yaml")
    )
    return setting


@pytest.fixture
def parsed(
    airflow: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dict[str, str]]:
    """Let Airflow read a folder of DAG files; return the import errors by file, without its end."""

    def parse(files: dict[str, str]) -> dict[str, str]:
        folder = tmp_path / "dags"
        monkeypatch.syspath_prepend(folder)
        for name, text in files.items():
            path = folder / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        bag = bag_of(folder)
        return {Path(name).stem: error for name, error in bag.import_errors.items()}

    return parse


@pytest.fixture
def no_policy_left() -> Iterator[None]:
    """Let no bar of a task's test reach into another's."""
    yield
    from airflow_provider_sluicegate.dag_rules.bar import unbar

    unbar()


def test_airflow_knows_the_policy(airflow: Airflow) -> None:
    from airflow import settings

    from airflow_provider_sluicegate import policy

    given: Any = getattr(settings, "get_policy_plugin_manager", None)  # 3.1 has a plain value
    manager = given() if given else settings.POLICY_PLUGIN_MANAGER
    assert manager.is_registered(policy)


def test_what_is_unguarded_is_an_import_error_and_nothing_else_is(
    parsed: Callable[..., dict[str, str]],
) -> None:
    files = {name: dag_file(name, body) for name, body in {**UNGUARDED, **FINE}.items()}
    files["secret"] = dag_file("secret", SECRET)
    files["helped"] = "from helping.db import read\n" + dag_file("helped", "task(read)()")
    files["helping/__init__"] = ""
    files["helping/db"] = (
        "from airflow.sdk import BaseHook\ndef read():\n    BaseHook.get_hook('shop_prod')"
    )
    errors = parsed(files)
    if AIRFLOW < (3, 2):  # it lists an error under the file that the DAG claims to come from
        errors["file_that_lies"] = errors.pop("fine_gate")
    assert set(errors) == {*UNGUARDED, "secret", "helped"}
    assert "[SG-A101] file_that_lies.py:14: " in errors["file_that_lies"]
    for error in errors.values():
        assert error.startswith("AirflowClusterPolicyViolation: sluicegate: [SG-A10")
        assert PASSWORD not in error
    assert "[SG-A101] taskflow.py:13: " in errors["taskflow"]
    assert "(read it with GuardedExtractOperator" in errors["taskflow"]
    assert "[SG-A101] task 'q' of DAG 'environment': conn_id 'shop_prod'" in errors["environment"]
    assert "[SG-A102] secret.py:10: a secret is written in the code" in errors["secret"]
    assert "[SG-A101] helping/db.py:3: " in errors["helped"]


@pytest.mark.parametrize("mode", ["warn", "observe", "off"])
def test_looser_modes_break_nothing_and_tell(
    parsed: Callable[..., dict[str, str]],
    policy_options: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
    mode: str,
) -> None:
    policy_options(dag_policy=mode)
    with caplog.at_level(logging.INFO, "airflow_provider_sluicegate"):
        assert parsed({"plain": dag_file("plain", UNGUARDED["plain"])}) == {}
    told = [r.levelname for r in caplog.records if "SG-A101" in r.getMessage()]
    level = {"warn": "WARNING", "observe": "INFO", "off": None}[mode]
    assert set(told) == ({level} if level else set())


def test_airflow_searches_no_source_of_the_hooks_and_they_are_called_in_order() -> None:
    from airflow.utils.code_utils import get_python_source

    from airflow_provider_sluicegate.dag_rules.task_hooks import around

    called: list[tuple[str, tuple[str, ...]]] = []
    hook = around(
        lambda *args: called.append(("theirs", args)),
        lambda *args: called.append(("ours", args)),
        first=True,
    )
    assert str(get_python_source(hook)).startswith("No source code available")
    hook("context")
    assert called == [("ours", ("context",)), ("theirs", ("context",))]


def test_a_word_that_is_no_mode_enforces(
    parsed: Callable[..., dict[str, str]], policy_options: Callable[..., None]
) -> None:
    policy_options(dag_policy="enforced")
    assert set(parsed({"plain": dag_file("plain", UNGUARDED["plain"])})) == {"plain"}


def test_tags_tighten_and_loosen_only_where_the_deployment_lets_them(
    parsed: Callable[..., dict[str, str]], policy_options: Callable[..., None]
) -> None:
    def files(tag: str) -> dict[str, str]:
        bad = UNGUARDED["plain"]
        return {n: dag_file(n, bad, tags=f'["{tag}"]') for n in ("legacy_a", "b")}

    assert set(parsed(files("sluicegate:warn"))) == {"legacy_a", "b"}
    policy_options(dag_policy_tags="legacy_*")
    assert set(parsed(files("Sluicegate:OFF "))) == {"b"}
    assert set(parsed(files("sluicegate:nonsense"))) == {"legacy_a", "b"}
    policy_options(dag_policy="off")
    assert set(parsed(files("sluicegate:enforce"))) == {"legacy_a", "b"}
    assert parsed(files("sluicegate:warn")) == {}


def test_sources_of_the_policy_and_hosts_of_the_settings_are_guarded(
    parsed: Callable[..., dict[str, str]],
    policy_options: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    policy_options(guarded_connections="")
    (tmp_path / "policy.yaml").write_text("sources: {billing: {}}\n", "utf-8")
    monkeypatch.setenv("SLUICEGATE_SOURCE_BILLING", "postgresql://r@bills.example.com/b")
    errors = parsed(
        {
            "by_id": dag_file("by_id", SQL.format('"billing"')),
            "by_host": dag_file("by_host", 'BashOperator(task_id="q", bash_command="psql -d postgresql://bills.example.com/b")'),
            "plain": dag_file("plain", UNGUARDED["plain"]),
        }
    )  # fmt: skip
    assert set(errors) == {"by_id", "by_host"}
    assert "SG-A103" in errors["by_host"]


def test_a_policy_that_cannot_be_read_fails_closed_where_it_is_enforced(
    parsed: Callable[..., dict[str, str]], policy_options: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "policy.yaml").write_text("sources: [", "utf-8")
    fine = {"fine_gate": dag_file("fine_gate", GATE)}
    (error,) = parsed(fine).values()
    assert "[SG-A105]" in error
    policy_options(dag_policy="warn")
    assert parsed(fine) == {}


def test_a_fault_of_ours_shows_no_text_and_breaks_no_other_dag(
    parsed: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.lint.dag_file import DagFiles

    check = DagFiles.check

    def broken(self: DagFiles, file: Path, roots: Any = ()) -> Any:
        if file.stem == "breaks":
            raise RuntimeError(PASSWORD)
        return check(self, file, roots)

    monkeypatch.setattr(DagFiles, "check", broken)
    errors = parsed({n: dag_file(n, GATE) for n in ("breaks", "fine_gate")})
    assert list(errors) == ["breaks"]
    assert "RuntimeError" in errors["breaks"]
    assert PASSWORD not in errors["breaks"]


# ------------------------------------------------------------------ while a task runs

RUNNING = """
    import os
    from airflow.sdk import BaseHook, Connection, get_current_context
    name = os.environ["POLICY_TEST_CONN"]

    class Lying(str):
        def upper(self): return name.upper()

    @task
    def hook(): BaseHook.get_connection(name)
    @task
    def direct(): Connection.get(name)
    @task
    def accessor(): return getattr(get_current_context()["conn"], name).host
    @task
    def lying(): return Connection.get(Lying("other")).host
    @task
    def swallowed():
        try: BaseHook.get_connection(name)
        except Exception: return "went on"
    @task
    def other(): return Connection.get("warehouse").conn_type
    @task
    def mapped(i): return Connection.get(name).host if i else "fine"
    @task(pre_execute=lambda context: Connection.get(name))
    def own_hook(): return 1
    @task.guarded
    def guarded(): return Connection.get(name).conn_type
    for f in (hook, direct, accessor, lying, swallowed, other, own_hook, guarded): f()
    mapped.expand(i=[0, 1])

    @task
    def leak(): return {"who": ["someone.real@" + "example-shop.de"]}
    @task
    def key(): return "ghp_" + "aB3dE6gH9jK" * 2 + "mN4pQ7rS1tVw3x"
    @task
    def clean(): return {"rows": 12, "path": "/lake/x"}
    @task
    def odd(): return object()
    @task(do_xcom_push=False)
    def not_kept(): return "someone.real@" + "example-shop.de"
    @task
    def mapped_leak(i): return "someone.real@" + "example-shop.de" if i else "fine"
    def own(context, result=None): os.environ["POLICY_TEST_HOOK"] = str(result)
    def own_late(context, result): result["x"] = "someone.real@" + "example-shop.de"
    @task(post_execute=own)
    def hooked(): return "fine"
    @task(post_execute=own_late)
    def late(): return {}
    for f in (leak, key, clean, odd, not_kept, hooked, late): f()
    mapped_leak.expand(i=[0, 1])

    class Late(PythonOperator):
        def execute(self, context):
            self.kept = {}
            return self.kept
        def post_execute(self, context, result=None): self.kept["x"] = "someone.real@" + "example-shop.de"
    Late(task_id="class_late", python_callable=print)
"""


@pytest.fixture
def ran(
    airflow: Airflow, monkeypatch: pytest.MonkeyPatch, quick: dict[str, Any], no_policy_left: None
) -> Callable[[str], Run]:
    def run(name: str) -> Run:
        monkeypatch.setenv("AIRFLOW_CONN_SHOP_PROD", '{"conn_type": "postgres", "host": "h"}')
        monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", '{"conn_type": "postgres", "host": "w"}')
        body = textwrap.indent(textwrap.dedent(RUNNING), "    ")
        source = (
            f'{HEAD}\nwith DAG("{name}", schedule=None, default_args={quick!r}) as dag:\n{body}'
        )
        path = airflow.home / f"{name}.py"
        path.write_text(source, "utf-8")
        names: dict[str, Any] = {"__file__": str(path), "__name__": name}
        exec(compile(source, str(path), "exec"), names)
        return airflow.run(names["dag"])

    return run


def test_a_running_task_gets_no_guarded_connection_and_returns_nothing_personal(
    ran: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICY_TEST_HOOK", "")
    run = ran("t_policy_enforce")
    refused = ("failed", 1)  # at once, whatever `retries` says
    failed = {name: state for name, state in run.states.items() if state[0] == "failed"}
    assert failed.pop("lying") == ("failed", 3)  # there is no such connection
    assert failed == dict.fromkeys(
        ["hook", "direct", "guarded", "accessor", "mapped[1]", "own_hook", "leak", "key", "odd", "late", "mapped_leak[1]", "class_late"],
        refused,
    ), run.why  # fmt: skip
    import os

    assert os.environ["POLICY_TEST_HOOK"] == "fine"
    assert "SG-A101" in run.output
    assert "return_value.who[0]: email" in run.output


def test_warn_lets_the_task_go_on_and_tells(
    ran: Callable[[str], Run], policy_options: Callable[..., None]
) -> None:
    policy_options(dag_policy="warn", return_values="warn")
    run = ran("t_policy_warn")
    assert {state for state, _ in run.states.values()} <= {"success", "failed"}
    failed = {name for name, (state, _) in run.states.items() if state == "failed"}
    assert failed <= {"odd", "lying"}, run.why  # what Airflow itself cannot keep, or find
    assert "SG-A106" in run.output
