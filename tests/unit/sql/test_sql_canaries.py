"""Every sensitive cell holds a marker; none may be seen in a column that is called safe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sluicegate.model.plan import Carries

QUERIES = [
    "SELECT id, email, name, phone, born, score, national_id, plan, notes FROM customers",
    "SELECT c.*, o.id AS oid FROM (SELECT id, email, notes, name FROM customers) c JOIN orders o ON o.contact = c.email",
    "WITH a AS (SELECT email AS e, notes AS n FROM customers), b AS (SELECT e, n FROM a) SELECT * FROM b",
    "WITH customers AS (SELECT email, name FROM customers) SELECT * FROM customers",
    "WITH orders AS (SELECT email AS contact FROM customers) SELECT contact FROM orders UNION ALL SELECT contact FROM main.orders",
    "SELECT notes FROM customers UNION ALL SELECT remark FROM orders UNION ALL SELECT NULL",
    "SELECT (SELECT email FROM customers c WHERE c.id = o.customer_id) AS e, (SELECT notes FROM customers c WHERE c.id = o.customer_id) AS n FROM orders o",
    "SELECT max(email) AS hi, min(contact) AS lo, count(DISTINCT notes IS NULL) AS n FROM customers, orders",
    "SELECT q.x, q.y FROM (SELECT email AS x, phone AS y FROM customers) q WHERE q.x IN (SELECT contact FROM orders)",
    "SELECT a.phone || '/' || b.phone AS both, a.score + b.score AS s FROM customers a JOIN customers b USING (email)",
    "SELECT coalesce(a.email, b.contact) AS who, a.name FROM customers a FULL JOIN orders b ON a.email = b.contact",
    "SELECT CASE WHEN a.id > 1 THEN a.email ELSE b.contact END AS who, if(a.id > 1, a.name, NULL) AS n FROM customers a JOIN orders b ON a.id = b.customer_id",
    "SELECT lag(email) OVER (ORDER BY id) AS e, nth_value(name, 2) OVER (ORDER BY id) AS n, lead(national_id, 1, national_id) OVER (ORDER BY id) AS i FROM customers",
    "SELECT phone, count(*) AS n, string_agg(phone, ',') AS all_phones, list(born) AS years FROM customers GROUP BY phone",
    "WITH RECURSIVE r(n, e) AS (SELECT 1, email FROM customers UNION ALL SELECT n + 1, e FROM r WHERE n < 3) SELECT n, e FROM r",
    "SELECT l.e, l.p FROM orders o, LATERAL (SELECT c.email AS e, c.phone AS p FROM customers c WHERE c.id = o.customer_id) l",
    "SELECT email, row_number() OVER (PARTITION BY email ORDER BY id) AS rn, any_value(email) OVER (PARTITION BY plan) AS v FROM customers",
    "SELECT email FROM customers GROUP BY ROLLUP (email)",
    "SELECT DISTINCT ON (email) email, phone FROM customers ORDER BY email, phone",
    "SELECT x, y FROM customers AS t(a, x, b, y)",
    "FROM (SELECT email, national_id FROM customers)",
]  # fmt: skip


@pytest.mark.parametrize("sql", QUERIES)
def test_no_marker_is_in_a_column_that_is_called_safe(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any], sql: str
) -> None:
    rewritten = world("duckdb").guard(sql)
    rows = raw_engine("duckdb").run(rewritten.statement.sql, [])
    assert rows
    for index, column in enumerate(rewritten.columns):
        texts = [str(row[index]) for row in rows if row[index] is not None]
        if column.carries is Carries.DIGEST:
            assert all(re.fullmatch(r"[0-9a-f]{64}", text) for text in texts)
        elif column.carries is Carries.FINISHED:
            assert not [t for t in texts if "zq" in t or "1555" in t or "9000000" in t]
        else:
            assert any("zq" in text for text in texts), "the check is blind"
