"""PIVOT and UNPIVOT written out: DuckDB itself says whether names, rows and NULLs are the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import sqlglot

from sluicegate.sql.columnlists import _like
from sluicegate.sql.pivots import written_out
from sluicegate.sql.refusal import SqlRefused

TABLES = """
CREATE TABLE t (id int, Plan varchar, region varchar, country varchar, balance decimal(10,2), d date,
    active boolean, n double, m int);
INSERT INTO t VALUES (1,'free','n','DE',1.5,'2026-01-01',true,1,2), (2,'pro','n','FR',NULL,'2026-02-01',false,NULL,3),
    (3,'pro',NULL,'DE',7,'2025-01-01',NULL,3,NULL), (4,NULL,'s','US',2,'2026-01-05',true,4,4),
    (5,'free','s','DE',2.25,NULL,false,5,5);
CREATE TABLE e AS SELECT * FROM t WHERE false; CREATE TABLE w AS SELECT id, m, balance, n FROM t;
"""
SAME = [
    "PIVOT t ON Plan IN ('free','pro') USING sum(balance)",
    "PIVOT t ON plan IN ('free','pro') USING sum(balance) GROUP BY region",
    "PIVOT t ON plan IN ('free','pro','none') USING count(*) GROUP BY region",
    "PIVOT t ON plan IN ('free','pro') USING count(*), sum(balance) GROUP BY region",
    "PIVOT t ON plan IN ('free','pro') USING sum(balance) AS s, max(id) AS m GROUP BY region, country",
    "PIVOT t ON plan IN ('free','pro') USING max(id), min(id) AS lo GROUP BY country",
    "PIVOT t ON plan IN ('free','pro'), country IN ('DE','FR') USING sum(balance) GROUP BY region",
    "PIVOT t ON year(d) IN (2025, 2026) USING sum(balance) GROUP BY region",
    "PIVOT t ON (plan || '_' || region) IN ('free_n', 'pro_n') USING count(*) GROUP BY country",
    "PIVOT t ON active IN (true, false) USING count(id) GROUP BY plan",
    "PIVOT t ON m IN ('2', '3') USING count(*) GROUP BY region",
    "PIVOT t ON m IN (2, 4, 5) USING count(*) GROUP BY region",
    # compared as text: 2 is not the 2.00 of a decimal, and 4 not the 4.0 of a double
    "PIVOT t ON balance IN (2, 7.00, '2.25') USING count(*) GROUP BY region",
    "PIVOT t ON n IN (4, 5.0) USING count(*) GROUP BY region",
    "PIVOT t ON d IN ('2026-01-01') USING count(*) GROUP BY region",
    "PIVOT t ON plan IN ('free') USING first(balance ORDER BY id) GROUP BY region",
    "PIVOT t ON plan IN ('free') USING list(id ORDER BY id) GROUP BY region",
    "PIVOT t ON plan IN ('free') USING count(DISTINCT region) GROUP BY country",
    "PIVOT t ON plan IN ('free') USING coalesce(sum(balance), 0) GROUP BY country",
    "PIVOT t ON plan IN ('free','pro') USING any_value(region) GROUP BY country",
    "PIVOT t ON plan IN ('free','pro') USING string_agg(region, ',' ORDER BY id) GROUP BY country",
    "PIVOT t ON plan IN ('free','pro') USING quantile_cont(balance, 0.5) GROUP BY country",
    "PIVOT e ON plan IN ('free') USING sum(balance) GROUP BY country",
    "PIVOT (SELECT plan, balance FROM e) ON plan IN ('free') USING sum(balance)",
    "PIVOT (SELECT plan, balance FROM t) ON plan IN ('free', 'pro') USING count(*)",
    "PIVOT (SELECT plan FROM t) ON plan IN ('free', 'pro')",
    "SELECT * FROM t PIVOT (sum(balance) AS s, count(*) AS c FOR plan IN ('free','pro') GROUP BY region)",
    "SELECT * FROM t PIVOT (sum(balance) FOR plan IN ('free','pro') country IN ('DE') GROUP BY region)",
    "SELECT p.a FROM (SELECT region, plan, balance FROM t) PIVOT (sum(balance) FOR plan IN ('free','pro')) AS p(r, a, b)",
    (
        "SELECT * FROM (SELECT region, plan, balance FROM t PIVOT (max(id) FOR country IN ('DE')"
        " GROUP BY region, plan, balance)) PIVOT (sum(balance) FOR plan IN ('free','pro'))"
    ),
    "WITH x AS (PIVOT t ON plan IN ('free','pro') USING sum(balance) GROUP BY region) SELECT * FROM x",
    "SELECT t.id, p.free FROM t JOIN (PIVOT t ON plan IN ('free') USING count(*) GROUP BY region) p ON p.region = t.region",
    "UNPIVOT w ON m, balance",
    "UNPIVOT w ON m, n, balance INTO NAME k VALUE v",
    "UNPIVOT w ON m AS mm, id INTO NAME k VALUE v",
    "UNPIVOT w ON id, m INTO NAME id VALUE v",
    "SELECT * FROM w UNPIVOT INCLUDE NULLS (v FOR k IN (m, id))",
    "SELECT * FROM w UNPIVOT (v FOR k IN (m AS 'x', id AS y))",
    "SELECT u.k FROM w AS q UNPIVOT (v FOR k IN (m, id)) AS u WHERE u.v > 2",
]  # fmt: skip
REFUSED = [
    # DuckDB reads the first as plan || ('_' || (region IN (…))), and drops the FILTER of the second
    "PIVOT t ON plan || '_' || region IN ('free_n', 'pro_n') USING count(*) GROUP BY country",
    "PIVOT t ON plan IN ('free') USING sum(balance) FILTER (WHERE id > 1) GROUP BY region",
    "PIVOT t ON plan IN ('free') USING sum(balance) OVER () GROUP BY region",
    "PIVOT t ON plan IN ('free') USING (SELECT max(id) FROM w) GROUP BY region",
    "PIVOT t ON plan IN ('free') USING balance GROUP BY region",
    "PIVOT t ON plan IN ('free') USING count(*) GROUP BY 1",
    "PIVOT t ON plan IN ('free') USING count(*) GROUP BY upper(region)",
    "PIVOT t ON plan IN ('free', NULL) USING count(*) GROUP BY region",
    "PIVOT t ON m IN (02, 1e3) USING count(*) GROUP BY region",
    "PIVOT t ON plan USING count(*)",
    "PIVOT t ON plan IN (SELECT plan FROM t) USING count(*)",
    "PIVOT t ON id IN (" + ", ".join(map(str, range(1001))) + ") USING count(*)",
    "UNPIVOT w ON COLUMNS(* EXCLUDE id), m INTO NAME k VALUE v",
    "UNPIVOT w ON m + 1 INTO NAME k VALUE v",
    "UNPIVOT w ON (id, m), (m, id) INTO NAME k VALUE v1, v2",
]


@pytest.fixture(scope="module")
def database() -> Iterator[Any]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def _found(database: Any, sql: str) -> tuple[list[str], list[str]]:
    cursor = database.execute(sql)
    return [item[0] for item in cursor.description], sorted(map(repr, cursor.fetchall()))


@pytest.mark.parametrize("sql", SAME)
def test_it_is_the_query_that_it_stands_for(database: Any, sql: str) -> None:
    plain = written_out(sqlglot.parse_one(sql, read="duckdb")).sql("duckdb")
    assert "PIVOT" not in plain.upper()
    assert _found(database, plain) == _found(database, sql)


@pytest.mark.parametrize("sql", REFUSED)
def test_what_would_change_is_refused(sql: str) -> None:
    with pytest.raises(SqlRefused):
        written_out(sqlglot.parse_one(sql, read="duckdb"))


@pytest.mark.parametrize("columns", ["*", "COLUMNS(* EXCLUDE (ID))", "COLUMNS('^(plan|region)$')"])
def test_columns_of_unpivot_may_be_a_pattern(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any], columns: str
) -> None:
    own = "plan, region" if columns == "*" else "id, plan, region"
    sql = f"UNPIVOT (SELECT {own} FROM customers) ON {columns} INTO NAME k VALUE v"
    statement = world("duckdb").guard(sql).statement
    got = raw_engine("duckdb").run(statement.sql, [])
    assert got
    assert sorted(map(repr, got)) == sorted(map(repr, raw_engine("duckdb").run(sql, [])))


def test_names_that_become_values_are_spelled_as_in_the_catalogue(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any]
) -> None:
    sql = "UNPIVOT (SELECT id, plan, region FROM customers) ON PLAN, Region INTO NAME k VALUE v"
    statement = world("duckdb").guard(sql).statement
    got = raw_engine("duckdb").run(statement.sql, [])
    assert {row[1] for row in got} == {"plan", "region"}
    assert sorted(map(repr, got)) == sorted(map(repr, raw_engine("duckdb").run(sql, [])))


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("PIVOT customers ON email IN ('a') USING count(*) GROUP BY plan", "G13"),
        ("PIVOT customers ON notes IN ('a') USING count(*) GROUP BY plan", "G13"),
        ("PIVOT customers ON token IN ('a') USING count(*) GROUP BY plan", "POLICY-COLUMN"),
        ("PIVOT customers ON plan IN ('pro') USING max(token) GROUP BY region", "POLICY-COLUMN"),
        ("PIVOT customers ON plan IN ('pro') USING coalesce(max(email), 'x') GROUP BY id", "G13"),
        ("PIVOT customers ON plan IN ('pro') USING length(max(notes)) GROUP BY id", "G13"),
        ("PIVOT customers ON plan IN ('pro') USING count(*) GROUP BY notes", "G13"),
        ("PIVOT customers ON plan IN ('pro') USING nosuch(id) GROUP BY region", "G07"),
        ("PIVOT customers ON plan IN ('pro') USING max(getenv('HOME')) GROUP BY region", "G07"),
        ("UNPIVOT customers ON email, plan INTO NAME k VALUE v", "G13"),
        ("UNPIVOT customers ON * INTO NAME k VALUE v", "G13"),
        ("UNPIVOT customers ON COLUMNS('(a+)+') INTO NAME k VALUE v", "G09"),
        ("UNPIVOT customers ON COLUMNS('nothing') INTO NAME k VALUE v", "G09"),
        ("UNPIVOT (SELECT id, notes FROM customers) ON notes INTO NAME k VALUE v", "G13"),
        ("UNPIVOT (SELECT id, plan FROM customers) ON nope INTO NAME k VALUE v", "G09"),
        ("UNPIVOT query('FROM customers') ON email INTO NAME k VALUE v", "G"),
        ("SELECT * LIKE 'tok%' FROM customers", "POLICY-COLUMN"),
        ("SELECT * LIKE 'em%' ESCAPE 'x' FROM customers", "G"),
        ("SELECT * LIKE email FROM customers", "G09"),
        ("SELECT * SIMILAR TO 'tok.*' FROM customers", "G"),
        ("SELECT upper(COLUMNS(lambda c: c LIKE 'em%')) FROM customers", "G13"),
        ("SELECT COLUMNS(lambda c: c LIKE email) FROM customers", "G09"),
        ("SELECT COLUMNS(lambda c: getenv(c) = 'x') FROM customers", "G09"),
        ("SELECT COLUMNS('.*a.*b.*c.*d.*e.*f.*g') FROM customers", "G09"),
    ],
)
def test_a_masked_column_stays_masked(world: Callable[[str], Any], sql: str, code: str) -> None:
    codes = world("duckdb").codes(sql)
    assert any(found.startswith(code) for found in codes), codes


def test_a_derived_table_of_duckdb_sees_what_stands_left_of_it(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any]
) -> None:
    sql = "SELECT c.id, x.n FROM customers c, (SELECT count(*) AS n FROM orders WHERE customer_id = c.id) x"
    statement = world("duckdb").guard(sql).statement
    got = raw_engine("duckdb").run(statement.sql, [])
    assert sorted(map(repr, got)) == sorted(map(repr, raw_engine("duckdb").run(sql, [])))
    for dialect in ("postgres", "sqlite", "mysql"):
        assert "G09" in world(dialect).codes(sql), dialect
    inside = "SELECT x.n FROM customers c, (SELECT length(c.notes) AS n) x"
    assert "G13" in world("duckdb").codes(inside)
    secret = "SELECT x.token FROM customers c, (SELECT c.token) x"
    assert "POLICY-COLUMN-UNREADABLE" in world("duckdb").codes(secret)


@pytest.mark.parametrize(
    ("name", "pattern", "fits"),
    [
        ("email", "em%", True), ("email", "%", True), ("email", "e_ail", True), ("email", "em", False),
        ("", "%%", True), ("a.b", "a_b", True), ("a.b", "a.b", True), ("aXb", "a.b", False),
        ("e\nmail", "e%l", True), ("abab", "%ab", True), ("abab", "a%b_", False), ("a%b", "a%b", True),
    ],
)  # fmt: skip
def test_like_is_that_of_duckdb(database: Any, name: str, pattern: str, fits: bool) -> None:
    assert _like(name, pattern) is fits
    assert database.execute("SELECT ? LIKE ?", [name, pattern]).fetchone() == (fits,)


def test_a_pattern_of_many_wildcards_costs_little() -> None:
    begin = time.monotonic()
    assert not _like("a" * 200, "%a" * 100 + "b")
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres"])
def test_a_join_has_one_condition(world: Callable[[str], Any], dialect: str) -> None:
    for join in (
        "NATURAL JOIN regions r ON c.plan = 'x'",
        "JOIN regions r USING (region) ON 1 = 1",
    ):
        assert world(dialect).codes(f"SELECT c.id FROM customers c {join}"), join


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_rows_of_values_are_compared_column_by_column(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any], dialect: str
) -> None:
    rows = "(plan, region) IN (VALUES ('pro', 'r1'), ('free', NULL), ('team', 'r2'))"
    for sql in (
        f"SELECT id FROM customers WHERE {rows}",
        f"SELECT id FROM customers WHERE NOT {rows}",
        f"SELECT id, {rows} IS NULL AS u FROM customers",
    ):
        statement = world(dialect).guard(sql).statement
        got = raw_engine(dialect).run(statement.sql, [])
        assert sorted(map(repr, got)) == sorted(map(repr, raw_engine(dialect).run(sql, [])))
    for bad in (
        "SELECT id FROM customers WHERE (email, plan) IN (VALUES ('a', 'pro'), ('b', 'x'))",
        "SELECT id FROM customers WHERE (plan, notes) IN (VALUES ('a', 'pro'), ('b', 'x'))",
    ):
        assert "G13" in world(dialect).codes(bad)
    assert "G09" in world(dialect).codes(
        "SELECT id FROM customers WHERE (plan, id) IN (VALUES ('a', 1, 2))"
    )
