"""What each Airflow process pays because this project is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

REPOSITORY = Path(__file__).parents[2]
HEAVY = (
    "adbc_driver_manager", "boto3", "cryptography", "duckdb", "great_expectations", "hyperscan",
    "numpy", "onnxruntime", "openlineage", "pandas", "pandera", "polars", "pyarrow", "pydantic",
    "scrubadub", "sqlglot", "yaml",
)  # fmt: skip
"""What none of the modules may bring; what Airflow had loaded before does not count."""
MOST_SECONDS = 0.05

PROBE = """
    import importlib, json, sys, time
    import airflow.configuration, airflow.policies, airflow.sdk.plugins_manager
    import airflow.providers.common.compat.sdk
    for probed in {probed!r}:
        had, begin = set(sys.modules), time.process_time()
        exec(probed)
        spent = time.process_time() - begin
        print("\\nprobe", json.dumps([spent, sorted(set(sys.modules) - had)]))
"""


def entry_points() -> dict[str, list[str]]:
    project = tomllib.loads((REPOSITORY / "airflow_plugin/pyproject.toml").read_text("utf-8"))
    groups = project["project"]["entry-points"]
    return {group: [v.partition(":")[0] for v in e.values()] for group, e in groups.items()}


def probe(home: Path, *probed: str) -> list[tuple[float, set[str]]]:
    """Run statements in a fresh process that has Airflow.

    Returns:
        For each, the CPU seconds that it took and the modules that it brought.
    """
    code = textwrap.dedent(PROBE).format(probed=probed)
    quiet = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        check=False, capture_output=True, text=True, timeout=120, env=os.environ | quiet,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    told = [line for line in answer.stdout.splitlines() if line.startswith("probe ")]
    lines = [line.removeprefix("probe ") for line in told]
    return [(spent, set(modules)) for spent, modules in map(json.loads, lines)]


def test_the_entry_points_of_airflow_are_these() -> None:
    assert entry_points() == {
        "apache_airflow_provider": ["airflow_provider_sluicegate.provider"],
        "airflow.plugins": ["airflow_provider_sluicegate.plugin"],
        "airflow.policy": ["airflow_provider_sluicegate.policy"],
    }


def heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] in HEAVY}


def test_entry_points_and_what_the_plugin_lists_are_light(tmp_path: Path) -> None:
    """Airflow asks for listeners in every process that runs or schedules a task."""
    modules = [module for group in entry_points().values() for module in group]
    entry = "; ".join(f"importlib.import_module({module!r})" for module in modules)
    entry += "; sys.modules['airflow_provider_sluicegate.provider'].get_provider_info()"
    listed = (
        "p = sys.modules['airflow_provider_sluicegate.plugin'].SluicegatePlugin();"
        " p.listeners, p.operator_extra_links, p.external_views"
    )
    (spent, brought), (_, more) = probe(tmp_path, entry, listed)
    assert not heavy(brought | more)
    assert not {name for name in brought if name.startswith("sluicegate.")}
    assert spent < MOST_SECONDS


def test_reading_a_known_dag_under_the_policy_loads_nothing_heavy(tmp_path: Path) -> None:
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "one.py").write_text(
        f"# {dags}: no cache knows this file\n"
        "from airflow.sdk import DAG\nfrom airflow_provider_sluicegate import VerifyOutputOperator\n"
        "with DAG('one', schedule=None):\n    VerifyOutputOperator(task_id='a', paths='/lake')\n"
    )
    before = "from airflow.dag_processing.dagbag import DagBag; import pathlib"
    read = (
        f"folder = pathlib.Path({str(dags)!r});"
        " bag = DagBag(dag_folder=folder, bundle_path=folder, bundle_name='b');"
        " assert list(bag.dags) == ['one'] and not bag.import_errors, bag.import_errors"
    )
    first = probe(tmp_path, before, read)[1][1]
    assert "sluicegate.lint.dag_file" in first  # the policy has looked
    assert "pyarrow" in first  # and has scanned a file that it did not know
    again = probe(tmp_path, before, read)[1][1]
    assert "sluicegate.lint.dag_file" in again
    assert not heavy(again)
