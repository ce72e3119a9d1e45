"""Looks through the eyes of Dagster's own tools: ``dg`` and the web server's GraphQL.

A script, since these tools pin another release of Dagster than the rest of the tests: an environment that has
``dagster-dg-cli``, ``dagster-webserver`` and ``dagster-graphql`` beside this library runs it as
``python tests/dagster_lib/matrix_dg.py``. It prints a line for each check, and ends with 1 if one fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "example_dags" / "dagster" / "dg_project"
COMPONENTS = ("GuardedExtractComponent", "VerifyComponent")
QUERY = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
  location { dagsterLibraryVersions { name version } } } } } }"""


def main() -> int:
    """Run every check."""
    failed = 0
    for check in (components_are_listed, yaml_is_checked, definitions_load, version_is_told):
        with tempfile.TemporaryDirectory() as home:
            problem = "; ".join(check(lambda *command, home=home: run(Path(home), *command)))
        failed += bool(problem)
        print(f"{'FAIL' if problem else 'ok  '} {check.__name__} {problem}".rstrip())
    return 1 if failed else 0


Run = Callable[..., subprocess.CompletedProcess[str]]


def components_are_listed(run: Run) -> Iterator[str]:
    """``dg list components`` shows both, each with its schema's first words."""
    listed = run("dg", "list", "components", "--json")
    for name in COMPONENTS:
        if f"dagster_sluicegate.{name}" not in listed.stdout:
            yield f"{name} is not listed: {listed.stderr[-300:]}"


def yaml_is_checked(run: Run) -> Iterator[str]:
    """``dg check yaml`` takes the example, and tells what is wrong with a mistake in it."""
    good = run("dg", "check", "yaml")
    if good.returncode:
        yield good.stdout[-500:] + good.stderr[-500:]
    file = PROJECT / "src" / "shop_extracts" / "defs" / "customers" / "defs.yaml"
    text = file.read_text("utf-8")
    try:
        file.write_text(text.replace("purpose:", "pupose:"), "utf-8")
        bad = run("dg", "check", "yaml")
    finally:
        file.write_text(text, "utf-8")
    if not bad.returncode or "pupose" not in bad.stdout + bad.stderr:
        yield "a misspelt field passes"


def definitions_load(run: Run) -> Iterator[str]:
    """``dg check defs`` loads the project with no variable set."""
    done = run("dg", "check", "defs")
    if done.returncode:
        yield done.stdout[-500:] + done.stderr[-500:]


def version_is_told(run: Run) -> Iterator[str]:
    """GraphQL tells the version of this library, as the page of a code location shows it."""
    from importlib.metadata import version

    done = run("dagster-graphql", "-m", "shop_extracts.definitions", "-t", QUERY)
    answer = next((line for line in done.stdout.splitlines() if line.startswith("{")), "")
    try:
        nodes = json.loads(answer)["data"]["repositoriesOrError"]["nodes"]
        found = {v["name"]: v["version"] for v in nodes[0]["location"]["dagsterLibraryVersions"]}
    except (ValueError, KeyError, IndexError, TypeError):
        yield done.stdout[-300:] + done.stderr[-500:]
        return
    if found.get("dagster-sluicegate") != version("dagster-sluicegate"):
        yield f"told: {found}"


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment in the project."""
    tools = Path(sys.executable).parent
    environment = {
        **{n: v for n, v in os.environ.items() if not n.startswith(("DAGSTER", "SLUICEGATE"))},
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(PROJECT / "src"),
        "DAGSTER_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
    }
    return subprocess.run(
        [str(tools / command[0]), *command[1:]],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
