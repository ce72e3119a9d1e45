"""What Airflow is told about the provider, and what telling it costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from airflow_provider_sluicegate.provider import get_provider_info
from sluicegate.settings import NAMES

pytestmark = pytest.mark.airflow

HEAVY = (
    "airflow", "duckdb", "great_expectations", "hyperscan", "pandas", "pyarrow", "sqlalchemy",
    "sqlglot",
)  # fmt: skip


def loaded(*statements: str) -> set[str]:
    code = ";".join([*statements, "import sys,json", "print(json.dumps(sorted(sys.modules)))"])
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    return set(json.loads(answer.stdout.splitlines()[-1]))


def test_the_entry_point_loads_nothing_heavy() -> None:
    modules = loaded(
        "import airflow_provider_sluicegate",
        "from airflow_provider_sluicegate.provider import get_provider_info",
        "get_provider_info()",
    )
    assert modules.isdisjoint(HEAVY)


def test_parsing_a_dag_loads_no_part_of_the_gate(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "example_dags/guarded_customers.py"
    modules = loaded("import runpy", f"runpy.run_path({str(example)!r})")
    # Airflow itself loads SQLAlchemy, and through pathspec hyperscan where it is installed
    assert modules.isdisjoint({"duckdb", "pandas", "pyarrow", "sqlglot"})
    assert not {name for name in modules if name.startswith("sluicegate.")} - {
        "sluicegate.errors",
        "sluicegate.model",
        "sluicegate.model.identity",
        "sluicegate.model.sensitive",
    }


def test_what_dags_import_loads_no_part_of_the_gate() -> None:
    info = get_provider_info()
    listed = [info[kind] for kind in ("operators", "sensors", "triggers", "hooks")]
    names = [name for kind in listed for entry in kind for name in entry["python-modules"]]
    names += [d["class-name"].rpartition(".")[0] for d in info["task-decorators"]]
    assert len(names) >= 10
    modules = loaded(*(f"import {name}" for name in names))
    assert modules.isdisjoint({"duckdb", "pandas", "pyarrow", "sqlglot"})
    assert not {name for name in modules if name.startswith("sluicegate.")} - {
        "sluicegate.errors",
        "sluicegate.model",
        "sluicegate.model.identity",
        "sluicegate.model.sensitive",
    }


def test_it_validates_against_the_schema_of_airflow() -> None:
    spec = find_spec("airflow")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    path = Path(spec.submodule_search_locations[0]) / "provider_info.schema.json"
    jsonschema.validate(get_provider_info(), json.loads(path.read_text("utf-8")))


def test_every_setting_of_the_gate_has_an_option_and_the_named_modules_exist() -> None:
    info = get_provider_info()
    options = info["config"]["sluicegate"]["options"]
    ours = NAMES - {"openlineage"}  # Airflow's own provider sends
    assert set(options) == ours | {
        "config_file", "dag_policy", "dag_policy_tags", "evidence_url", "guarded_connections",
        "guarded_hosts", "record_runs", "redact_logs", "redact_rendered", "return_values",
        "value_types", "xcom", "xcom_inner",
    }  # fmt: skip
    assert [name for name, option in options.items() if option.get("sensitive")] == [
        "ledger",
        "vault",
        "witnesses",
    ]
    for module in info["operators"][0]["python-modules"]:
        import_module(module)


def test_airflow_tells_of_the_provider_when_asked(
    airflow: object, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "airflow-provider-sluicegate"
    assert told(capsys, full=False) == {"Provider": name, "Version": version(name)}
    full = told(capsys, full=True)
    assert full["package-name"] == name
    assert "guarded_connections" in full["config"]["sluicegate"]["options"]
    assert "[airflow_provider_sluicegate.operators" in str(full["operators"]).replace("'", "")


def told(capsys: pytest.CaptureFixture[str], *, full: bool) -> dict[str, Any]:
    """Return what ``airflow providers get`` prints."""
    from airflow.cli.cli_parser import get_parser

    asked = ["providers", "get", "airflow-provider-sluicegate", "-o", "json"]
    arguments = get_parser().parse_args([*asked, "--full"] if full else asked)
    capsys.readouterr()
    arguments.func(arguments)
    (answer,) = json.loads(capsys.readouterr().out)
    return dict(answer)


@pytest.mark.slow
def test_airflow_lists_the_provider_and_its_configuration(airflow: object) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "airflow"]
    listed = subprocess.run(
        [*command, "providers", "list", "-o", "json"], capture_output=True, text=True, check=True
    )
    assert '"airflow-provider-sluicegate"' in listed.stdout
    value = subprocess.run(
        [*command, "config", "get-value", "sluicegate", "environment"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "AIRFLOW__SLUICEGATE__ENVIRONMENT": "canal"},
    )  # fmt: skip
    assert value.stdout.strip().splitlines()[-1] == "canal"
    shown = subprocess.run(
        [*command, "plugins", "-o", "json"], capture_output=True, text=True, check=True
    )
    plugin = next(p for p in json.loads(shown.stdout) if p["name"] == "sluicegate")
    assert plugin["source"].startswith("airflow-provider-sluicegate==")
    assert plugin["listeners"]
