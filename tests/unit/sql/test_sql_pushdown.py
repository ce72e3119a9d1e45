"""A mask in the source gives, byte for byte, what the same mask gives on Arrow arrays."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest
from sqlglot import exp

from sluicegate.mask import inner_digest, transform
from sluicegate.model.data import CatalogColumn, DataClass, TypeFamily
from sluicegate.model.masks import (
    Bucket,
    Constant,
    Fake,
    GeneralizeDate,
    GeneralizeNumber,
    Mask,
    Partial,
    Pseudonymize,
    Suppress,
)
from sluicegate.sql.names import column, quoted
from sluicegate.sql.pushdown import push_down
from sluicegate.sql.shape import write

TEXTS = [
    None,
    "",
    "a",
    "ab",
    "abc",
    "abcd",
    "abcdefgh",
    "žluťoučký",
    "日本語テキスト",
    "e\u0301te",
    "🙂🙃🙂",
    " x ",
    "x" * 300,
]
WHOLE = [None, 0, 1, 9, 10, 11, -1, -9, -10, -11, 12345, -12345]
BIG = [*WHOLE, 2**53 + 1, -(2**53) - 1, 2**62 + 7, -(2**62) - 7]
EXACT = [
    None,
    *(
        Decimal(t)
        for t in ("0.00", "9.99", "10.00", "-0.01", "-10.00", "-10.01", "99999.99", "-12345.67")
    ),
]
FLOATS = [None, 0.0, 9.99, -0.01, -10.0, -10.5, 1e15 + 0.5, 0.1 + 0.2, -7.25]
DATES = [
    None,
    *(
        date.fromisoformat(t)
        for t in (
            "1969-12-31",
            "1970-01-01",
            "2000-02-29",
            "2024-12-29",
            "2024-12-30",
            "2025-01-05",
            "2026-06-30",
        )
    ),
]
TIMES = [
    None,
    *(
        datetime.fromisoformat(f"{d}T{t}")
        for d in ("1969-12-31", "2024-12-29", "2026-07-01")
        for t in ("00:00:00", "23:59:59.999999", "12:30:00")
    ),
]
ZONED = [None if t is None else t.replace(tzinfo=UTC) for t in TIMES]
UUIDS = [None, uuid.UUID("00000000-0000-4000-8000-00000000abcd")]

TEXTUAL = (Pseudonymize, Fake, Bucket, Constant)
"""Masks that give text whatever the column is."""

Case = tuple[str, str, Any, Any, Mask]

PARTIALS: list[Mask] = [
    Partial(),
    Partial(keep_first=2, keep_last=0),
    Partial(keep_first=0, keep_last=0, fill="#"),
    Partial(keep_first=3, keep_last=2),
    Partial(keep_first=0, keep_last=4),
]
WIDTHS: list[Mask] = [GeneralizeNumber(width=10), GeneralizeNumber(width=7)]
UNITS: list[Mask] = [GeneralizeDate(unit=u) for u in ("year", "quarter", "month", "week", "day")]

EMAILS = [
    *TEXTS,
    "ann@example.com",
    "@",
    "@x",
    "x@",
    "a@b@example.org",
    '"a@b"@example.org',
    "žluť@příklad.example",
    "🙂@example.net ",
    "x" * 200 + "@example.com",
    "two lines\n@example.com",
]
DOMAINS: list[Mask] = [Partial(keep="domain"), Partial(keep="domain", fill="#")]
CONSTANTS: list[Mask] = [
    Constant(value="gone"),
    Constant(value="it's \\ \" ` $$ %s ? :x {y} é🙂"),
]
RANGES: list[Mask] = [
    Bucket(bounds=(-10, 0, 10.5)),
    Bucket(bounds=(0.1, 0.3)),
    Bucket(bounds=(9,)),
    Bucket(bounds=(-(10**15), 0.0000001, 10**15)),
]

COMMON: list[Case] = [
    *[
        ("text", "VARCHAR", pa.string(), EMAILS, m)
        for m in (*DOMAINS, *CONSTANTS, Fake(kind="email"))
    ],
    *[
        ("integer", "INTEGER", pa.int32(), WHOLE, m)
        for m in (*RANGES, *CONSTANTS, Fake(kind="city"))
    ],
    *[("integer", "BIGINT", pa.int64(), BIG, m) for m in RANGES],
    *[("float", "DOUBLE PRECISION", pa.float64(), FLOATS, m) for m in RANGES],
    *[("date", "DATE", pa.date32(), DATES, m) for m in CONSTANTS],
    *[("text", "VARCHAR", pa.string(), TEXTS, m) for m in [*PARTIALS, Pseudonymize(), Suppress()]],
    *[("integer", "INTEGER", pa.int32(), WHOLE, m) for m in [*WIDTHS, Pseudonymize(), Suppress()]],
    *[("integer", "BIGINT", pa.int64(), BIG, m) for m in (*WIDTHS, Pseudonymize())],
    *[("float", "DOUBLE PRECISION", pa.float64(), FLOATS, m) for m in (*WIDTHS, Suppress())],
    *[("date", "DATE", pa.date32(), DATES, m) for m in (*UNITS, Suppress())],
]
TYPED: list[Case] = [
    *[("decimal", "DECIMAL(10,2)", pa.decimal128(10, 2), EXACT, m) for m in RANGES],
    *[("integer", "SMALLINT", pa.int16(), WHOLE, m) for m in WIDTHS],
    *[("decimal", "DECIMAL(10,2)", pa.decimal128(10, 2), EXACT, m) for m in (*WIDTHS, Suppress())],
    *[("timestamp", "TIMESTAMP", pa.timestamp("us"), TIMES, m) for m in (*UNITS, Suppress())],
    *[("timestamp", "TIMESTAMP WITH TIME ZONE", pa.timestamp("us", "UTC"), ZONED, m) for m in UNITS],
    ("uuid", "UUID", pa.uuid(), UUIDS, Pseudonymize()),
    ("uuid", "UUID", pa.uuid(), UUIDS, Suppress()),
]  # fmt: skip


def expected(kind: pa.DataType, values: list[Any], mask: Mask) -> list[Any]:
    raw = [v.bytes if isinstance(v, uuid.UUID) else v for v in values]
    array = pa.array(raw, pa.binary(16)).cast(kind) if kind == pa.uuid() else pa.array(raw, kind)
    if isinstance(mask, (Pseudonymize, Fake)):
        return list(inner_digest(array, DataClass("thing")).to_pylist())
    return list(transform(mask, array).to_pylist())


def masked_sql(native: str, family: str, mask: Mask, dialect: str) -> str:
    col = CatalogColumn(name="x", native_type=native, family=TypeFamily(family))
    built = push_down(mask, col, "thing", dialect)(column("t", "x"))
    query = exp.select(exp.Alias(this=built, alias=quoted("x"))).from_(exp.Table(this=quoted("t")))
    return write(query.order_by("n"), dialect)


def ident(case: Case) -> str:
    return f"{case[1]}-{case[4]!r:.60}"


@pytest.mark.parametrize("case", [*COMMON, *TYPED], ids=ident)
def test_duckdb(case: Case) -> None:
    family, native, kind, values, mask = case
    with duckdb.connect(":memory:") as db:
        db.execute("SET TimeZone = 'America/New_York'")
        db.execute(f"CREATE TABLE t (n INTEGER, x {native})")
        db.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values)))
        table = db.sql(masked_sql(native, family, mask, "duckdb")).to_arrow_table()
    want = expected(kind, values, mask)
    assert [_utc(v) for v in table.column(0).to_pylist()] == want
    if not isinstance(mask, TEXTUAL) and kind != pa.uuid() and not pa.types.is_timestamp(kind):
        assert table.column(0).type == kind


def _sha256(value: str | None) -> str | None:
    return None if value is None else hashlib.sha256(value.encode()).hexdigest()


def _lite(value: Any) -> Any:
    return (
        value.isoformat(sep=" ")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
    )


@pytest.mark.parametrize("case", [*COMMON, *[c for c in TYPED if c[1] == "TIMESTAMP"]], ids=ident)
def test_sqlite(case: Case) -> None:
    family, native, kind, values, mask = case
    db = sqlite3.connect(":memory:")
    db.create_function("sluicegate_sha256", 1, _sha256, deterministic=True)
    db.execute(f"CREATE TABLE t (n INTEGER, x {native})")
    db.executemany("INSERT INTO t VALUES (?, ?)", [(n, _lite(v)) for n, v in enumerate(values)])
    rows = db.execute(masked_sql(native, family, mask, "sqlite")).fetchall()
    assert [row[0] for row in rows] == [_lite(v) for v in expected(kind, values, mask)]


@pytest.fixture(scope="module")
def pg(postgres: Any) -> Any:
    with psycopg.connect(
        postgres.database(), autocommit=True, prepare_threshold=None
    ) as connection:
        connection.execute("SET TimeZone = 'America/New_York'")
        yield connection


@pytest.mark.postgres
@pytest.mark.parametrize("case", [*COMMON, *TYPED], ids=ident)
def test_postgres(pg: Any, case: Case) -> None:
    family, native, kind, values, mask = case
    pg.execute("DROP TABLE IF EXISTS t")
    pg.execute(f"CREATE TABLE t (n INTEGER, x {native})")
    with pg.cursor() as cursor:
        cursor.executemany(f"INSERT INTO t VALUES (%s, %s::{native})", list(enumerate(values)))
        sql = masked_sql(native, family, mask, "postgres").replace("%", "%%")
        rows = cursor.execute(sql, ()).fetchall()
        oid = _type_code(cursor)
    assert [_utc(row[0]) for row in rows] == expected(kind, values, mask)
    if not isinstance(mask, (*TEXTUAL, Partial)):
        assert oid == _type_code(pg.execute("SELECT x FROM t LIMIT 0"))


POSTGRES_ONLY: list[Case] = [
    ("text", native, pa.string(), [None, "", "a", "ab", "日本語é"], mask)
    for native, mask in itertools.product(("CHAR(9)", "CITEXT"), (*PARTIALS, Pseudonymize()))
]


@pytest.mark.postgres
@pytest.mark.parametrize("case", POSTGRES_ONLY, ids=ident)
def test_postgres_with_texts_of_other_types(pg: Any, case: Case) -> None:
    pg.execute("CREATE EXTENSION IF NOT EXISTS citext")
    test_postgres(pg, case)


@pytest.mark.postgres
@pytest.mark.parametrize("mask", UNITS, ids=str)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Apia", "America/Sao_Paulo"])
def test_a_date_of_postgres_is_rounded_without_a_zone(pg: Any, zone: str, mask: Mask) -> None:
    # days before Christ, one that Samoa left out, and one whose midnight São Paulo left out
    days = [-2_440_200, -719_529, -719_528, -719_163, 0, 15_338, 15_339, 15_340, 17_838, 11_000_000]
    want = transform(mask, pa.array(days, pa.int32()).cast(pa.date32())).cast(pa.int32())
    pg.execute("DROP TABLE IF EXISTS t")
    pg.execute("CREATE TABLE t (n INTEGER, x DATE)")
    with pg.cursor() as cursor:
        insert = "INSERT INTO t VALUES (%s, DATE '1970-01-01' + %s)"
        cursor.executemany(insert, list(enumerate(days)))
        cursor.execute("INSERT INTO t VALUES (90, 'infinity'), (91, '-infinity'), (92, NULL)")
    pg.execute(f"SET TimeZone = '{zone}'")
    try:
        inner = masked_sql("DATE", "date", mask, "postgres")
        sql = f"SELECT CASE WHEN isfinite(x) THEN x - DATE '1970-01-01' END, x::text FROM ({inner})"
        rows = pg.execute(f"{sql} AS masked").fetchall()
    finally:
        pg.execute("SET TimeZone = 'America/New_York'")
    assert [row[0] for row in rows[:-3]] == want.to_pylist()
    assert [row[1] for row in rows[-3:]] == ["infinity", "-infinity", None]


MYSQL_NATIVE = {
    "VARCHAR": "VARCHAR(400)", "TIMESTAMP": "DATETIME(6)", "DOUBLE PRECISION": "DOUBLE", "INTEGER": "INT(9)",
    "TIMESTAMP WITH TIME ZONE": "", "UUID": "UUID",
}  # fmt: skip
MYSQL_ONLY: list[Case] = [
    *[("integer", "BIGINT UNSIGNED", pa.uint64(), [None, 0, 9, 10, 2**62 + 7], m) for m in WIDTHS],
    ("integer", "BIGINT UNSIGNED", pa.uint64(), [None, 0, 9, 2**64 - 1], Pseudonymize()),
    ("integer", "INT(12) ZEROFILL", pa.int64(), [None, 0, 9, 4_000_000_000], Pseudonymize()),
    ("integer", "INT(12) ZEROFILL", pa.int64(), [None, 0, 9, 4_000_000_000], WIDTHS[0]),
    ("text", "ENUM('a', 'bc')", pa.string(), [None, "a", "bc"], Pseudonymize()),
    ("text", "CHAR(9)", pa.string(), [None, "a", "bc"], Partial()),
]  # fmt: skip


@pytest.fixture(scope="module")
def mariadb(raw_engine: Callable[[str], Any]) -> Any:
    return raw_engine("mysql").connection


@pytest.mark.parametrize("case", [*COMMON, *TYPED, *MYSQL_ONLY], ids=ident)
def test_mariadb(mariadb: Any, case: Case) -> None:
    family, native, kind, values, mask = case
    column_type = MYSQL_NATIVE.get(native, native)
    if not column_type:
        return  # MySQL has no timestamp with a zone of its own
    cursor = mariadb.cursor()
    cursor.execute(f"CREATE OR REPLACE TEMPORARY TABLE t (n INTEGER, x {column_type})")
    given = [str(v) if isinstance(v, uuid.UUID) else v for v in values]
    cursor.executemany("INSERT INTO t VALUES (%s, %s)", list(enumerate(given)))
    cursor.execute(masked_sql(column_type.lower(), family, mask, "mysql"))
    assert [row[0] for row in cursor.fetchall()] == expected(kind, values, mask)


def _type_code(cursor: Any) -> int:
    return int(cursor.description[0].type_code)


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
def test_a_type_name_cannot_carry_sql(dialect: str) -> None:
    col = CatalogColumn(name="x", native_type="text) AS x, (SELECT 1", family=TypeFamily.TEXT)
    sql = push_down(Suppress(), col, "thing", dialect)(column("t", "x")).sql(dialect)
    assert sql in {"CAST(NULL AS TEXT)", "NULL", "CAST(NULL AS CHAR)"}


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
def test_a_data_class_cannot_end_its_string(dialect: str, world: Callable[[str], Any]) -> None:
    col = CatalogColumn(name="x", native_type="TEXT", family=TypeFamily.TEXT)
    sql = push_down(Pseudonymize(), col, "a' || y || '", dialect)(column("t", "x")).sql(dialect)
    assert "a'' || y || ''" in sql
