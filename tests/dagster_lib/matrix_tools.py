"""Looks through the eyes of Dagster's own tools: ``dg``, and the GraphQL of its web server.

The name keeps it out of the suite: these tools pin another release of Dagster than the other tests. ``make matrix
ARGS=dagster-tools`` makes an environment that has them, and runs this file there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "example_dags" / "dagster" / "dg_project"
QUERY = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
  location { dagsterLibraryVersions { name version } } } } } }"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example's project, with a home of Dagster beside it."""
    (tmp_path / "home").mkdir()
    return shutil.copytree(PROJECT, tmp_path / "dg_project")


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment in the project."""
    tools = Path(sys.executable).parent
    environment = {
        **{n: v for n, v in os.environ.items() if not n.startswith(("DAGSTER", "SLUICEGATE"))},
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join([str(project / "src"), os.environ.get("PYTHONPATH", "")]),
        "DAGSTER_HOME": str(project.parent / "home"),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
    }
    return subprocess.run(
        [str(tools / command[0]), *command[1:]],
        cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["GuardedExtractComponent", "VerifyComponent"])
def test_dg_lists_the_component(project: Path, name: str) -> None:
    done = run(project, "dg", "list", "components", "--json")
    assert f"dagster_sluicegate.{name}" in done.stdout, done.stderr


def test_dg_checks_the_yaml_and_the_definitions(project: Path) -> None:
    for what in ("yaml", "defs"):
        done = run(project, "dg", "check", what)
        assert done.returncode == 0, done.stdout + done.stderr


def test_dg_tells_a_misspelt_field(project: Path) -> None:
    file = project / "src" / "shop_extracts" / "defs" / "customers" / "defs.yaml"
    file.write_text(file.read_text("utf-8").replace("purpose:", "pupose:"), "utf-8")
    done = run(project, "dg", "check", "yaml")
    assert done.returncode != 0
    assert "pupose" in done.stdout + done.stderr


def test_graphql_tells_the_librarys_version(project: Path) -> None:
    done = run(project, "dagster-graphql", "-m", "shop_extracts.definitions", "-t", QUERY)
    answer = next(line for line in done.stdout.splitlines() if line.startswith("{"))
    (node,) = json.loads(answer)["data"]["repositoriesOrError"]["nodes"]
    told = {one["name"]: one["version"] for one in node["location"]["dagsterLibraryVersions"]}
    assert told["dagster-sluicegate"] == version("dagster-sluicegate")
