from __future__ import annotations

import subprocess
import sys
import time

import pytest
from syrupy.assertion import SnapshotAssertion
from typer.main import get_command
from typer.testing import CliRunner

from sluicegate.cli.app import app
from sluicegate.cli.examples import _EXAMPLES

HEAVY = (
    "pyarrow", "hyperscan", "sqlglot", "pandas", "great_expectations", "sqlalchemy", "duckdb",
    "numpy", "cryptography", "pydantic", "rich",
)  # fmt: skip


def commands() -> list[str]:
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined] # a group
        below = getattr(command, "commands", None)
        found += [f"{name} {leaf}" for leaf in below] if below else [name]
    return found


def test_there_is_every_command_that_was_promised() -> None:
    groups = {name.split()[0] for name in commands()}
    assert groups == {
        "init", "classify", "plan", "extract", "preview", "lint", "scan", "verify", "approvals", "policy", "ledger",
        "detectors", "keys", "doctor", "allow", "unmask", "execute", "login",
        "evidence", "subject",
    }  # fmt: skip


def test_every_command_has_an_example_and_every_example_a_command() -> None:
    assert sorted(commands()) == sorted(_EXAMPLES)


@pytest.mark.parametrize(
    "command",
    [
        "",
        "allow",
        "approvals",
        "login",
        "policy",
        "ledger",
        "evidence",
        "subject",
        "detectors",
        "keys",
    ],
)
def test_the_help_of_a_group(command: str, snapshot: SnapshotAssertion) -> None:
    assert help_of(command) == snapshot


@pytest.mark.parametrize("command", sorted(_EXAMPLES))
def test_the_help_of_a_command(command: str, snapshot: SnapshotAssertion) -> None:
    text = help_of(command)
    assert f"Example:\n    sluicegate {command}" in text
    assert text == snapshot


def help_of(command: str) -> str:
    result = CliRunner(env={"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}).invoke(
        app, [*command.split(), "--help"], prog_name="sluicegate"
    )
    assert result.exit_code == 0
    return result.stdout


def test_help_loads_nothing_heavy_and_comes_at_once() -> None:
    code = (
        "import sys\n"
        "from sluicegate.cli import main\n"
        "sys.argv = ['sluicegate', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)\n"
    )
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        seconds.append(time.perf_counter() - began)
        assert done.stderr.strip() == "[]"
    assert min(seconds) < 2.0, "aim: half a second on a quiet machine"


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, "sluicegate 0.1.0\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_complete(shell: str) -> None:
    environ = {"_SLUICEGATE_COMPLETE": f"source_{shell}"}
    result = CliRunner(env=environ).invoke(app, [], prog_name="sluicegate")
    assert result.exit_code == 0
    assert "_SLUICEGATE_COMPLETE" in result.stdout


def test_completion_names_the_commands() -> None:
    environ = {
        "_SLUICEGATE_COMPLETE": "complete_bash",
        "COMP_WORDS": "sluicegate app",
        "COMP_CWORD": "1",
    }
    result = CliRunner(env=environ).invoke(app, [], prog_name="sluicegate")
    assert "approvals" in result.stdout
