"""The two forms of a rewritten statement say the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlglot import exp
from tests.unit.sql.test_sql_benign import BENIGN

from sluicegate.errors import SqlError
from sluicegate.model.plan import Statement
from sluicegate.sql import gather, parse, rewrite
from sluicegate.sql.refusal import SqlRefused
from sluicegate.sql.scoped import scoped_form

STATEMENTS = sorted({sql for _, sql in BENIGN})


def both(world: Any, sql: str) -> Statement:
    parsed = parse(sql, "postgres")
    facts = gather(parsed, world.lookup)
    return rewrite(parsed, facts, world.obligations, scoped=True).statement


def whole(statement: Statement) -> str:
    """Put the views' queries back where their names stand."""
    assert statement.scoped
    text = statement.scoped.sql
    for name, query in statement.scoped.views.items():
        text = text.replace(f'"{name}" AS', f"({query}) AS")
    return text


def test_the_views_put_back_give_the_whole_statement(world: Callable[[str], Any]) -> None:
    """Character by character, for every statement that the guard lets through."""
    compared = 0
    for sql in STATEMENTS:
        try:
            world("postgres").guard(sql)
        except SqlError:
            continue
        statement = both(world("postgres"), sql)
        assert statement.scoped
        assert whole(statement) == statement.sql, sql
        assert '"public"' not in statement.scoped.sql
        compared += bool(statement.scoped.views)
    assert compared > 60


def test_equal_scans_share_a_view_and_others_do_not(world: Callable[[str], Any]) -> None:
    form = both(
        world("postgres"),
        "SELECT a.id FROM customers a JOIN customers b ON a.id = b.id JOIN orders o ON o.id = a.id",
    ).scoped
    assert form
    assert len(form.views) == 2
    assert form.sql.count('"scan_1"') == 2


@pytest.mark.parametrize("name", ["scan_1", "SCAN_1", '"scan_1"', "scan_99", "Scan_x"])
def test_no_name_of_a_user_can_hide_a_view(world: Callable[[str], Any], name: str) -> None:
    sql = (
        f"WITH {name} AS (SELECT 1 AS id) SELECT c.id FROM customers c JOIN {name} x ON x.id = c.id"
    )
    form = both(world("postgres"), sql).scoped
    assert form
    assert list(form.views) == ["scan2_1"]


def test_a_scan_that_is_not_in_the_proven_text_is_refused() -> None:
    tree: object = exp.maybe_parse(
        'SELECT c.id FROM (SELECT id AS id FROM "public"."customers") AS c'
    )
    assert isinstance(tree, exp.Query)
    assert scoped_form(tree, tree.sql("postgres"), "postgres").views
    with pytest.raises(SqlRefused):
        scoped_form(tree, "SELECT 1", "postgres")


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT c.id FROM "public"."customers" AS c',
        'SELECT c.id FROM (SELECT id AS id FROM "public"."customers") AS c TABLESAMPLE SYSTEM (1)',
        '(SELECT id AS id FROM "public"."customers")',
    ],
)
def test_a_scan_of_another_form_is_refused(sql: str) -> None:
    tree: object = exp.maybe_parse(sql, dialect="postgres")
    assert isinstance(tree, exp.Query)
    with pytest.raises(SqlRefused):
        scoped_form(tree, tree.sql("postgres"), "postgres")
