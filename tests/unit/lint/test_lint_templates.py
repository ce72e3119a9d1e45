"""Jinja in SQL: stand-ins that keep every place, and remarks on what others fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.lint.template import fill

if TYPE_CHECKING:
    from tests.unit.lint.conftest import LintFiles


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t WHERE b = {{ ds }}",
        "SELECT a FROM t WHERE b = '{{ ds }}'",
        "SELECT a FROM t WHERE b = '{{ ds }}'::date AND c",
        "SELECT a FROM {{ table }} WHERE b = 1",
        "SELECT a FROM {{ schema }}.{{ table }} WHERE b = 1",
        "SELECT a FROM public.events_{{ ds_nodash }} WHERE b = 1",
        "SELECT a, {{ column }} FROM t WHERE b = 1",
        "SELECT t.{{ column }} FROM t WHERE b = 1",
        "SELECT a FROM t JOIN {{ other }} o ON o.id = t.id WHERE b",
        "SELECT a FROM t WHERE b IN ({{ ids }})",
        "SELECT a FROM t WHERE b = {{\n  macros.ds_add(ds, -1)\n}} AND c = 1",
        "SELECT a {# a remark #} FROM t WHERE b = {{ ds }}",
        "-- it's {{ ds }}\nSELECT a FROM t WHERE b = {{ ds }}",
        "SELECT a FROM t WHERE b = {{}}",
    ],
)
def test_a_statement_parses_with_stand_ins(lint: LintFiles, sql: str) -> None:
    found = lint({"a.sql": sql})
    assert set(found.rules) == {"L01"}, found.told
    assert {level for _, level, *_ in found.told} == {"note"}


def test_places_behind_a_template_are_those_of_the_file(lint: LintFiles) -> None:
    sql = "SELECT a, {{ x }}, pg_sleep(1), {{\n y }}, pg_sleep(2) FROM t WHERE b"
    told = [(line, column) for rule, _, line, column in lint({"a.sql": sql}).told if rule == "G07"]
    assert told == [(1, 20), (2, 8)]


@pytest.mark.parametrize(
    ("template", "others"),
    [
        ("{{ params.plan }}", "params"),
        ("{{ dag_run.conf['x'] }}", "dag_run"),
        ("{{ ti.xcom_pull('a') }}", "ti"),
        ("{{ var.value.x | upper }}", "var"),
        ("{{ (params or {}).get('params') }}", "params"),
        ("{{ f(conn) ~ conf }}", "conf, conn"),
    ],
)
def test_what_others_fill_is_a_warning(lint: LintFiles, template: str, others: str) -> None:
    one = lint({"a.sql": f"SELECT a FROM t WHERE b = '{template}'"}).the("L01")
    assert one.level == "warn"
    assert f"from {others}, which" in one.message


@pytest.mark.parametrize("template", ["{{ x.params }}", "{{ 'params' }}", "{{ my_params }}", "{{ a | var }}"])  # fmt: skip
def test_a_name_that_only_looks_like_it_is_a_note(lint: LintFiles, template: str) -> None:
    assert lint({"a.sql": f"SELECT a FROM t WHERE b = {template}"}).the("L01").level == "note"


def test_control_blocks_are_left_out_where_the_rest_is_a_statement(lint: LintFiles) -> None:
    sql = "SELECT a, pg_sleep(1) FROM t WHERE b {% if x %} AND c {% endif %}"
    assert lint({"a.sql": sql}).rules == ["G07"]


def test_where_they_decide_what_the_statement_is_that_is_a_note(lint: LintFiles) -> None:
    sql = "SELECT a FROM {% if x %} t {% else %} u v w {% endif %} WHERE b"
    assert lint({"a.sql": sql}).told == [("L02", "note", 1, 15)]


def test_a_write_behind_a_block_is_still_a_write(lint: LintFiles) -> None:
    assert "G03" in lint({"a.sql": "{% set x = 1 %}\nDROP TABLE t"}).rules


@given(st.text(alphabet="{}%#' \"\n-/*abx.:_1"))
def test_stand_ins_change_no_place(text: str) -> None:
    filled = fill(text).sql
    assert len(filled) == len(text)
    assert [i for i, c in enumerate(text) if c == "\n"] == [
        i for i, c in enumerate(filled) if c == "\n"
    ]
