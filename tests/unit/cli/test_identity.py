from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

import sluicegate
from sluicegate.cli.identity import approving_person, cli_identity
from sluicegate.errors import ConfigurationError
from sluicegate.model.identity import Trust

ME = pwd.getpwuid(os.getuid()).pw_name


def test_it_tells_user_command_and_folder(tmp_path: Path) -> None:
    identity = cli_identity("extract", "prod", folder=tmp_path)
    assert identity.orchestrator == "cli"
    assert (identity.pipeline, identity.task) == (tmp_path.name, "extract")
    assert (identity.triggered_by, identity.trust) == (ME, Trust.AUTHENTICATED)
    assert identity.environment == "prod"
    assert identity.versions["sluicegate"] == sluicegate.__version__


@pytest.mark.parametrize("variable", ["USER", "LOGNAME", "SUDO_USER", "LNAME", "USERNAME"])
def test_no_variable_changes_who_it_is(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "dana")
    assert cli_identity("extract", "default").triggered_by == ME
    assert approving_person() == ME


def test_each_call_is_a_run_unless_it_names_one() -> None:
    first, second = (cli_identity("extract", "default") for _ in range(2))
    assert first.run != second.run
    named = [cli_identity("extract", "default", "run-1") for _ in range(2)]
    assert named[0].work_key == named[1].work_key


def test_a_user_id_without_a_login_is_named_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999)
    assert cli_identity("extract", "default").triggered_by == "uid:3999999"


def test_a_user_id_without_a_login_cannot_approve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 3_999_999)
    with pytest.raises(ConfigurationError, match="no login"):
        approving_person()
