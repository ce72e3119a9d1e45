"""Queries as people write them: they pass, and give what masking first and querying then would give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

BOTH = ("duckdb", "sqlite")
EACH = ("duckdb", "sqlite", "mysql")
DUCK = ("duckdb",)
LITE = ("sqlite",)

BENIGN: list[tuple[tuple[str, ...], str]] = [
    (EACH, "SELECT id, email, plan FROM customers"),
    (EACH, "SELECT id, name, phone, born, score, national_id FROM customers"),
    (BOTH, "select ID, Plan from CUSTOMERS where ID > 3 and plan <> 'free'"),
    (BOTH, 'SELECT "id", c."plan" FROM main.customers AS c WHERE c.plan IS NOT NULL'),
    (EACH, "SELECT customers.id FROM customers WHERE customers.region IN ('r1', 'r2')"),
    (BOTH, "SELECT main.customers.id FROM main.customers"),
    (EACH, "SELECT count(*) FROM customers"),
    (EACH, "SELECT count(*), count(email), count(DISTINCT email), count(notes) FROM customers"),
    (EACH, "SELECT email, count(*) AS n FROM customers GROUP BY email ORDER BY n DESC, email"),
    (EACH, "SELECT email AS e, count(*) AS n FROM customers GROUP BY 1 HAVING count(*) > 1"),
    (EACH, "SELECT plan, sum(score) AS s, avg(id) AS a FROM customers GROUP BY plan"),
    (EACH, "SELECT DISTINCT email FROM customers WHERE email IS NOT NULL ORDER BY email"),
    (EACH, "SELECT min(email) AS lo, max(email) AS hi FROM customers"),
    (EACH, "SELECT id FROM customers WHERE email IS NULL"),
    (EACH, "SELECT id FROM customers WHERE notes IS NOT NULL"),
    (EACH, "SELECT id, CASE WHEN email IS NULL THEN 0 ELSE 1 END AS has FROM customers"),
    (EACH, "SELECT sum(CASE WHEN score >= 10 THEN 1 ELSE 0 END) AS n FROM customers"),
    (EACH, "SELECT c.id, o.total FROM customers c JOIN orders o ON o.contact = c.email"),
    (EACH, "SELECT c.id, o.id AS oid FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.total > 50"),
    (EACH, "SELECT c.id, c.plan, count(o.id) AS n FROM customers c LEFT JOIN orders o ON c.id = o.customer_id GROUP BY c.id, c.plan"),
    (EACH, "SELECT c.id, r.country FROM customers c JOIN regions r USING (region)"),
    (EACH, "SELECT region, c.id FROM customers c LEFT JOIN regions r USING (region)"),
    (EACH, "SELECT region, c.id, country FROM customers c RIGHT JOIN regions r USING (region)"),
    (BOTH, "SELECT region, c.id, country FROM customers c FULL JOIN regions r USING (region)"),
    (EACH, "SELECT id, country FROM (SELECT id, region FROM customers) c NATURAL JOIN regions"),
    (EACH, "SELECT c.id, r.country FROM customers c, regions r WHERE c.region = r.region"),
    (EACH, "SELECT c.id, r.country FROM customers c CROSS JOIN regions r"),
    (EACH, "SELECT a.id, b.id AS other FROM customers a JOIN customers b ON a.email = b.email AND a.id < b.id"),
    (EACH, "SELECT id FROM customers WHERE id IN (SELECT customer_id FROM orders)"),
    (EACH, "SELECT id FROM customers WHERE email IN (SELECT contact FROM orders)"),
    (EACH, "SELECT id FROM customers WHERE email NOT IN (SELECT contact FROM orders WHERE contact IS NOT NULL)"),
    (EACH, "SELECT id FROM customers c WHERE EXISTS (SELECT * FROM orders o WHERE o.customer_id = c.id)"),
    (EACH, "SELECT id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders WHERE contact = c.email)"),
    (EACH, "SELECT o.id, (SELECT c.plan FROM customers c WHERE c.id = o.customer_id) AS plan FROM orders o"),
    (EACH, "SELECT o.id, (SELECT max(email) FROM customers c WHERE c.id = o.customer_id) AS e FROM orders o"),
    (EACH, "WITH big AS (SELECT * FROM regions) SELECT * FROM big WHERE country = 'AA'"),
    (DUCK, "WITH customers AS (SELECT id, email FROM customers) SELECT id, email FROM customers WHERE id < 5"),
    (EACH, "WITH a AS (SELECT id, email FROM customers), b AS (SELECT email FROM a WHERE id > 3) SELECT email FROM b"),
    (EACH, "WITH a(x, y) AS (SELECT id, email FROM customers) SELECT y, x FROM a ORDER BY x LIMIT 4"),
    (EACH, "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n FROM t"),
    (EACH, "WITH RECURSIVE t(n, e) AS (SELECT 1, email FROM customers WHERE id = 1 UNION ALL SELECT n + 1, e FROM t WHERE n < 3) SELECT n, e FROM t"),
    (EACH, "SELECT email FROM customers UNION ALL SELECT contact FROM orders"),
    (EACH, "SELECT email AS x FROM customers UNION SELECT contact FROM orders ORDER BY x"),
    (EACH, "SELECT email FROM customers INTERSECT SELECT contact FROM orders"),
    (EACH, "SELECT contact FROM orders EXCEPT SELECT email FROM customers"),
    (EACH, "SELECT email, id FROM customers UNION ALL SELECT NULL, id FROM orders ORDER BY 2, 1 LIMIT 7"),
    (BOTH, "SELECT email FROM customers UNION ALL SELECT CAST(NULL AS TEXT)"),
    (DUCK, "SELECT * LIKE 'em%' FROM customers"),
    (DUCK, "SELECT * ILIKE 'P%' FROM customers"),
    (DUCK, "SELECT * NOT LIKE '%y' FROM regions"),
    (EACH, "SELECT x FROM (SELECT email AS x, id FROM customers) q WHERE id > 2"),
    (EACH, "SELECT coalesce(c.email, o.contact) AS who FROM orders o LEFT JOIN customers c ON c.id = o.customer_id"),
    (EACH, "SELECT id, CASE WHEN plan = 'free' THEN NULL ELSE email END AS e, CASE plan WHEN 'pro' THEN email END AS p FROM customers"),
    (EACH, "SELECT CASE WHEN o.id > 2 THEN o.contact ELSE c.email END AS who, count(*) AS n FROM orders o JOIN customers c ON c.id = o.customer_id GROUP BY 1"),
    (EACH, "SELECT plan, max(CASE WHEN id > 1 THEN email END) AS e, count(DISTINCT CASE WHEN id > 1 THEN email END) AS n FROM customers GROUP BY plan"),
    (EACH, "SELECT id, email = lag(email) OVER (ORDER BY id) AS again, lead(email) OVER (ORDER BY id) AS e, first_value(email) OVER (PARTITION BY plan ORDER BY id) AS f FROM customers"),
    (DUCK, "SELECT plan, arg_max(email, id) AS e, min_by(email, id) AS f FROM customers GROUP BY plan"),
    (EACH, "SELECT id, row_number() OVER (PARTITION BY email ORDER BY created_at DESC) AS rn FROM customers"),
    (EACH, "SELECT id, email FROM (SELECT id, email, row_number() OVER (PARTITION BY email ORDER BY id) AS rn FROM customers) q WHERE rn = 1"),
    (EACH, "SELECT id, count(*) OVER (PARTITION BY plan) AS n, min(email) OVER (PARTITION BY plan) AS e FROM customers"),
    (BOTH, "SELECT id, lag(score) OVER (ORDER BY id) AS before FROM customers"),
    (EACH, "SELECT id, sum(score) OVER w AS s FROM customers WINDOW w AS (PARTITION BY plan ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"),
    (BOTH, "SELECT upper(plan) AS p, length(plan) AS l, substr(plan, 1, 2) AS s, plan || '-' || region AS pr FROM customers"),
    (EACH, "SELECT id, trim(plan) AS t, replace(plan, 'r', 'R') AS r, coalesce(region, 'none') AS c FROM customers"),
    (EACH, "SELECT round(total, 1) AS r, abs(total) AS a, CAST(total AS INTEGER) AS i FROM orders"),
    (EACH, "SELECT total * 2 + 1 AS t, -total AS n, (total - 1) / 2 AS h, id % 3 AS m FROM orders"),
    (EACH, "SELECT id FROM customers WHERE plan LIKE 'p%' OR region BETWEEN 'r1' AND 'r2' OR NOT (id > 3)"),
    (EACH, "SELECT id FROM customers WHERE created_at >= '2026-02-01' AND created_at < '2026-03-01'"),
    (BOTH, "SELECT plan, count(*) FILTER (WHERE score > 0) AS n FROM customers GROUP BY plan"),
    (EACH, "SELECT id FROM customers WHERE (id, plan) IN (SELECT customer_id, 'pro' FROM orders)"),
    (EACH, "SELECT c.id FROM customers c JOIN (orders o JOIN regions r ON r.region <> 'r9') ON o.customer_id = c.id"),
    (EACH, "SELECT plan FROM customers GROUP BY plan HAVING max(score) > 20 ORDER BY count(*) DESC, plan"),
    (EACH, "SELECT c.plan AS p FROM customers c GROUP BY p ORDER BY p"),
    (LITE, "SELECT v.column1 AS a FROM (VALUES (1), (2)) AS v"),
    (EACH, "SELECT id FROM customers LIMIT 3 OFFSET 0;"),
    (EACH, "SELECT id -- a comment; DROP TABLE x\nFROM customers /* another */ ORDER BY id"),
    (EACH, "SELECT 'DROP TABLE customers; --' AS txt, 'it''s' AS q, 'a:b' AS c FROM customers"),
    (EACH, "SELECT 1 AS one, NULL AS none, TRUE AS yes"),
    (EACH, "SELECT group_concat(plan, ',') AS p FROM (SELECT DISTINCT plan FROM customers) q" ),
    (EACH, "SELECT (SELECT count(*) FROM orders) AS n, (SELECT max(total) FROM orders) AS m"),
    (EACH, "SELECT email = contact AS same FROM customers JOIN orders ON customer_id = customers.id"),
    (DUCK, "SELECT * EXCLUDE (token, notes) FROM customers"),
    (DUCK, "SELECT * EXCLUDE (token, notes) REPLACE (id + 1 AS id) FROM customers"),
    (DUCK, "SELECT c.* EXCLUDE (token, notes, region), r.* FROM customers c JOIN regions r USING (region)"),
    (DUCK, "SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS rn FROM customers QUALIFY rn = 1"),
    (DUCK, "SELECT date_trunc('month', created_at) AS m, count(*) AS n FROM customers GROUP BY ALL ORDER BY m") ,
    (DUCK, "SELECT extract(year FROM created_at) AS y, created_at::date AS d, created_at + INTERVAL 1 DAY AS t FROM customers"),
    (DUCK, "SELECT plan, region, count(*) AS n FROM customers GROUP BY ROLLUP (plan, region)"),
    (DUCK, "SELECT plan, region, count(*) AS n FROM customers GROUP BY GROUPING SETS ((plan), (region), ())"),
    (DUCK, "SELECT DISTINCT ON (email) email, id FROM customers ORDER BY email, id"),
    (DUCK, "SELECT id * 2 AS twice, twice + 1 AS more FROM customers WHERE twice > 6"),
    (DUCK, "SELECT g.n FROM generate_series(1, 4) AS g(n)"),
    (DUCK, "SELECT u.x FROM unnest([1, 2, 3]) AS u(x)"),
    (DUCK, "SELECT v.b FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b) WHERE v.a = 2"),
    (DUCK, "SELECT c.id, l.n FROM customers c, LATERAL (SELECT count(*) AS n FROM orders o WHERE o.customer_id = c.id) l"),
    (DUCK, "SELECT any_value(plan) AS p, string_agg(plan, ',' ORDER BY id) AS s, median(id) AS m FROM customers"),
    (DUCK, "SELECT id FROM customers WHERE plan ILIKE 'P%' AND plan NOT ILIKE 'x' AND region IS DISTINCT FROM 'r1'"),
    (DUCK, "SELECT id FROM customers a WHERE a.email IS NOT DISTINCT FROM (SELECT email FROM customers WHERE id = 1)"),
    (DUCK, "SELECT approx_count_distinct(plan) AS n, quantile_cont(total, 0.5) AS q FROM orders, customers WHERE customers.id = 1"),
    (DUCK, "FROM regions"),
    (LITE, "SELECT strftime('%Y', created_at) AS y, count(*) AS n FROM customers GROUP BY y"),
    (LITE, "SELECT date(created_at) AS d, julianday(created_at) AS j FROM customers"),
    (LITE, "SELECT total(score) AS t, ifnull(region, 'x') AS r FROM customers GROUP BY region"),
    (LITE, "SELECT id FROM customers WHERE plan = 'PRO' COLLATE NOCASE OR plan GLOB 'p*'" ),
]  # fmt: skip

CASES = [(dialect, sql) for dialects, sql in BENIGN for dialect in dialects]

PARAMETERS: list[tuple[str, dict[str, Any], str, list[Any]]] = [
    ("SELECT id FROM customers WHERE plan = :p AND id > :n AND plan = :p", {"p": "pro", "n": 2}, "SELECT id FROM customers WHERE plan = 'pro' AND id > 2", []),
    ("SELECT id FROM customers WHERE email = :e", {"e": "zqemail1xw@example.com"}, "SELECT id FROM customers WHERE id IN (1, 11)", []),
    ("SELECT id FROM customers WHERE :e = email OR plan = :e", {"e": "zqemail2xw@example.com"}, "SELECT id FROM customers WHERE id = 2", []),
    ("SELECT id FROM customers WHERE email <> :e", {"e": "zqemail1xw@example.com"}, "SELECT id FROM customers WHERE email IS NOT NULL AND id NOT IN (1, 11)", []),
    ("SELECT id FROM customers WHERE email IN (:a, :b)", {"a": "zqemail2xw@example.com", "b": "zqemail3xw@example.com"}, "SELECT id FROM customers WHERE id IN (2, 3)", []),
    ("SELECT id FROM customers WHERE national_id = :n", {"n": 900_000_004}, "SELECT id FROM customers WHERE id = 4", []),
    ("SELECT id FROM customers WHERE national_id = :n", {"n": "900000004"}, "SELECT id FROM customers WHERE id = 4", []),
    ("SELECT id FROM customers ORDER BY id LIMIT :n", {"n": 3}, "SELECT id FROM customers WHERE id < 4", []),
]  # fmt: skip


def _sorted(rows: list[tuple[Any, ...]]) -> list[str]:
    return sorted(map(repr, rows))


@pytest.mark.parametrize(("dialect", "sql"), CASES)
def test_the_result_is_that_of_masking_first(
    world: Callable[[str], Any],
    raw_engine: Callable[[str], Any],
    masked_engine: Callable[[str], Any],
    dialect: str,
    sql: str,
) -> None:
    rewritten = world(dialect).guard(sql)
    got = raw_engine(dialect).run(rewritten.statement.sql, [])
    assert _sorted(got) == _sorted(masked_engine(dialect).run(sql, []))
    names = raw_engine(dialect).names(rewritten.statement.sql, [])
    assert names == [column.name for column in rewritten.columns]


@pytest.mark.parametrize("dialect", EACH)
@pytest.mark.parametrize(("sql", "values", "plain", "_none"), PARAMETERS)
def test_parameters_are_bound_by_name(
    world: Callable[[str], Any],
    raw_engine: Callable[[str], Any],
    dialect: str,
    sql: str,
    values: dict[str, Any],
    plain: str,
    _none: list[Any],
) -> None:
    statement = world(dialect).guard(sql).statement
    bound = [values[name] for name in statement.parameters]
    got = raw_engine(dialect).run(statement.sql, bound)
    assert got
    assert _sorted(got) == _sorted(raw_engine(dialect).run(plain, []))


def test_a_colon_in_a_string_or_a_cast_is_no_parameter(world: Callable[[str], Any]) -> None:
    sql = "SELECT 'at :noon' AS t, created_at::date AS d FROM customers WHERE id = :id"
    for dialect in ("postgres", "duckdb"):
        assert world(dialect).guard(sql).statement.parameters == ("id",)
