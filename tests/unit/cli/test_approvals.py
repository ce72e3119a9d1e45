from __future__ import annotations

import json
import os
import pwd
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

SQL = "SELECT id, notes FROM customers"
DAEMON = pwd.getpwnam("daemon").pw_uid


def extract(project: Project, *more: str) -> Any:
    return project.ask("extract", SQL, "-o", "out", "-f", "json", *more, purpose="quality")


@pytest.fixture
def asked(project: Project) -> tuple[Project, str, str]:
    """A refused extract, the digest to approve, and its run."""
    result = extract(project)
    assert result.exit_code == 1, result.output
    document = json.loads(result.stdout)
    assert document["approval"]
    return project, document["approval"], document["run"]


def as_daemon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the operating system say that another person calls."""
    monkeypatch.setattr(os, "getuid", lambda: DAEMON)


def test_an_open_request_is_listed(asked: tuple[Project, str, str]) -> None:
    project, digest, _ = asked
    (request,) = project.json("approvals", "list")["requests"]
    assert request["digest"] == digest
    assert (request["status"], request["required"]) == ("pending", 1)
    assert request["plan"]["purpose"] == "quality"
    table = project.run("approvals", "list").stdout
    assert digest.removeprefix("sha256:")[:16] in table


def test_the_refusal_says_how_to_come_back(project: Project) -> None:
    result = project.ask("extract", SQL, "-o", "out", purpose="quality")
    assert result.exit_code == 1
    assert re.search(r"sluicegate approvals approve [0-9a-f]{16}`, then run again", result.stdout)


def test_another_person_lets_the_next_call_pass_once(
    asked: tuple[Project, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, digest, _ = asked
    with monkeypatch.context() as patch:
        as_daemon(patch)
        prefix = digest.removeprefix("sha256:")[:12]
        result = project.run("approvals", "approve", prefix, "--reason", "ticket 4711")
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(f"daemon approved {digest}\n")
        assert project.run("approvals", "list").stdout == "no request waits for an answer\n"
        (request,) = project.json("approvals", "list", "--all")["requests"]
        assert request["status"] == "approved"
        assert request["answers"][0]["reason"] == "ticket 4711"
    assert extract(project).exit_code == 0
    (project.folder / "out").rename(project.folder / "first")
    assert extract(project).exit_code == 1, "an approval counts once"
    (request,) = project.json("approvals", "list", "--all")["requests"]
    assert (request["status"], request["round"]) == ("pending", 2)


def test_nobody_approves_their_own_request(asked: tuple[Project, str, str]) -> None:
    project, digest, run = asked
    result = project.run("approvals", "approve", digest)
    assert result.exit_code == 1
    assert "SG-APPROVAL" in result.stderr
    assert extract(project, "--run", run).exit_code == 1


@pytest.mark.parametrize("variable", ["USER", "LOGNAME", "SUDO_USER"])
def test_a_variable_makes_nobody_another_person(
    asked: tuple[Project, str, str], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, digest, _ = asked
    monkeypatch.setenv(variable, "daemon")
    assert project.run("approvals", "approve", digest).exit_code == 1
    (request,) = project.json("approvals", "list")["requests"]
    assert request["status"] == "pending"


def test_a_rejection_is_final(
    asked: tuple[Project, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, digest, run = asked
    with monkeypatch.context() as patch:
        as_daemon(patch)
        assert project.run("approvals", "reject", digest, "--reason", "no").exit_code == 0
        assert project.run("approvals", "approve", digest).exit_code == 1
    assert extract(project, "--run", run).exit_code == 1


def test_a_rejection_needs_a_reason(asked: tuple[Project, str, str]) -> None:
    project, digest, _ = asked
    assert project.run("approvals", "reject", digest).exit_code == 2


@pytest.mark.parametrize("digest", ["sha256:" + "0" * 64, "abc", "", "%"])
def test_a_digest_that_nobody_asked_for_is_refused(
    asked: tuple[Project, str, str], digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _, _ = asked
    as_daemon(monkeypatch)
    assert project.run("approvals", "approve", digest).exit_code == 1


def test_another_statement_asks_anew(
    asked: tuple[Project, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, digest, run = asked
    with monkeypatch.context() as patch:
        as_daemon(patch)
        assert project.run("approvals", "approve", digest).exit_code == 0
    wider = SQL + " WHERE id > 0"
    result = project.ask("extract", wider, "-o", "out", "--run", run, purpose="quality")
    assert result.exit_code == 1
    assert not (project.folder / "out").exists()
