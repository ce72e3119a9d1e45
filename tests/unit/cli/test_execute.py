"""``execute``, ``login`` and the scan of tables, as a person at a terminal uses them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from tests.unit.cli.conftest import MARKER, POLICY, Project

GRANTS = """
  - id: upkeep
    effect: execute
    principals: [{orchestrator: cli}]
    purposes: [training]
    sources: [shop]
    tables: [main.customers]
    statements: [update, delete]
    max_affected_rows: 1
  - id: look
    effect: scan
    principals: [{orchestrator: cli}]
    sources: [shop]
    tables: ["*"]
"""


@pytest.fixture
def writer(project: Project) -> Project:
    (project.folder / "policy.yaml").write_text(POLICY.rstrip() + GRANTS)
    return project


def rows(project: Project, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(project.folder / "shop.db")) as db:
        return list(db.execute(sql))


def test_a_statement_is_planned_tried_run_and_replayed(writer: Project) -> None:
    sql = "UPDATE customers SET plan = :p WHERE id = (SELECT min(c.id) FROM customers AS c)"
    call = ("execute", "-s", "shop", "-p", "training", "--sql", sql, "--param", "p=gold")
    for option, headline in (("--plan", "would run"), ("--dry-run", "dry run: 1 rows")):
        done = writer.run(*call, option)
        assert (done.exit_code, headline in done.stdout) == (0, True), done.output
        assert rows(writer, "SELECT * FROM customers WHERE plan = 'gold'") == []
    told = json.loads(writer.run(*call, "--run", "r1", "--format", "json").stdout)
    assert (told["status"], told["affected_rows"], told["replayed"]) == ("executed", 1, False)
    again = writer.run(*call, "--run", "r1")
    assert "had executed it" in again.stdout
    assert MARKER not in again.output


def test_a_refused_statement_ends_with_one(writer: Project) -> None:
    call = ("execute", "-s", "shop", "-p", "training", "--sql")
    for sql, code in (
        ("DELETE FROM customers", "STATEMENT-WHOLE-TABLE"),
        ("DELETE FROM customers WHERE id > 0", "STATEMENT-ROWS"),
        ("DROP TABLE customers", "POLICY-EXECUTE"),
    ):
        done = writer.run(*call, sql)
        assert (done.exit_code, code in done.stdout) == (1, True), done.output
    assert rows(writer, "SELECT count(*) > 1 FROM customers") == [(1,)]


def test_a_table_is_scanned_beside_files(writer: Project) -> None:
    (writer.folder / "a.txt").write_text("nothing")
    done = writer.run("scan", "a.txt", "table://shop/main.customers", "--format", "json")
    told = json.loads(done.stdout)
    assert [f["file"] for f in told["files"]][-1] == "table://shop/main.customers"
    assert (done.exit_code, told["clean"], told["files"][0]["clean"]) == (1, False, True)
    assert MARKER not in done.output
    sarif = writer.run("scan", "table://shop/main.customers", "--format", "sarif").stdout
    assert "table://shop/main.customers" in sarif
    refused = writer.run("scan", "table://shop/main.gone")
    assert (refused.exit_code, "SCAN-NO-TABLE" in refused.stdout) == (1, True)


def test_only_postgresql_lends_logins(writer: Project) -> None:
    done = writer.run("login", "lend", "-s", "shop", "-p", "training", "-o", "url.txt")
    assert done.exit_code == 2
    assert not (writer.folder / "url.txt").exists()
    assert writer.run("login", "revoke", "sluicegate_x", "-s", "shop").exit_code == 2
