"""Laws of the masks that need neither key nor detector, and that the source and the guard agree."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from sluicegate.mask import transform
from sluicegate.mask.transforms import holds
from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import Bucket, Constant, Mask, Partial
from sluicegate.sql.names import column, quoted
from sluicegate.sql.pushdown import push_down
from sluicegate.sql.shape import write

FILLS = st.sampled_from("*#.-_\\'\"%?")
PARTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
MAILS = st.lists(PARTS, min_size=1, max_size=3).map("@".join)
PHONES = st.text("+0123456789 ()-./abcXYZéä", max_size=20)
BOUNDS = st.lists(
    st.integers(-(10**6), 10**6).map(lambda n: n / 8), min_size=1, max_size=6, unique=True
).map(lambda found: tuple(sorted(found)))


@given(st.lists(st.none() | MAILS, max_size=8), FILLS)
def test_of_an_email_the_domain_alone_stays(texts: list[str | None], fill: str) -> None:
    mask = Partial(keep="domain", fill=fill)
    result = transform(mask, pa.array(texts, pa.string()))
    assert holds(mask, result)
    for text, shown in zip(texts, result.to_pylist(), strict=True):
        if text is None:
            assert shown is None
        elif text.count("@") == 1:
            name, domain = text.split("@")
            assert shown == f"{fill * len(name)}@{domain}"
        else:
            assert shown == fill * len(text)


@given(st.lists(st.none() | PHONES, max_size=8), FILLS)
def test_behind_the_area_no_letter_or_digit_stays(texts: list[str | None], fill: str) -> None:
    mask = Partial(keep="area", fill=fill)
    result = transform(mask, pa.array(texts, pa.string()))
    assert holds(mask, result)
    for text, shown in zip(texts, result.to_pylist(), strict=True):
        if text is None:
            assert shown is None
            continue
        assert len(shown) == len(text)
        kept = [a for a, b in zip(text, shown, strict=True) if a == b and a.isalnum()]
        assert len(kept) <= 8, "a country code and one group"


@given(st.lists(st.none() | st.floats(-(10**6), 10**6, width=32), max_size=10), BOUNDS)
def test_a_bucket_is_the_range_that_holds_the_number(
    numbers: list[float | None], bounds: tuple[float, ...]
) -> None:
    mask = Bucket(bounds=bounds)
    result = transform(mask, pa.array(numbers, pa.float64()))
    assert holds(mask, result)
    edges = (-math.inf, *bounds, math.inf)
    for number, label in zip(numbers, result.to_pylist(), strict=True):
        if number is None:
            assert label is None
        else:
            index = mask.labels.index(label)
            assert edges[index] <= number < edges[index + 1]


def masked(mask: Mask, family: str, native: str, dialect: str) -> str:
    own = CatalogColumn(name="x", native_type=native, family=TypeFamily(family))
    built = push_down(mask, own, "thing", dialect)(column("t", "x"))
    query = exp.select(exp.Alias(this=built, alias=quoted("x"))).from_(exp.Table(this=quoted("t")))
    return write(query.order_by("n"), dialect)


def in_sqlite(mask: Mask, family: str, native: str, values: list[Any]) -> list[Any]:
    with sqlite3.connect(":memory:") as db:
        db.execute(f"CREATE TABLE t (n INTEGER, x {native})")
        db.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values)))
        rows = db.execute(masked(mask, family, native, "sqlite")).fetchall()
    db.close()
    return [row[0] for row in rows]


def in_duckdb(mask: Mask, family: str, native: str, values: list[Any]) -> list[Any]:
    with duckdb.connect(":memory:") as db:
        db.execute(f"CREATE TABLE t (n INTEGER, x {native})")
        if values:
            db.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values)))
        rows = db.sql(masked(mask, family, native, "duckdb")).fetchall()
    return [row[0] for row in rows]


Run = Callable[[Mask, str, str, list[Any]], list[Any]]


@pytest.mark.parametrize("run", [in_sqlite, in_duckdb])
@settings(deadline=None)
@given(values=st.lists(st.none() | MAILS, max_size=6), fill=FILLS)
def test_the_source_keeps_the_same_domain(run: Run, values: list[str | None], fill: str) -> None:
    mask = Partial(keep="domain", fill=fill)
    expected = transform(mask, pa.array(values, pa.string())).to_pylist()
    assert run(mask, "text", "VARCHAR", values) == expected


ENDS = st.tuples(st.integers(0, 4), st.integers(0, 4))


@pytest.mark.parametrize("run", [in_sqlite, in_duckdb])
@settings(deadline=None)
@given(values=st.lists(st.none() | PARTS, max_size=6), fill=FILLS, ends=ENDS)
def test_the_source_keeps_the_same_ends(
    run: Run, values: list[str | None], fill: str, ends: tuple[int, int]
) -> None:
    mask = Partial(keep_first=ends[0], keep_last=ends[1], fill=fill)
    expected = transform(mask, pa.array(values, pa.string())).to_pylist()
    assert run(mask, "text", "VARCHAR", values) == expected


@pytest.fixture(scope="module")
def in_postgres(postgres: Any) -> Iterator[Run]:
    with psycopg.connect(postgres.database(), autocommit=True) as db:
        db.execute("CREATE TABLE t (n bigint, x text)")

        def run(mask: Mask, family: str, native: str, values: list[Any]) -> list[Any]:
            db.execute("TRUNCATE t")
            insert = "INSERT INTO t SELECT n, x FROM unnest(%s::text[]) WITH ORDINALITY AS v (x, n)"
            db.execute(insert, [values])
            sql = masked(mask, family, native, "postgres").encode()
            return [row[0] for row in db.execute(sql).fetchall()]

        yield run


@pytest.mark.postgres
@settings(deadline=None)
@given(values=st.lists(st.none() | PARTS, max_size=40), fill=FILLS, ends=ENDS)
def test_postgres_keeps_the_same_ends(
    in_postgres: Run, values: list[str | None], fill: str, ends: tuple[int, int]
) -> None:
    mask = Partial(keep_first=ends[0], keep_last=ends[1], fill=fill)
    expected = transform(mask, pa.array(values, pa.string())).to_pylist()
    assert in_postgres(mask, "text", "text", values) == expected


@pytest.mark.parametrize("run", [in_sqlite, in_duckdb])
@settings(deadline=None)
@given(values=st.lists(st.none() | st.integers(-(10**7), 10**7), max_size=8), bounds=BOUNDS)
def test_the_source_finds_the_same_bucket(
    run: Run, values: list[int | None], bounds: tuple[float, ...]
) -> None:
    mask = Bucket(bounds=bounds)
    expected = transform(mask, pa.array(values, pa.int64())).to_pylist()
    assert run(mask, "integer", "BIGINT", values) == expected


@pytest.mark.parametrize("run", [in_sqlite, in_duckdb])
@settings(deadline=None)
@given(values=st.lists(st.none() | st.integers(0, 9), max_size=4), constant=PARTS.filter(bool))
def test_a_constant_is_one_text_whatever_stands_in_it(
    run: Run, values: list[int | None], constant: str
) -> None:
    found = run(Constant(value=constant), "integer", "BIGINT", values)
    assert found == [None if value is None else constant for value in values]
