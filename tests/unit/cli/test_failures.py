from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import typer
from typer.testing import CliRunner

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.failures import GuardedGroup
from sluicegate.cli.options import FormatOption
from sluicegate.cli.output import Format
from sluicegate.errors import ApprovalError, ConfigurationError, LedgerUnavailable

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SECRET = "marker7f3a@example.com"


class Odd(Exception):
    """A stranger's error, whose text quotes data."""


def app_that_raises(error: BaseException) -> typer.Typer:
    app = typer.Typer(cls=GuardedGroup, rich_markup_mode=None, pretty_exceptions_enable=False)

    @app.callback()
    def root() -> None:
        """A root makes it a group."""

    @app.command()
    def go(form: FormatOption = Format.TABLE) -> None:
        try:
            int(SECRET)
        except ValueError:
            raise error  # noqa: B904 - the context is what must not be shown

    return app


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("wrong", hint="right"), 2),
        (ApprovalError("no", hint="ask"), 1),
        (LedgerUnavailable("later", hint="wait"), 3),
    ],
)
def test_our_errors_are_told_with_code_and_hint(error: Any, code: int) -> None:
    result = CliRunner().invoke(app_that_raises(error), ["go"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr == f"error [{error.code}] {error.message}\nhint: {error.hint}\n"


def test_a_message_of_several_lines_cannot_forge_one_of_ours() -> None:
    error = ConfigurationError("wrong:\nreleased\x1b[2J", hint="right")
    result = CliRunner().invoke(app_that_raises(error), ["go"])
    assert result.stderr == "error [SG-CONFIG] wrong:\n  released\\x1b[2J\nhint: right\n"


def test_a_strangers_error_is_told_by_type_and_place_only() -> None:
    result = CliRunner().invoke(app_that_raises(Odd(SECRET)), ["go"])
    assert result.exit_code == ExitCode.UNAVAILABLE
    assert result.stderr.startswith("internal error: Odd at ")
    assert SECRET not in result.output
    assert "Traceback" not in result.output


def test_json_gets_one_document_on_errors_too() -> None:
    error = ConfigurationError("wrong", hint="right")
    result = CliRunner().invoke(app_that_raises(error), ["go", "--format", "json"])
    assert json.loads(result.stdout)["error"] == {
        "code": "SG-CONFIG", "message": "wrong", "hint": "right", "retryable": False,
    }  # fmt: skip


def test_json_gets_one_document_on_strange_errors_too() -> None:
    result = CliRunner().invoke(app_that_raises(Odd(SECRET)), ["go", "--format", "json"])
    assert json.loads(result.stdout)["error"]["code"] == "SG-INTERNAL"
    assert SECRET not in result.output


def test_an_interrupt_has_its_own_code() -> None:
    result = CliRunner().invoke(app_that_raises(KeyboardInterrupt()), ["go"])
    assert result.exit_code == 130
    assert "interrupted" in result.stderr


def test_usage_errors_end_with_two(project: Project) -> None:
    for arguments in (
        ["nonsense"],
        ["scan"],
        ["plan", "-s", "shop", "-p", "training"],
        ["plan", "-s", "shop", "-p", "training", "--sql", "SELECT 1", "--sql-file", "x.sql"],
        ["preview", "-s", "shop", "-p", "training", "--sql", "SELECT 1", "--rows", "0"],
        ["preview", "-s", "shop", "-p", "training", "--sql", "SELECT 1", "--rows", "1001"],
        ["extract", "-s", "shop", "-p", "training", "--sql", "SELECT 1", "-o", "o", "--run", "a b"],
        ["plan", "-s", "shop", "-p", "training", "--sql-file", "missing.sql"],
        ["ledger", "show", "first"],
        ["scan", "x", "--format", "yaml"],
    ):
        assert project.run(*arguments).exit_code == 2, arguments


def test_a_wrong_call_shows_no_value_of_a_parameter(project: Project) -> None:
    result = project.ask("plan", "SELECT 1", "--param", f"a:int={SECRET}")
    assert result.exit_code == 2
    assert SECRET not in result.output


def test_a_missing_settings_file_is_named(project: Project) -> None:
    result = project.run("policy", "check", "--config", "other.toml")
    assert result.exit_code == 2
    assert "other.toml does not exist" in result.stderr


def test_a_closed_pipe_leaves_no_traceback(project: Project) -> None:
    code = "import sys; from sluicegate.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "policy", "schema"],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    text = process.stderr.read()
    process.wait(timeout=60)
    process.stderr.close()
    assert "Traceback" not in text
    assert "BrokenPipe" not in text


def test_a_real_interrupt_leaves_no_traceback(project: Project) -> None:
    """The command waits for its statement on stdin when the signal comes."""
    code = (
        "import sys; from sluicegate.cli import main;"
        " print('ready', file=sys.stderr, flush=True); main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "plan", "-s", "shop", "-p", "training", "--sql-file", "-"],
        cwd=project.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, text = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in text
