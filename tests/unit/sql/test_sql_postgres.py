"""The same guard before a real PostgreSQL: queries run, and markers stay inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from sluicegate.model.plan import Carries

pytestmark = pytest.mark.postgres

QUERIES = [
    "SELECT id, email, name, phone, born, score, national_id FROM customers",
    "SELECT c.id, o.total::text AS t FROM customers c JOIN orders o ON o.contact = c.email WHERE o.total >= 20",
    "SELECT DISTINCT ON (email) email, id FROM customers ORDER BY email, id DESC",
    "SELECT plan, region, count(*) AS n FROM customers GROUP BY ROLLUP (plan, region)",
    "SELECT date_trunc('month', created_at) AS m, extract(year FROM created_at) AS y, to_char(created_at, 'YYYY-MM') AS t FROM customers",
    "SELECT id, created_at + interval '1 day' AS d, age(created_at, timestamp '2026-01-01') AS a FROM customers WHERE created_at::date > date '2026-01-05'",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) AS p, string_agg(remark, ',') FILTER (WHERE FALSE) AS s FROM (SELECT total, 'x' AS remark FROM orders) q",
    "SELECT c.id, l.n FROM customers c CROSS JOIN LATERAL (SELECT count(*) AS n FROM orders o WHERE o.customer_id = c.id) l",
    "SELECT g.n, v.a FROM generate_series(1, 3) AS g(n), (VALUES (1, 'x')) AS v(a, b), unnest(ARRAY[1, 2]) AS u(x)",
    "SELECT id FROM customers WHERE id = ANY(ARRAY[1, 2]) AND plan ILIKE 'P%' AND region IS DISTINCT FROM 'zz'",
    "WITH RECURSIVE t(n, e) AS (SELECT 1, email FROM customers WHERE id = 1 UNION ALL SELECT n + 1, e FROM t WHERE n < 3) SELECT n, e FROM t",
    "SELECT region, id, country FROM customers FULL JOIN regions USING (region)",
    "SELECT id, first_value(plan) OVER w AS f, sum(score) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM customers WINDOW w AS (PARTITION BY plan ORDER BY id)",
    "SELECT email FROM customers UNION ALL SELECT NULL::text ORDER BY email NULLS FIRST",
    "SELECT (SELECT max(email) FROM customers c WHERE c.id = o.customer_id) AS e, split_part('a-b', '-', 2) AS s FROM orders o FETCH FIRST 5 ROWS ONLY",
    "SELECT pg_catalog.lower(plan) AS l, coalesce(region, 'none') AS r, greatest(id, 3) AS g FROM public.customers",
    "SELECT id, '{\"a\": {\"b\": 1}}'::jsonb -> 'a' ->> 'b' AS b FROM customers",
    "SELECT id FROM customers TABLESAMPLE BERNOULLI (100)",
    "SELECT count(*) AS n, round(avg(total), 2) AS a, stddev_samp(total) AS s, bool_or(total > 5) AS b FROM orders",
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(postgres: Any, raw_engine: Callable[[str], Any]) -> Iterator[Any]:
    with psycopg.connect(postgres.database(), autocommit=True) as connection:
        duck = raw_engine("duckdb").connection
        for table in ("customers", "orders", "regions"):
            described = duck.execute(f"DESCRIBE {table}").fetchall()
            connection.execute(
                f"CREATE TABLE {table} ({', '.join(f'{d[0]} {d[1]}' for d in described)})"
            )  # type: ignore[arg-type, unused-ignore]
            rows = duck.execute(f"SELECT * FROM {table}").fetchall()
            marks = ", ".join("%s" for _ in described)
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # type: ignore[arg-type, unused-ignore]
        yield connection


@pytest.mark.parametrize("sql", QUERIES)
def test_it_runs_and_markers_stay_inside(world: Callable[[str], Any], shop: Any, sql: str) -> None:
    rewritten = world("postgres").guard(sql)
    with shop.cursor() as cursor:
        rows = cursor.execute(rewritten.statement.sql.encode()).fetchall()
        names = [column.name for column in cursor.description]
    assert rows
    assert names == [column.name for column in rewritten.columns]
    for column, cells in zip(rewritten.columns, zip(*rows, strict=True), strict=True):
        assert column.carries is not Carries.RAW_TEXT
        assert not [c for c in map(str, cells) if "zq" in c or "1555" in c or "90000000" in c]


@pytest.mark.parametrize(
    ("sql", "values", "ids"),
    [
        (
            "SELECT id FROM customers WHERE email = :e ORDER BY 1",
            {"e": "zqemail1xw@example.com"},
            [1, 11],
        ),
        (
            "SELECT id FROM customers WHERE email IN (:e, :f) AND plan <> :e ORDER BY 1",
            {"e": "zqemail2xw@example.com", "f": "zqemail3xw@example.com"},
            [2, 3],
        ),
        (
            "SELECT id FROM customers WHERE national_id = :n OR id = :n ORDER BY 1",
            {"n": 900_000_004},
            [4],
        ),
        (
            "SELECT id FROM customers WHERE created_at >= :since AND id < :n ORDER BY 1",
            {"since": "2026-03-01", "n": 7},
            [2, 5],
        ),
    ],
)
def test_parameters_are_bound_by_position(
    world: Callable[[str], Any], shop: Any, sql: str, values: dict[str, Any], ids: list[int]
) -> None:
    statement = world("postgres").guard(sql).statement
    bound = [values[name] for name in statement.parameters]
    with psycopg.RawCursor(shop) as cursor:
        assert [row[0] for row in cursor.execute(statement.sql.encode(), bound).fetchall()] == ids
