"""A real Airflow with its own home on SQLite, and a shop in PostgreSQL behind a connection.

Airflow reads where its home is when it is first imported, so that is set here, at collection.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import os
import secrets
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from airflow.sdk import DAG
    from example_dags.shop import Shop
    from tests.conftest import Postgres

REPOSITORY = Path(__file__).parents[2]
HOME = Path(tempfile.mkdtemp(prefix="sluicegate-airflow-"))
QUIET = {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_FOLDER": str(HOME / "dags"),
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),  # Airflow 3.2 makes none
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "SCARF_ANALYTICS": "false",
}


if "airflow" not in sys.modules:
    (HOME / "dags").mkdir()
    os.environ.update(QUIET)
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a DAG run left behind."""

    dag_run: DagRun
    output: str = field(repr=False)
    """All that it wrote to the screen, which holds the task logs."""

    @property
    def why(self) -> str:
        """The lines that tell how it went: the message of a failed assertion."""
        telling = ("sluicegate", "Error:", "Exception:", "[error")
        return "\n".join(x for x in self.output.splitlines() if any(t in x for t in telling))

    @property
    def states(self) -> dict[str, tuple[str, int]]:
        """Task id (with map index, if mapped) → state and number of tries."""
        return {
            ti.task_id if ti.map_index < 0 else f"{ti.task_id}[{ti.map_index}]": (
                str(ti.state),
                ti.try_number,
            )
            for ti in self.dag_run.get_task_instances()
        }


@dataclass(frozen=True, kw_only=True)
class Airflow:
    """An Airflow whose database is migrated."""

    home: Path
    screen: Callable[[], str] = field(repr=False)
    """Gives what was written to the screen since the last call."""

    def run(self, dag: DAG, **more: Any) -> Run:
        """Run a DAG of this process to its end, as ``airflow dags test`` does.

        ``more`` is what ``dag.test`` takes: ``logical_date``, ``run_conf``.
        """
        from airflow.dag_processing.bundles.manager import DagBundlesManager

        bag_options: dict[str, Any] = {"dag_folder": str(self.home / "dags")}
        try:
            from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

            bag_options["bundle_name"] = "dags-folder"
        except ModuleNotFoundError:  # Airflow 3.1
            from airflow.models.dagbag import DagBag, sync_bag_to_db  # type: ignore[no-redef]

        self.screen()
        manager: Any = DagBundlesManager  # its constructor has no types
        manager().sync_bundles_to_db()
        bag = DagBag(**bag_options)
        bag.bag_dag(dag)
        sync_bag_to_db(bag, "dags-folder", None)
        dag_run = dag.test(**more)
        return Run(dag_run=dag_run, output=self.screen())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask Airflow's database."""
        with contextlib.closing(sqlite3.connect(self.home / "airflow.db")) as connection:
            return connection.execute(query).fetchall()

    def remains(self) -> bytes:
        """Everything that lies in the home: the database, row by row and as a file, and all logs."""
        with contextlib.closing(sqlite3.connect(self.home / "airflow.db")) as connection:
            dump = "\n".join(connection.iterdump()).encode()
        files = [p for p in self.home.rglob("*") if p.is_file()]
        return dump + b"".join(p.read_bytes() for p in files)


@pytest.fixture(scope="session")
def airflow(request: pytest.FixtureRequest) -> Airflow:
    """Migrate the database of the session's Airflow once.

    Loggers hold the streams that they first saw, so only pytest's own capture sees everything:
    these tests cannot run with ``-s``.
    """
    from airflow.configuration import AIRFLOW_HOME
    from airflow.utils.db import initdb

    assert str(HOME) == AIRFLOW_HOME, "something imported Airflow before these tests"
    initdb()
    _wait_for_the_api()
    capture: Any = request.config.pluginmanager.getplugin("capturemanager")
    return Airflow(home=HOME, screen=lambda: "".join(capture.read_global_capture()))


def _wait_for_the_api() -> None:
    """Wait where Airflow 3.2 does not: its API in this process begins in a thread of its own."""
    import airflow
    from airflow.sdk.execution_time import supervisor

    if not airflow.__version__.startswith("3.2."):
        return
    started: Any = supervisor.in_process_api_server

    def waited_for() -> Any:
        api = started()
        until = time.monotonic() + 30
        while api.transport and not hasattr(api.app.state, "svcs_registry"):
            assert time.monotonic() < until, "Airflow's API did not begin"
            time.sleep(0.01)
        return api

    supervisor.in_process_api_server = waited_for  # type: ignore[assignment]


@pytest.fixture(scope="session")
def shop() -> Shop:
    """A small generated shop."""
    from example_dags.shop import generate

    return generate(customers=60, orders=240, notes=30)


@pytest.fixture(scope="module")
def shop_url(postgres: Postgres, shop: Shop) -> str:
    """The shop in a fresh database; the URL of its reader."""
    from example_dags.shop import load

    return load(postgres.database(), shop)


def connection_json(url: str, **changes: Any) -> str:
    """Spell a PostgreSQL URL as Airflow's connection in JSON."""
    parts = make_url(url)
    fields = {
        "conn_type": "postgres",
        "host": str(parts.query.get("host", parts.host or "")),
        "login": parts.username,
        "password": parts.password,
        "schema": parts.database,
        "port": parts.port,
    }
    return json.dumps(fields | changes)


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A configured gate: policy, key and home of its own."""

    folder: Path
    url: str = field(repr=False)
    """The shop, for its reader."""
    setting: Callable[[str, str], None] = field(repr=False)

    @property
    def lake(self) -> Path:
        """Where DAGs of the tests release to."""
        return self.folder / "lake"

    @property
    def policy(self) -> Path:
        """The policy file, a copy that a test may change."""
        return self.folder / "policy.yaml"

    def connect(self, conn_id: str, **changes: Any) -> None:
        """Define a connection of Airflow to the shop, with changes to its fields."""
        self.setting(f"AIRFLOW_CONN_{conn_id.upper()}", connection_json(self.url, **changes))


@pytest.fixture
def deployment(tmp_path: Path, shop_url: str, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Configure the gate through Airflow's section, and the connection ``shop_prod``."""
    policy = (REPOSITORY / "example_dags/policies/shop.yaml").read_text("utf-8")
    anyone = "- {orchestrator: airflow, pipeline: guarded_customers}"
    assert anyone in policy
    more = f'{anyone}\n      - {{orchestrator: airflow, pipeline: "t_*"}}'
    (tmp_path / "policy.yaml").write_text(policy.replace(anyone, more), "utf-8")
    settings: Mapping[str, str] = {
        "SLUICEGATE_ROOT_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "AIRFLOW__SLUICEGATE__HOME": str(tmp_path / "home"),
        "AIRFLOW__SLUICEGATE__POLICY": str(tmp_path / "policy.yaml"),
        "AIRFLOW__SLUICEGATE__ENVIRONMENT": "test",
        "AIRFLOW__SLUICEGATE__LINEAGE": str(tmp_path / "lineage.jsonl"),
        "AIRFLOW_CONN_SHOP_PROD": connection_json(shop_url),
        "SLUICEGATE_DEMO_LAKE": str(tmp_path / "lake"),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return Deployment(folder=tmp_path, url=shop_url, setting=monkeypatch.setenv)


@pytest.fixture
def quick() -> dict[str, Any]:
    """Arguments of a task that retries twice and at once."""
    return {"retries": 2, "retry_delay": timedelta(0)}
