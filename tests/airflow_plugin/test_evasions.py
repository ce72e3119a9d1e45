"""Tries to get values out of a guarded Airflow, and searches all that it keeps for them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import airflow_evasions as evasions
from airflow_standalone import Standalone, standalone, until

if TYPE_CHECKING:
    from tests.airflow_plugin.conftest import Airflow

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
DOCUMENT = ROOT / "docs" / "how-to" / "airflow-evasions.md"
STOPPED = [way for way in evasions.WAYS if way not in evasions.OUT_OF_REACH]
WAITS = {"defers_0", "defers_1"}
"""Tasks that a guard has to fail, or they wait for ever."""
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
RENDERED = """
from airflow_provider_sluicegate.rendered import redact_rendered


def task_policy(task):
    redact_rendered(task)
"""


@dataclass(frozen=True)
class Left:
    """What stands in the home of an Airflow after all ways were tried."""

    files: dict[str, bytes] = field(repr=False)
    states: dict[str, str] = field(default_factory=dict)
    import_errors: dict[str, str] = field(default_factory=dict)

    def of(self, way: str) -> list[str]:
        """Name what holds the value of a way, in any form."""
        forms = evasions.forms_of(way).items()
        return [
            f"{name}, {form}"
            for name, content in self.files.items()
            for form, sought in forms
            if sought in content
        ]


def settings(home: Path) -> dict[str, str]:
    """Configure the guard as the how-to says."""
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
        "AIRFLOW__CORE__XCOM_BACKEND": "airflow_provider_sluicegate.xcom.GuardedXCom",
        "AIRFLOW__LOGGING__LOGGING_CONFIG_CLASS": "airflow_provider_sluicegate.logs.LOGGING_CONFIG",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__EMAIL__EMAIL_BACKEND": "airflow_evasions.write_mail",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "AIRFLOW__SLUICEGATE__HOME": str(home / "gate"),
        "AIRFLOW__SLUICEGATE__DAG_POLICY": "enforce",
        "AIRFLOW__SLUICEGATE__GUARDED_CONNECTIONS": "shop_*",
    }


def prepared(airflow: Airflow, home: Path) -> Path:
    """Make a home with a migrated database and the DAG files."""
    (home / "dags").mkdir(parents=True)
    (home / "config").mkdir()
    source = sqlite3.connect(airflow.home / "airflow.db")
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(home / "airflow.db")) as to:
        source.backup(to)
    shutil.copy(TESTS / "airflow_evasion_dags.py", home / "dags")
    return home


@pytest.fixture(scope="module")
def guarded(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Left:
    home = prepared(airflow, tmp_path_factory.mktemp("lab") / "guarded")
    (home / "config" / "airflow_local_settings.py").write_text(RENDERED)
    (home / "dags" / "unguarded.py").write_text(UNGUARDED)
    (home / "dags" / "broken.py").write_text(BROKEN)
    literal = f'"""airflow DAG of {evasions.value_of("literal in a DAG file")}"""\n'
    (home / "dags" / "literal.py").write_text(
        f'{literal}from airflow.sdk import DAG\n\nwith DAG("literal"):\n    pass\n'
    )
    with standalone(home, settings(home)) as running:
        ways_of_a_person(running)
        states = until(lambda: ended(home), 400, "the tasks did not end")
        errors = until(lambda: import_errors(running), 60, "no import error was told")
    return Left(files=files_of(home), states=states, import_errors=errors)


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


def ended(home: Path) -> dict[str, str]:
    """Return the states of all tasks, once nothing more happens."""
    with contextlib.closing(sqlite3.connect(home / "airflow.db", timeout=30)) as connection:
        rows = connection.execute("SELECT dag_id, task_id, state FROM task_instance").fetchall()
    by_task = {task: str(state) for dag, task, state in rows if dag in {"evasions", "by_hand"}}
    final = {"success", "failed", "skipped", "upstream_failed", "removed"}
    waiting = {t for t, s in by_task.items() if s not in final}
    still = {t for t in waiting if not (t in WAITS and by_task[t] == "deferred")}
    return by_task if "nothing" in by_task and "logs" in by_task and not still else {}


def import_errors(running: Standalone) -> dict[str, str]:
    found = running.api("importErrors")["import_errors"]
    return {Path(e["filename"]).name: e["stack_trace"] for e in found}


def files_of(home: Path) -> dict[str, bytes]:
    """Read every table, with what is binary in it, and every file but the database's own."""
    files = {
        str(p.relative_to(home)): p.read_bytes()
        for p in home.rglob("*")
        if p.is_file() and ".db" not in p.name and p.relative_to(home).parts[0] != "dags"
    }
    with contextlib.closing(sqlite3.connect(home / "airflow.db")) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in connection.execute(query).fetchall():
            cells = [c for row in connection.execute(f'SELECT * FROM "{table}"') for c in row]
            files[f"table {table}"] = b"\n".join(
                c if isinstance(c, bytes) else str(c).encode() for c in cells
            )
    return files


@pytest.mark.parametrize("way", STOPPED)
def test_nothing_of_it_is_kept(guarded: Left, way: str) -> None:
    assert guarded.of(way) == []


@pytest.mark.parametrize("way", evasions.OUT_OF_REACH)
def test_what_is_said_to_be_out_of_reach_is(guarded: Left, way: str) -> None:
    """Should one be stopped some day, the document must not say that it is open."""
    assert guarded.of(way) != []
