"""``sluicegate unmask``: refused unless granted, nothing on the command line, files only for oneself."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

GRANT = """\
  - id: call-backs
    effect: unmask
    principals: [{orchestrator: cli}]
    purposes: [training]
    classes: [email]
"""


@pytest.fixture
def masked(project: Project) -> tuple[Project, list[str]]:
    """A project that tokenizes emails, and tokens of it."""
    policy = project.folder / "policy.yaml"
    text = policy.read_text().replace("email: {mask: pseudonymize}", "email: {mask: tokenize}")
    policy.write_text(text)
    sql = "SELECT email FROM customers WHERE email IS NOT NULL"
    assert project.ask("extract", sql, "-o", str(project.folder / "out")).exit_code == 0
    table = pq.read_table(project.folder / "out" / "part-00000.parquet")
    return project, table.column("email").to_pylist()


def granted(project: Project) -> None:
    policy = project.folder / "policy.yaml"
    policy.write_text(policy.read_text() + GRANT)


CALL = ("unmask", "--class", "email", "-p", "training")


def test_it_is_refused_without_a_grant_of_its_own(masked: tuple[Project, list[str]]) -> None:
    project, tokens = masked
    result = project.run(*CALL, stdin="\n".join(tokens))
    assert result.exit_code == 1
    assert "refused: " in result.stderr
    assert "POLICY-UNMASK" in result.stderr
    assert result.stdout == ""
    assert project.json("ledger", "list", "--kind", "unmask.refused")


def test_an_unmask_list_of_a_permit_is_no_such_grant(masked: tuple[Project, list[str]]) -> None:
    project, tokens = masked
    policy = project.folder / "policy.yaml"
    text = policy.read_text().replace(
        "purposes: [training]", "purposes: [training]\n    unmask: [email]"
    )
    policy.write_text(text)
    assert project.run(*CALL, stdin=tokens[0]).exit_code == 1


def test_values_go_in_and_out_line_by_line(masked: tuple[Project, list[str]]) -> None:
    project, tokens = masked
    granted(project)
    result = project.run(*CALL, stdin=f"{tokens[0]}\n\n{tokens[1]}\r\n")
    assert result.exit_code == 0, result.output
    lines = result.stdout.split("\n")
    assert [line.partition("@")[2] for line in lines] == ["example.com", "", "example.com", ""]
    assert "3 values" in result.stderr
    document = json.loads(project.run(*CALL, "-f", "json", stdin=tokens[0]).stdout)
    assert document["status"] == "unmasked"
    assert document["values"] == [lines[0]]


def test_the_file_is_new_and_its_owners(masked: tuple[Project, list[str]]) -> None:
    project, tokens = masked
    granted(project)
    given, out = project.folder / "tokens", project.folder / "plain"
    given.write_text("\n".join(tokens))
    call = (*CALL, "--values", str(given), "-o", str(out))
    assert project.run(*call).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert len(out.read_text().splitlines()) == len(tokens)
    again = project.run(*call)
    assert again.exit_code == 2
    assert "cannot be made" in again.stderr


def test_a_wrong_token_leaves_no_file_and_is_not_shown(masked: tuple[Project, list[str]]) -> None:
    project, tokens = masked
    granted(project)
    out = project.folder / "plain"
    bad = tokens[0][:-3] + "AAA"
    result = project.run(*CALL, "-o", str(out), stdin=f"{tokens[1]}\n{bad}")
    assert result.exit_code == 1
    assert "row 1 " in result.stderr
    assert bad[8:20] not in result.output
    assert not out.exists()


@pytest.mark.parametrize("data", [b"\xff\xfe", None])
def test_what_cannot_be_read_is_told(masked: tuple[Project, list[str]], data: bytes | None) -> None:
    project, _ = masked
    path = project.folder / "tokens"
    if data is not None:
        path.write_bytes(data)
    result = project.run(*CALL, "--values", str(path))
    assert result.exit_code == 2
    assert str(path) in result.stderr


def test_a_ledger_that_cannot_be_written_gives_nothing(masked: tuple[Project, list[str]]) -> None:
    project, tokens = masked
    granted(project)
    ledger = project.folder / ".sluicegate" / "ledger.db"
    ledger.write_bytes(b"not a ledger" * 100)
    result = project.run(*CALL, stdin=tokens[0])
    assert result.exit_code != 0
    assert "@" not in result.output
