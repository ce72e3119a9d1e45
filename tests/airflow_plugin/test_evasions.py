"""Tries to get values out of a guarded Airflow, and searches all that it keeps for them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

import airflow_evasions as evasions
from airflow_standalone import Standalone, standalone, until
from folder_content import contents

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow
    from tests.conftest import Postgres

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
DOCUMENT = ROOT / "docs" / "how-to" / "airflow-evasions.md"
PLAIN = ("logs", "pushes", "raises_0", "hands_0", "renders")
STOPPED = [way for way in evasions.WAYS if way not in evasions.OUT_OF_REACH]

UNGUARDED = """
from airflow.sdk import DAG, BaseHook, task

with DAG("unguarded", schedule=None):

    @task
    def reads():
        return BaseHook.get_connection("shop_prod")

    reads()
"""
BROKEN = """
from airflow_evasions import value_of  # and a word that Airflow looks for: dag

raise ValueError(value_of("exception while the DAG file is read"))
"""


@dataclass(frozen=True)
class Left:
    """What stands in the home of an Airflow after all ways were tried."""

    files: dict[str, bytes] = field(repr=False)
    states: dict[str, str] = field(default_factory=dict)
    import_errors: dict[str, str] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()

    def of(self, way: str) -> list[str]:
        """Name what holds the value of a way, in any form."""
        forms = evasions.forms_of(way).items()
        return [
            f"{name}, {form}"
            for name, content in self.files.items()
            for form, sought in forms
            if sought in content
        ]


def settings(home: Path, database: str) -> dict[str, str]:
    """Configure the guard as the how-to says."""
    places = ("CONN", "psycopg"), ("CONN_ASYNC", "psycopg_async")
    transport = {
        "type": "transform",
        "transformer_class": "airflow_provider_sluicegate.openlineage.RedactingTransformer",
        "transport": {"type": "file", "log_file_path": str(home / "lineage.jsonl"), "append": True},
    }
    return {
        "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path]),
        "AIRFLOW_CONN_LITE": json.dumps({"conn_type": "sqlite", "host": str(home / "lite.db")}),
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__FERNET_KEY": "",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "AIRFLOW__CORE__XCOM_BACKEND": "airflow_provider_sluicegate.xcom.GuardedXCom",
        "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS": "airflow_provider_sluicegate.logs.LOGGING_CONFIG",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        **{
            f"AIRFLOW__DATABASE__SQL_ALCHEMY_{name}": database.replace(
                "postgresql", f"postgresql+{driver}"
            )
            for name, driver in places
        },
        "AIRFLOW__EMAIL__EMAIL_BACKEND": "airflow_evasions.write_mail",
        "AIRFLOW__EMAIL__HTML_CONTENT_TEMPLATE": str(home / "config" / "mail.html"),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "AIRFLOW__SLUICEGATE__HOME": str(home / "gate"),
        "AIRFLOW__SLUICEGATE__DAG_POLICY": "enforce",
        "AIRFLOW__SLUICEGATE__GUARDED_CONNECTIONS": "shop_*",
    }


def prepared(home: Path, environment: dict[str, str]) -> None:
    """Make a home with the DAG files, and the tables of the database."""
    (home / "dags").mkdir(parents=True)
    (home / "config").mkdir()
    shutil.copy(TESTS / "airflow_evasion_dags.py", home / "dags")
    (home / "config" / "mail.html").write_text(
        'Try {{ try_number }}, <a href="{{ ti.log_url }}">log</a>'
    )
    (home / "dags" / "unguarded.py").write_text(UNGUARDED)
    (home / "dags" / "broken.py").write_text(BROKEN)
    literal = f'"""airflow DAG of {evasions.value_of("literal in a DAG file")}"""\n'
    (home / "dags" / "literal.py").write_text(
        f'{literal}from airflow.sdk import DAG\n\nwith DAG("literal"):\n    pass\n'
    )
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "airflow", "db", "migrate"],
        env={**os.environ, **environment, "AIRFLOW_HOME": str(home)}, cwd=home,
        capture_output=True, check=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def guarded(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Left:
    home, database = tmp_path_factory.mktemp("lab") / "guarded", postgres.database()
    environment = settings(home, database)
    prepared(home, environment)
    with standalone(home, environment) as running:
        ways_of_a_person(running)
        states = until(lambda: ended(database), 400, "the tasks did not end")
        errors = until(lambda: import_errors(running), 60, "no import errors were told")
        plugins = running.api("plugins")["plugins"]
        providers = running.api("providers")["providers"]
    return Left(
        files=files_of(home) | tables_of(database),
        states=states,
        import_errors=errors,
        plugins=tuple(p["name"] for p in plugins),
        providers=tuple(p["package_name"] for p in providers),
    )


def ways_of_a_person(running: Standalone) -> None:
    value = evasions.value_of
    name = value("id of a run").replace("@", "_").replace(".", "_")
    run = {
        "dag_run_id": name,
        "logical_date": None,
        "conf": {"customer": value("configuration of a run that a person starts")},
        "note": value("note that a person writes"),
    }
    until(
        lambda: any(d["dag_id"] == "by_hand" for d in running.api("dags")["dags"]),
        200,
        "Airflow did not read the DAG",
    )
    assert running.api("dags/by_hand/dagRuns", run)["dag_run_id"] == name


def ended(database: str) -> dict[str, str]:
    """Return the states of all tasks, once nothing more happens."""
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT dag_id, task_id, state FROM task_instance").fetchall()
    by_task = {task: str(state) for dag, task, state in rows if dag in {"evasions", "by_hand"}}
    final = {"success", "failed", "skipped", "upstream_failed", "removed"}
    # two tasks wait for ever if nobody stops them
    still = {
        t: s for t, s in by_task.items() if s not in final and t not in {"defers_0", "defers_1"}
    }
    return by_task if {"nothing", "logs"} <= set(by_task) and not still else {}


def import_errors(running: Standalone) -> dict[str, str]:
    found = running.api("importErrors")["import_errors"]
    told = {Path(e["filename"]).name: e["stack_trace"] for e in found}
    return told if len(told) > 1 else {}


def files_of(home: Path) -> dict[str, bytes]:
    """Read all that Airflow and Sluicegate wrote, and not the DAG files that the test wrote."""
    kept = {str(p.relative_to(home)): content for p, content in contents(home).items()}
    return {name: content for name, content in kept.items() if not name.startswith("dags/")}


def tables_of(database: str) -> dict[str, bytes]:
    """Read all tables, with what is binary in them."""
    with psycopg.connect(database) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [name for (name,) in connection.execute(query)]
        return {f"table {name}": table_of(connection, name) for name in names}


def table_of(connection: psycopg.Connection[Any], name: str) -> bytes:
    rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))
    return b"\n".join(
        bytes(c) if isinstance(c, (bytes, memoryview)) else json.dumps(c, default=str).encode()
        for row in rows
        for c in row
    )


@pytest.fixture(scope="module")
def unguarded(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Run a few of the tasks as a worker does, with nothing of ours switched on."""
    home = tmp_path_factory.mktemp("lab") / "plain"
    (home / "dags").mkdir(parents=True)
    with (
        contextlib.closing(sqlite3.connect(airflow.home / "airflow.db")) as migrated,
        contextlib.closing(sqlite3.connect(home / "airflow.db")) as copy,
    ):
        migrated.backup(copy)
    shutil.copy(TESTS / "airflow_evasion_dags.py", home / "dags")
    environment = {
        n: v for n, v in settings(home, "").items() if "SQL_ALCHEMY" not in n and "XCOM" not in n
    }
    del environment["AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS"]
    environment |= {"AIRFLOW_HOME": str(home), "AIRFLOW__SLUICEGATE__DAG_POLICY": "off"}
    environment["AIRFLOW__OPENLINEAGE__DISABLED"] = "True"
    script = str(TESTS / "airflow_plugin" / "supervised.py")
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", script, "airflow_evasion_dags.py:evasions", *PLAIN],
        env={**os.environ, **environment}, cwd=home, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    with contextlib.closing(sqlite3.connect(home / "airflow.db")) as connection:
        tables = {"tables": "\n".join(connection.iterdump()).encode()}
    return Left(files=tables | files_of(home / "logs"))


@pytest.mark.parametrize("way", STOPPED)
def test_nothing_of_it_is_kept(guarded: Left, way: str) -> None:
    if way in evasions.ABSENT:
        pytest.skip("this Airflow has no such way")
    assert guarded.of(way) == []


@pytest.mark.parametrize("way", evasions.OUT_OF_REACH)
def test_what_is_said_to_be_out_of_reach_is(guarded: Left, way: str) -> None:
    """Should one be stopped some day, the document must not say that it is open."""
    assert guarded.of(way) != []


def test_without_the_guard_the_same_tasks_leave_their_values(unguarded: Left) -> None:
    """The search finds what there is."""
    tried = [
        *evasions.logged.found, *evasions.pushed.found, "exception", "state store of a task",
        "rendered field",
    ]  # fmt: skip
    closed = {way for way in tried if not unguarded.of(way)} - evasions.ABSENT
    # Airflow itself cannot store bytes and most objects, loses attributes, packs tables
    assert closed <= set(evasions.pushed.found), sorted(closed)
    assert len(closed) == 9


def test_what_hands_on_a_value_fails_at_once(guarded: Left) -> None:
    names = list(evasions.handed.found)
    refused = {f"hands_{n}" for n in range(len(names))}
    refused |= {"defers_0", "defers_1", "makes_asset", "triggers", "returns", "outputs", "bash"}
    assert {t: guarded.states[t] for t in refused} == dict.fromkeys(refused, "failed")


def test_what_is_clean_or_made_clean_goes_on(guarded: Left) -> None:
    fine = {
        "logs", "pushes", "renders", "renders_nested", "renders_mapped", "environment", "states",
        "tells", "labels", "labels_late", "defers_2", "defers_3", "retries", "calls_on_success",
        "triggers_by_name", "nothing",
    }  # fmt: skip
    assert {t: guarded.states[t] for t in fine} == dict.fromkeys(fine, "success")


def test_an_unguarded_dag_is_an_import_error_for_all_to_see(guarded: Left) -> None:
    assert set(guarded.import_errors) == {"broken.py", "unguarded.py"}
    assert "SG-A101" in guarded.import_errors["unguarded.py"]


def test_airflow_knows_the_plugin_and_the_provider(guarded: Left) -> None:
    assert "sluicegate" in guarded.plugins
    assert "airflow-provider-sluicegate" in guarded.providers


def test_the_document_lists_every_way_and_no_other() -> None:
    text = DOCUMENT.read_text("utf-8")
    stopped, _, open_ways = text.partition("## Out of reach")
    rows = re.compile(r"^\| (?!way |---)([^|]+?) \|", re.MULTILINE)
    assert rows.findall(open_ways) == evasions.OUT_OF_REACH
    assert sorted(rows.findall(stopped)) == sorted(STOPPED)
