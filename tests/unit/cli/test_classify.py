"""``init --source`` proposes, ``classify`` compares; neither shows a value."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.unit.cli.conftest import MARKER, TOKEN

from sluicegate.policy import load_policy

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project


def change(project: Project, *statements: str) -> None:
    with closing(sqlite3.connect(project.folder / "shop.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def everything_written(project: Project) -> str:
    files = [p for p in project.folder.rglob("*") if p.is_file() and p.name != "shop.db"]
    return "\n".join(p.read_bytes().decode("latin-1") for p in files)


def test_a_proposal_is_written_beside_a_policy_and_loads(project: Project) -> None:
    before = (project.folder / "policy.yaml").read_text()
    result = project.run("init", "--source", "shop")
    assert result.exit_code == 0, result.output
    assert "wrote policy.proposed.yaml" in result.output
    assert "kept  policy.yaml" not in result.output
    assert (project.folder / "policy.yaml").read_text() == before
    policy = load_policy(project.folder / "policy.proposed.yaml")
    ((_, columns),) = policy.sources["shop"].tables.items()
    assert columns == {
        "id": "identifier", "email": "email", "plan": "public", "notes": "free_text", "ref": "free_text",
    }  # fmt: skip
    assert not policy.permits
    checked = project.run("policy", "check", "policy.proposed.yaml")
    assert checked.exit_code == 0, checked.output


def test_without_a_policy_the_proposal_is_the_policy_and_nothing_is_overwritten(
    project: Project,
) -> None:
    (project.folder / "policy.yaml").unlink()
    for name in ("policy.yaml", "policy.proposed.yaml", "policy.proposed.2.yaml"):
        document = project.json("init", "-s", "shop", "--sample", "50")
        assert document["files"][-1] == {"file": name, "written": True}


def test_no_value_is_shown_or_written(project: Project) -> None:
    output = project.run("init", "-s", "shop").output
    output += project.run("classify", "-s", "shop").output
    output += project.run("classify", "-s", "shop", "--format", "json").output
    shown = output + everything_written(project)
    assert MARKER not in shown
    assert TOKEN not in shown


def test_an_unknown_source_says_where_to_name_it_and_leaves_the_settings(empty: Project) -> None:
    result = empty.run("init", "--source", "nowhere")
    assert result.exit_code == 2
    assert "sluicegate.toml" in result.output
    assert (empty.folder / "sluicegate.toml").exists()
    assert not (empty.folder / "policy.yaml").exists()


def test_a_secret_in_a_public_column_is_an_error(project: Project) -> None:
    document = project.json("classify", "-s", "shop", code=1)
    (drift,) = document["drift"]
    assert {k: drift[k] for k in ("level", "what", "table", "column", "policy_class", "found_class")} == {
        "level": "error", "what": "class_differs", "table": "main.customers", "column": "ref",
        "policy_class": "public", "found_class": "secret",
    }  # fmt: skip
    assert document["tables"][0]["rows_sampled"] == 20


@pytest.mark.parametrize(
    ("more", "code"), [((), 0), (("--fail-on-drift",), 1)], ids=["warnings pass", "strict"]
)
def test_warnings_fail_only_if_asked_to(project: Project, more: tuple[str, ...], code: int) -> None:
    change(
        project,
        "UPDATE customers SET ref = 'x'",
        "ALTER TABLE customers ADD COLUMN mobile TEXT",
        "CREATE TABLE logs (id INTEGER)",
    )
    result = project.run("classify", "-s", "shop", *more)
    assert result.exit_code == code, result.output
    told = [line.split()[:4] for line in result.output.splitlines() if line.startswith("warn")]
    assert told == [
        ["warn", "new_column", "main.customers", "mobile"],
        ["warn", "new_table", "main.logs", "1"],
    ]
    assert "0 error(s), 2 warning(s)" in result.output


def test_no_drift_is_zero(project: Project) -> None:
    change(project, "UPDATE customers SET ref = 'x'")
    result = project.run("classify", "-s", "shop", "--fail-on-drift")
    assert (result.exit_code, result.stdout) == (0, "no drift: 5 column(s) of 1 table(s)\n")


def test_the_catalogue_alone_can_be_compared(project: Project) -> None:
    document = project.json("classify", "-s", "shop", "--sample", "0")
    assert document["drift"] == []
    assert document["tables"][0]["rows_sampled"] == 0


def test_a_source_without_tables_is_a_usage_error(project: Project) -> None:
    result = project.run("classify", "-s", "shop", "--tables", "nope*")
    assert result.exit_code == 2
    assert "no table or view" in result.output


def test_a_source_that_is_not_there_says_so(project: Project) -> None:
    (project.folder / "shop.db").unlink()
    assert project.run("classify", "-s", "shop").exit_code in {2, 3}
