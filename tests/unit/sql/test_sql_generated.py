"""Dialects that are generated and not run here: what the rewrite writes, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlglot
from sqlglot import exp
from syrupy.assertion import SnapshotAssertion

from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import (
    Bucket,
    Constant,
    GeneralizeDate,
    GeneralizeNumber,
    Mask,
    MaskJson,
    Noise,
    Partial,
    PreserveFormat,
    Pseudonymize,
    ShiftDate,
    Suppress,
    Tokenize,
)
from sluicegate.sql.guardside import Subject
from sluicegate.sql.names import column
from sluicegate.sql.profiles import PROFILES
from sluicegate.sql.pushdown import push_down
from sluicegate.sql.shape import write

GENERATED = tuple(name for name, own in PROFILES.items() if own.support == "generated")

COMMON = [
    "SELECT id, email, plan FROM customers WHERE plan = :p AND id > :n",
    "SELECT id, name, phone, born, score, national_id, notes FROM customers",
    "SELECT email, COUNT(*) AS n, COUNT(DISTINCT region) AS r FROM customers GROUP BY email HAVING COUNT(*) > 1 ORDER BY n DESC",
    "SELECT c.id, o.total FROM customers c LEFT JOIN orders o ON o.contact = c.email WHERE o.total >= 20",
    "SELECT c.id, r.country FROM customers c JOIN regions r USING (region)",
    "WITH a AS (SELECT id, email FROM customers), b AS (SELECT email FROM a WHERE id > 3) SELECT email FROM b",
    "SELECT email FROM customers UNION ALL SELECT contact FROM orders",
    "SELECT id FROM customers WHERE email IN (:a, :b) OR national_id = :n",
    "SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)",
    "SELECT id, ROW_NUMBER() OVER (PARTITION BY email ORDER BY created_at DESC) AS rn FROM customers",
    "SELECT CASE WHEN score > 10 THEN 'hi' ELSE 'lo' END AS s, COALESCE(region, 'none') AS r, UPPER(plan) AS u FROM customers",
    "SELECT CAST(total AS INTEGER) AS i, ROUND(total, 1) AS r FROM orders",
]  # fmt: skip

OWN = {
    "snowflake": [
        'SELECT "ID", plan FROM PUBLIC.customers LIMIT 5',
        "SELECT id FROM customers QUALIFY ROW_NUMBER() OVER (PARTITION BY email ORDER BY id) = 1",
        "SELECT DATE_TRUNC('month', created_at) AS m, COUNT(*) AS n FROM customers GROUP BY ALL",
        "SELECT plan, LISTAGG(region, ',') WITHIN GROUP (ORDER BY region) AS l, created_at::DATE AS d FROM customers GROUP BY plan, created_at",
    ],
    "bigquery": [
        "SELECT `id`, plan FROM shop.customers LIMIT 5",
        "SELECT * EXCEPT (token, notes) FROM customers",
        "SELECT DATE_TRUNC(DATE(created_at), MONTH) AS m, COUNT(*) AS n FROM customers GROUP BY 1",
        "SELECT id FROM customers QUALIFY ROW_NUMBER() OVER (PARTITION BY email ORDER BY id) = 1",
    ],
    "redshift": [
        'SELECT "id", plan FROM public.customers LIMIT 5',
        "SELECT DATE_TRUNC('month', created_at) AS m, COUNT(*) AS n FROM customers GROUP BY 1",
        "SELECT plan, LISTAGG(region, ',') WITHIN GROUP (ORDER BY region) AS l FROM customers GROUP BY plan",
    ],
    "trino": [
        'SELECT "id", plan FROM public.customers ORDER BY id OFFSET 2 LIMIT 5',
        "SELECT DATE_TRUNC('month', created_at) AS m, COUNT(*) FILTER (WHERE score > 0) AS n FROM customers GROUP BY 1",
        "SELECT APPROX_DISTINCT(email) AS n FROM regions r JOIN (SELECT plan AS email FROM customers) q ON TRUE",
    ],
    "tsql": [
        "SELECT TOP 5 [id], plan FROM dbo.customers ORDER BY id",
        "SELECT id FROM customers ORDER BY id OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY",
        "SELECT plan, COUNT(*) AS n FROM customers WHERE created_at >= DATEADD(DAY, -7, '2026-01-01') GROUP BY plan",
        "SELECT ISNULL(region, 'none') AS r, LEN(plan) AS l, YEAR(created_at) AS y FROM customers",
    ],
}  # fmt: skip

CASES = [(d, sql) for d in GENERATED for sql in (*COMMON, *OWN[d])]


@pytest.mark.parametrize(("dialect", "sql"), CASES)
def test_the_text_that_would_run(
    world: Callable[[str], Any], dialect: str, sql: str, snapshot: SnapshotAssertion
) -> None:
    statement = world(dialect).guard(sql).statement
    assert {"sql": statement.sql, "parameters": statement.parameters} == snapshot


def test_each_dialect_is_shown_in_a_dozen_queries() -> None:
    assert set(GENERATED) == {"snowflake", "bigquery", "redshift", "trino", "tsql"}
    for dialect in GENERATED:
        assert len([d for d, _ in CASES if d == dialect]) >= 12


MASKED: list[tuple[str, str, Mask]] = [
    ("text", "VARCHAR(20)", Pseudonymize()),
    ("integer", "BIGINT", Pseudonymize()),
    ("text", "VARCHAR(20)", Partial(keep_first=1, keep_last=2)),
    ("text", "VARCHAR(20)", Suppress()),
    ("timestamp", "TIMESTAMP", Suppress()),
    ("decimal", "DECIMAL(10,2)", GeneralizeNumber(width=10)),
    ("float", "DOUBLE PRECISION", GeneralizeNumber(width=10)),
    *[("date", "DATE", GeneralizeDate(unit=u)) for u in ("year", "quarter", "week")],
    ("timestamp", "TIMESTAMP", GeneralizeDate(unit="month")),
    ("text", "VARCHAR(20)", Partial(keep="domain")),
    ("text", "VARCHAR(20)", Partial(keep="area")),
    ("text", "VARCHAR(20)", Constant(value="é's")),
    ("decimal", "DECIMAL(10,2)", Bucket(bounds=(-1.5, 18))),
    ("text", "VARCHAR(20)", PreserveFormat()),
    ("integer", "BIGINT", PreserveFormat()),
    ("uuid", "UUID", Tokenize()),
    ("json", "JSON", MaskJson(paths=(("$.a", Suppress()),))),
    ("date", "DATE", ShiftDate(subject="who")),
    ("timestamp", "TIMESTAMP", ShiftDate(subject="who")),
    ("timestamp", "TIMESTAMP WITH TIME ZONE", ShiftDate(subject="who")),
    ("decimal", "DECIMAL(10,2)", Noise(subject="who")),
]  # fmt: skip
WHO = Subject(
    column=CatalogColumn(name="who", native_type="BIGINT", family=TypeFamily.INTEGER),
    data_class="patient",
)


@pytest.mark.parametrize("dialect", GENERATED)
def test_masks(dialect: str, snapshot: SnapshotAssertion) -> None:
    shown = {}
    for family, native, mask in MASKED:
        col = CatalogColumn(name="x", native_type=native, family=TypeFamily(family))
        subject = WHO if isinstance(mask, (ShiftDate, Noise)) else None
        built = push_down(mask, col, "thing", dialect, subject)(column("t", "x"))
        shown[f"{native} {mask}"] = write(built, dialect)
        assert len(sqlglot.parse(shown[f"{native} {mask}"], read=dialect)) == 1
    assert shown == snapshot


ALL = GENERATED
SNOW, BIG, RED, TRI, TS = (("snowflake",), ("bigquery",), ("redshift",), ("trino",), ("tsql",))

ATTACKS: list[tuple[tuple[str, ...], str, str]] = [
    (ALL, "DELETE FROM customers", "G02"),
    (ALL, "DROP TABLE customers", "G03"),
    (ALL, "CREATE TABLE t AS SELECT email FROM customers", "G"),
    (ALL, "SELECT 1 AS a; SELECT 2 AS b", "G01"),
    (ALL, "CALL p()", "G06"),
    (ALL, "GRANT SELECT ON customers TO x", "G08"),
    (ALL, "SELECT token FROM customers", "POLICY-COLUMN-UNREADABLE"),
    (ALL, "SELECT * FROM customers", "POLICY-COLUMN-UNREADABLE"),
    (ALL, "SELECT UPPER(email) AS u FROM customers", "G13"),
    (ALL, "SELECT id FROM customers WHERE email = 'a@example.com'", "G13"),
    (ALL, "SELECT id FROM customers WHERE notes LIKE 'x%'", "G13"),
    (ALL, "SELECT id FROM customers ORDER BY notes", "G13"),
    (ALL, "SELECT email FROM customers UNION ALL SELECT plan FROM customers", "G13"),
    (ALL, "SELECT * FROM information_schema.columns", "G15"),
    (ALL, "SELECT id FROM elsewhere", "G09"),
    (ALL, "SELECT evil(id) AS x FROM customers", "G07"),
    (ALL, "SELECT id FROM customers WHERE id = ?", "G09"),
    (ALL, "SELECT id FROM a.b.customers", "G09"),
    (ALL, "SELECT c FROM customers c", "G09"),
    (ALL, "SELECT id /*! , email */ FROM customers", "G09"),
    (SNOW, "SELECT $1 FROM @stage", "G"),
    (SNOW, "SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))", "G"),
    (SNOW, "SELECT * FROM customers AT (OFFSET => -60)", "G"),
    (SNOW, "SELECT f.value FROM customers, LATERAL FLATTEN(input => notes) f", "G"),
    (SNOW, "SELECT notes:a.b AS x FROM customers", "G"),
    (SNOW, "COPY INTO @stage FROM customers", "G05"),
    (SNOW, "EXECUTE IMMEDIATE 'SELECT 1'", "G"),
    (SNOW, 'SELECT "id" FROM customers', "G09"),
    (SNOW, 'SELECT id FROM "customers"', "G09"),
    (SNOW, "SELECT SYSTEM$WAIT(5)", "G"),
    (SNOW, "SELECT CURRENT_USER()", "G07"),
    (SNOW, "SELECT OBJECT_CONSTRUCT(*) AS o FROM customers", "G"),
    (SNOW, "SELECT query_text FROM snowflake.account_usage.query_history", "G"),
    (BIG, "SELECT id FROM customers FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()", "G"),
    (BIG, "SELECT TO_JSON_STRING(c) AS j FROM customers c", "G"),
    (BIG, "SELECT AS STRUCT id FROM customers", "G"),
    (BIG, "SELECT AS VALUE c FROM customers c", "G"),
    (BIG, "SELECT * FROM EXTERNAL_QUERY('x', 'SELECT 1')", "G17"),
    (BIG, "SELECT SESSION_USER() AS u", "G07"),
    (BIG, "SELECT x FROM UNNEST([1, 2]) AS x", "G17"),
    (BIG, "SELECT ARRAY(SELECT email FROM customers) AS a", "G"),
    (BIG, "EXPORT DATA OPTIONS (uri = 'gs://x') AS SELECT 1 AS a", "G05"),
    (BIG, "SELECT table_id FROM shop.__TABLES__", "G15"),
    (BIG, "SELECT * FROM shop.INFORMATION_SCHEMA.TABLES", "G"),
    (BIG, "FROM customers |> SELECT token", "POLICY-COLUMN-UNREADABLE"),
    (RED, "UNLOAD ('SELECT 1') TO 's3://x'", "G05"),
    (RED, "SELECT querytxt FROM stl_query", "G15"),
    (RED, "SELECT usename FROM pg_user", "G15"),
    (RED, "SELECT PG_BACKEND_PID()", "G07"),
    (RED, "SELECT id INTO t FROM customers", "G04"),
    (TRI, "SELECT * FROM TABLE(system.query(query => 'SELECT 1'))", "G"),
    (TRI, "SELECT * FROM customers FOR VERSION AS OF 1", "G"),
    (TRI, "SELECT current_user AS u", "G"),
    (TRI, "SELECT TRANSFORM(ARRAY[1], x -> x) AS t", "G"),
    (TRI, "SELECT CAST(ROW(id, plan) AS ROW(a INTEGER, b VARCHAR)) AS r FROM customers", "G"),
    (TS, "SELECT id INTO stolen FROM customers", "G04"),
    (TS, "EXEC xp_cmdshell 'dir'", "G06"),
    (TS, "SELECT * FROM OPENROWSET('SQLNCLI', 'x', 'SELECT 1')", "G"),
    (TS, "SELECT * FROM OPENQUERY(x, 'SELECT 1')", "G17"),
    (TS, "SELECT name FROM sys.objects", "G15"),
    (TS, "SELECT @@VERSION", "G"),
    (TS, "SELECT @x = email FROM customers", "G"),
    (TS, "SELECT SUSER_NAME() AS u", "G07"),
    (TS, "SELECT id FROM customers FOR XML AUTO", "G"),
    (TS, "SELECT email FROM customers FOR JSON PATH", "G"),
    (TS, "SELECT id FROM #tmp", "G"),
    (TS, "SELECT id FROM customers WITH (NOLOCK)", "G"),
    (TS, "SELECT TOP 5 PERCENT id FROM customers", "G09"),
    (TS, "SELECT TOP 5 WITH TIES id FROM customers ORDER BY token", "G"),
    (TS, "SELECT plan FROM customers GROUP BY 1", "G09"),
    (TS, "WAITFOR DELAY '0:0:5'", "G"),
    (TS, "SELECT a.n FROM customers c CROSS APPLY (SELECT 1 AS n) a", "G"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "sql", "code"), [(d, sql, code) for ds, sql, code in ATTACKS for d in ds]
)
def test_it_is_refused(world: Callable[[str], Any], dialect: str, sql: str, code: str) -> None:
    codes = world(dialect).codes(sql)
    assert codes, "it passed"
    assert any(found.startswith(code) for found in codes), codes


@pytest.mark.parametrize("dialect", sorted(PROFILES))
def test_null_stays_null_in_every_digest(dialect: str) -> None:
    """A digest must not take NULL for an empty text, as CONCAT does in SQL Server."""
    col = CatalogColumn(name="x", native_type="TEXT", family=TypeFamily.TEXT)
    built = push_down(Pseudonymize(), col, "thing", dialect)(column("t", "x"))
    calls = {node.name.upper() for node in built.find_all(exp.Anonymous)}
    assert ("CONCAT" in calls) == (dialect == "mysql"), "MySQL's CONCAT gives NULL for NULL"


def test_snowflake_folds_up_and_keeps_quotes(world: Callable[[str], Any]) -> None:
    columns = (
        world("snowflake").guard('SELECT id, plan AS "Plan", region AS r FROM customers').columns
    )
    assert [c.name for c in columns] == ["ID", "Plan", "R"]
