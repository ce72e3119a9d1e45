"""``sluicegate lint`` as people and CI call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from syrupy.assertion import SnapshotAssertion

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

DAG = '''\
from airflow_provider_sluicegate import GuardedExtractOperator

GuardedExtractOperator(
    task_id="orders",
    conn_id="shop",
    sql="""
        SELECT *, pg_sleep(1)
        FROM orders
        WHERE plan = '{{ params.plan }}'
          AND email = 'someone7f3a@corp.de'
    """,
    output="lake/orders/",
    purpose="training",
)
GuardedExtractOperator(task_id="more", conn_id="shop", sql=f"SELECT {1}", output="x", purpose="p")
'''


@pytest.fixture
def dags(empty: Project) -> Project:
    folder = empty.folder / "dags"
    folder.mkdir()
    (folder / "orders.py").write_text(DAG)
    (folder / "fine.sql").write_text("SELECT id FROM orders WHERE id > :last")
    (folder / "wide.sql").write_text(
        "-- sluicegate: ignore G31 every column is public\nSELECT * FROM plans WHERE a"
    )
    return empty


def test_the_text_is_a_line_a_remark(dags: Project, snapshot: SnapshotAssertion) -> None:
    result = dags.run("lint", "dags")
    assert result.exit_code == 1
    assert result.stdout == snapshot
    assert "7f3a" not in result.output


def test_neither_settings_nor_a_key_are_needed_and_nothing_is_written(dags: Project) -> None:
    before = sorted(dags.folder.rglob("*"))
    dags.run("lint", "dags")
    assert sorted(dags.folder.rglob("*")) == before


def test_json_is_one_document(dags: Project) -> None:
    document = dags.json("lint", "dags", code=1)
    assert set(document) == {
        "clean", "files", "statements", "counts", "remarks", "suppressed", "not_checked",
    }  # fmt: skip
    assert document["counts"] == {"error": 2, "ask": 0, "warn": 2, "note": 1}
    assert document["suppressed"][0]["reason"] == "every column is public"
    assert set(document["remarks"][0]) == {
        "file", "line", "column", "rule", "level", "message", "remedy",
    }  # fmt: skip


def test_sarif_is_one_document(dags: Project) -> None:
    result = dags.run("lint", "dags", "--format", "sarif")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    places = [
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for r in document["runs"][0]["results"]
    ]
    assert set(places) == {"dags/orders.py", "dags/wide.sql"}
    assert "7f3a" not in result.output


@pytest.mark.parametrize(
    ("sql", "fail_on", "code"),
    [
        ("SELECT id FROM t WHERE a", "warn", 0),
        ("SELECT * FROM t WHERE a", "error", 0),
        ("SELECT * FROM t WHERE a", "warn", 1),
        ("SELECT a FROM t WHERE b = {{ ds }}", "warn", 0),
        ("DROP TABLE t", "error", 1),
        ("DROP TABLE t", "warn", 1),
    ],
)
def test_exit_codes(empty: Project, sql: str, fail_on: str, code: int) -> None:
    (empty.folder / "a.sql").write_text(sql)
    assert empty.run("lint", "a.sql", "--fail-on", fail_on).exit_code == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing.sql"],
        [],
        [".", "--dialect", "oraculum"],
        [".", "--policy", "nothing.yaml"],
        [".", "--fail-on", "note"],
        [".", "--format", "xml"],
        [".", "--config", "nothing.toml"],
    ],
)
def test_a_wrong_call_ends_with_two(empty: Project, arguments: list[str]) -> None:
    assert empty.run("lint", *arguments).exit_code == 2


def test_nothing_to_lint_is_clean(empty: Project) -> None:
    result = empty.run("lint", ".")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0, "clean: 0 statement(s) in 0 file(s)",
    )  # fmt: skip


def test_the_dialect_is_that_of_the_settings(project: Project) -> None:
    (project.folder / "a.sql").write_text("SELECT julianday(at) AS day FROM t WHERE a")
    assert project.run("lint", "a.sql").exit_code == 0
    assert project.run("lint", "a.sql", "--dialect", "postgres").exit_code == 1


def test_a_policy_knows_names(project: Project) -> None:
    (project.folder / "a.sql").write_text("SELECT nickname FROM customers WHERE id = 1")
    assert project.run("lint", "a.sql").exit_code == 0
    known = project.json("lint", "a.sql", "--policy", "policy.yaml", code=1)
    assert [r["rule"] for r in known["remarks"]] == ["G09"]
    assert project.run("lint", "a.sql", "--policy", "policy.yaml", "-s", "sho").exit_code == 2


def test_what_was_not_checked_is_told(dags: Project) -> None:
    told = [line for line in dags.run("lint", "dags").stdout.splitlines() if "not checked" in line]
    assert any("G10" in line for line in told)
    assert any("G13" in line for line in told)


def test_names_of_files_cannot_move_the_cursor(empty: Project) -> None:
    (empty.folder / "a\x1b[2J\u202e.sql").write_text("DROP TABLE t")
    text = empty.run("lint", ".").stdout
    assert "\x1b" not in text
    assert "\\x1b[2J\\u202e.sql:1:1" in text


def test_it_is_in_colour_on_a_terminal_only(dags: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" not in dags.run("lint", "dags").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in dags.run("lint", "dags").stdout
    assert "\x1b[1;31m" not in dags.run("lint", "dags", "--no-color").stdout


def test_a_url_of_a_source_is_not_told(empty: Project) -> None:
    (empty.folder / "sluicegate.toml").write_text('[sources]\na = "postgresql://u:pw7f3a@h/d"\n')
    (empty.folder / "a.sql").write_text("DROP TABLE t")
    assert "7f3a" not in empty.run("lint", ".").output
