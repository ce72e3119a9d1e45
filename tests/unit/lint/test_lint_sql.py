"""Guardrails over .sql files, without a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.lint import LINT_RULES, LINTED, Options
from sluicegate.lint.options import unchecked
from sluicegate.model.guardrails import GUARDRAILS, Guardrail
from sluicegate.policy import parse_policy
from sluicegate.sql.lexical import position, positions

if TYPE_CHECKING:
    from tests.unit.lint.conftest import LintFiles

POLICY = parse_policy(
    """\
version: 1
name: shop
sources:
  shop:
    tables:
      public.customers: {columns: {id: public, email: email}}
      public.orders: {columns: {id: public, placed_at: public}}
  wide:
    unclassified: suppress
    tables:
      public.customers: {columns: {id: public}}
classes:
  email: {mask: pseudonymize}
guardrails: {severity: {G31: error, G30: ignore}}
rules: []
"""
)
FINE = "SELECT id FROM orders WHERE placed_at > :since"


@pytest.mark.parametrize("rule", [g for g in GUARDRAILS if g.id in LINTED], ids=lambda g: g.id)
def test_the_example_of_a_guardrail_sets_it_off(lint: LintFiles, rule: Guardrail) -> None:
    options = Options(policy=POLICY, source="shop") if rule.id in {"G09", "G10"} else Options()
    found = lint({"a.sql": rule.example}, options)
    assert rule.id in found.rules
    assert {r.level for r in found.report.remarks if r.rule == rule.id} == {rule.severity}


@pytest.mark.parametrize("options", [Options(), Options(policy=POLICY)])
def test_lint_says_what_it_leaves_out(options: Options) -> None:
    told = " ".join(unchecked(options))
    assert [g.id for g in GUARDRAILS if g.id not in LINTED and g.id not in told] == []


@pytest.mark.parametrize(
    "sql",
    [
        FINE,
        f"  -- a comment\n\n{FINE};\n",
        f"\ufeff{FINE}",
        FINE.replace("\n", "\r\n"),
        "WITH w AS (SELECT * FROM orders WHERE a = 1) -- sluicegate: ignore G31 all of it\nSELECT w.id, day FROM w",
        "SELECT a.id FROM a JOIN b USING (id) WHERE b.x = 'basic'",
        "SELECT count(*) FROM a NATURAL JOIN b WHERE x IS NULL",
        "SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.id = a.id)",
        "SELECT date_trunc('month', at) AS m, sum(x) FROM t WHERE y GROUP BY 1 ORDER BY m",
    ],
)
def test_a_plain_query_is_clean(lint: LintFiles, sql: str) -> None:
    assert lint({"a.sql": sql}).told == []


@pytest.mark.parametrize("text", ["", "\n\n", "-- nothing yet\n", "/* nothing\nyet */", "\ufeff"])
def test_an_empty_file_holds_no_statement(lint: LintFiles, text: str) -> None:
    found = lint({"a.sql": text})
    assert (found.told, found.report.statements, found.report.files) == ([], 0, 1)


def test_places_are_those_of_the_file(lint: LintFiles) -> None:
    sql = "-- head\nSELECT id,\n  pg_sleep(1),\n  'someone@corp.de' AS e\nFROM a, b WHERE id = 1"
    assert lint({"a.sql": sql}).told == [
        ("G07", "error", 3, 3),
        ("G12", "error", 4, 3),
        ("G32", "warn", 5, 9),
    ]


def test_a_rule_without_a_place_is_told_at_the_first_word(lint: LintFiles) -> None:
    found = lint({"a.sql": "-- why\n/* and\nhow */\n  SELECT id FROM orders"})
    assert found.told == [("G30", "warn", 4, 3)]


def test_a_statement_that_is_refused_is_searched_for_secrets_all_the_same(lint: LintFiles) -> None:
    found = lint({"a.sql": "INSERT INTO t\nVALUES (1, 'someone@corp.de')"})
    assert found.told == [("G02", "error", 1, 1), ("G12", "error", 2, 13)]


def test_the_first_line_names_the_dialect(lint: LintFiles) -> None:
    sql = "SELECT list_sum(a) AS s FROM t WHERE b"
    assert lint({"a.sql": sql}).rules == ["G07"]
    assert lint({"a.sql": f"-- sluicegate: dialect=duckdb\n{sql}"}).rules == []
    assert lint({"a.sql": sql}, Options(dialect="duckdb")).rules == []


def test_a_dialect_that_nobody_knows_is_an_error(lint: LintFiles) -> None:
    found = lint({"a.sql": f"-- sluicegate: dialect=oraculum\n{FINE}"})
    assert found.told == [("G09", "error", 2, 1)]
    assert "oraculum" not in found.everything


def test_the_dialect_of_a_source_comes_from_the_settings(lint: LintFiles) -> None:
    options = Options(source_dialects={"lake": "duckdb"})
    sql = "-- sluicegate: source=lake\nSELECT list_sum(a) AS s FROM t WHERE b"
    assert lint({"a.sql": sql}, options).rules == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM t ORDER BY 3",
        "SELECT a FROM t WHERE x UNION ALL SELECT * FROM u",
        "SELECT a FROM t WHERE b IN (SELECT * FROM u)",
        "WITH w(a, b) AS (SELECT * FROM t WHERE x) SELECT a FROM w",
        "SELECT * FROM t NATURAL JOIN u WHERE x",
    ],
)
def test_what_a_star_hides_is_never_an_error(lint: LintFiles, sql: str) -> None:
    found = lint({"a.sql": sql})
    assert {r.level for r in found.report.remarks} <= {"warn", "note"}, found.told


@pytest.mark.parametrize("columns", ["COLUMNS('^a')", "max(COLUMNS(['a', 'b']))", "COLUMNS(* EXCLUDE (a))"])  # fmt: skip
def test_a_pattern_of_columns_is_a_star(lint: LintFiles, columns: str) -> None:
    found = lint({"a.sql": f"SELECT {columns} FROM t WHERE a"}, Options(dialect="duckdb"))
    assert found.rules == ["G31"]


def test_a_file_in_from_is_no_unknown_table(lint: LintFiles) -> None:
    found = lint({"a.sql": "SELECT a FROM 'hidden7f3a.csv' WHERE b"}, Options(dialect="duckdb"))
    assert found.rules == ["G17"]
    assert "hidden7f3a" not in found.everything


def test_a_policy_stands_in_for_the_catalogue(lint: LintFiles) -> None:
    options = Options(policy=POLICY, source="shop")
    assert lint({"a.sql": FINE}, options).told == []
    assert lint({"a.sql": "SELECT nickname FROM customers WHERE id = 1"}, options).rules == ["G09"]
    assert lint({"a.sql": "SELECT id FROM archive.customers WHERE id = 1"}, options).rules == [
        "G10"
    ]
    assert lint({"a.sql": "SELECT id FROM payments WHERE id = 1"}, options).rules == ["G10"]


def test_where_unclassified_columns_are_suppressed_any_column_may_be_named(lint: LintFiles) -> None:
    options = Options(policy=POLICY, source="wide")
    assert lint({"a.sql": "SELECT nickname FROM customers WHERE id = 1"}, options).rules == []
    assert lint({"a.sql": "SELECT id FROM orders WHERE id = 1"}, options).rules == ["G10"]


def test_a_policy_of_two_sources_tells_nothing_of_an_unnamed_one(lint: LintFiles) -> None:
    found = lint({"a.sql": "SELECT a FROM nowhere WHERE b"}, Options(policy=POLICY))
    assert found.told == []


def test_severities_are_the_policys(lint: LintFiles) -> None:
    found = lint({"a.sql": "SELECT * FROM orders"}, Options(policy=POLICY, source="shop"))
    assert found.told == [("G31", "error", 1, 8)]


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite"])
def test_no_message_quotes_what_may_be_a_value(lint: LintFiles, dialect: str) -> None:
    secret = "someone7f3a@corp.de"
    statements = [
        f"SELECT '{secret}'",
        f'SELECT "{secret}" FROM t',
        f'SELECT "{secret}"(1)',
        f'SELECT a FROM "{secret}"',
        f'SELECT a AS "{secret}", b AS "{secret}" FROM t',
        f"SELECT '{secret}'.\"{secret}\" FROM t",
        f"SELECT a FROM t WHERE '{secret}",
        f"-- sluicegate: ignore G30 {secret}\nSELECT a FROM t",
        f"SELECT a FROM t -- {secret}",
        f'DROP TABLE "{secret}"',
        f"{secret}",
        f"SELECT * FROM '{secret}'",
    ]
    for number, sql in enumerate(statements):
        found = lint({f"{number}.sql": sql}, Options(dialect=dialect))
        assert "7f3a" not in found.everything


def test_the_rules_of_lint_are_told_apart_from_guardrails() -> None:
    assert {r.id for r in LINT_RULES}.isdisjoint(g.id for g in GUARDRAILS)
    assert all(r.title and r.remedy and r.example for r in LINT_RULES)


@pytest.mark.parametrize("sql", ["upper(a)", "sin(a)", "pg_sleep(1)", "count(DISTINCT pg_sleep(a))", "date_trunc('month', pg_sleep(a))"])  # fmt: skip
def test_the_place_of_a_function_is_its_first_letter(lint: LintFiles, sql: str) -> None:
    text = f"SELECT x,\n  {sql} AS y FROM t WHERE b"
    for remark in lint({"a.sql": text}).report.remarks:
        at = max(sql.find("pg_sleep"), 0)
        assert (remark.line, remark.column) == (2, 3 + at)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mysql", 'SELECT id FROM customers WHERE id = "basic"'),
        ("mysql", "SELECT `id` FROM `customers` WHERE id = 1"),
        ("snowflake", "SELECT id FROM CUSTOMERS WHERE id = 1"),
        ("bigquery", "SELECT `id` FROM public.customers WHERE id = 1"),
        ("tsql", "SELECT [id] FROM public.customers WHERE id = 1"),
        ("postgres", 'SELECT id FROM public."customers" WHERE id = 1'),
    ],
)
def test_names_are_compared_as_each_dialect_does(lint: LintFiles, dialect: str, sql: str) -> None:
    upper = "PUBLIC.CUSTOMERS: {columns: {ID: public}}"
    lower = "public.customers: {columns: {id: public}}"
    table = upper if dialect == "snowflake" else lower
    policy = parse_policy(
        f"version: 1\nname: p\nsources: {{s: {{tables: {{{table}}}}}}}\nrules: []\n"
    )
    assert lint({"a.sql": sql}, Options(policy=policy, dialect=dialect)).told == []


def test_a_quoted_name_of_postgres_is_another_table(lint: LintFiles) -> None:
    options = Options(policy=POLICY, source="shop")
    assert lint({"a.sql": 'SELECT id FROM "Customers" WHERE id = 1'}, options).rules == ["G10"]


@given(st.text(alphabet="ab\n\r"), st.integers(0, 30))
def test_many_positions_are_what_each_alone_is(text: str, index: int) -> None:
    assert positions(text)(min(index, len(text))) == position(text, min(index, len(text)))
