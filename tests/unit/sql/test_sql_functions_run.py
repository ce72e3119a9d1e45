"""Every listed function is called once: by itself, and as the guard writes it. Both give the same.

How a function is called is asked of the database's own catalogue where it has one; elsewhere, and
where a value must be of some form, arguments are tried until the database takes them.
"""

from __future__ import annotations

import itertools
import math
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from sqlglot import exp

from sluicegate.errors import SqlError
from sluicegate.model.decision import Obligations
from sluicegate.sql import gather, parse, rewrite
from sluicegate.sql.profiles import profile
from sluicegate.sql.vocabulary import FUNCTIONS, NAMED_FUNCTIONS

Run = Callable[[str], Any]

TYPED = {
    "postgres": {
        "text": "'abc'", "character varying": "'abc'", "integer": "2", "bigint": "3", "smallint": "2",
        "numeric": "2.5", "double precision": "CAST(0.5 AS double precision)", "boolean": "TRUE",
        "date": "DATE '2026-03-04'", "timestamp without time zone": "TIMESTAMP '2026-03-04 05:06:07'",
        "timestamp with time zone": "CAST('2026-03-04 05:06:07+00' AS timestamptz)",
        "interval": "INTERVAL '36 hours'", "time without time zone": "CAST('01:02:03' AS time)",
        "json": "CAST('{\"a\": [1]}' AS json)", "jsonb": "CAST('{\"a\": [1]}' AS jsonb)",
        "text[]": "ARRAY['a', 'b']", "anyarray": "ARRAY[1, 2]", "anyelement": "2", '"any"': "'abc'",
        "anycompatiblearray": "ARRAY[1, 2]", "anycompatible": "2", "name": "'abc'", "jsonpath": "'$.a'",
        "anyrange": "NULL", "record": "NULL",
    },
    "duckdb": {
        "VARCHAR": "'abc'", "BIGINT": "3", "INTEGER": "2", "DOUBLE": "0.5", "FLOAT": "0.5", "BOOLEAN": "TRUE",
        "DATE": "DATE '2026-03-04'", "TIMESTAMP": "TIMESTAMP '2026-03-04 05:06:07'", "UBIGINT": "2",
        "INTERVAL": "INTERVAL 1 DAY", "JSON": "'{\"a\": [1]}'::JSON", "ANY": "'abc'", "T": "2", "K": "'a'", "V": "2",
        "DECIMAL": "2.5", "T[]": "[1, 2]", "ANY[]": "[1, 2]", "VARCHAR[]": "['a', 'b']", "HUGEINT": "3",
        "MAP(K, V)": "map(['a'], [1])", "TIME": "CAST('01:02:03' AS TIME)", "FLOAT[ANY]": "[1.0, 2.0]", "FLOAT[]": "[1.0, 2.0]",
        "DOUBLE[]": "[1.0, 2.0]", "STRUCT": "{'a': 1}", "TIMESTAMP WITH TIME ZONE": "CAST('2026-03-04' AS TIMESTAMPTZ)", "BIT": "NULL",
    },
}  # fmt: skip
TRIED = {
    "sqlite": ["'abc'", "2", "'2026-03-04'", "'{\"a\": [1]}'", "'$.a'", "0.5"],
    "mysql": ["'abc'", "2", "'2026-03-04 05:06:07'", "'{\"a\": [1]}'", "'$.a'", "INTERVAL 1 DAY"],
    "duckdb": ["'abc'", "2", "[1, 2]", "{'a': 1}", "TIMESTAMP '2026-03-04 05:06:07'", "map(['a'], [1])", "'day'"],
}  # fmt: skip
CALLS: dict[str, dict[str, str]] = {
    "postgres": {
        "date_part": "date_part('day', TIMESTAMP '2026-03-04')", "date_bin": "date_bin('1 day', TIMESTAMP '2026-03-04', TIMESTAMP '2026-01-01')",
        "make_date": "make_date(2026, 3, 4)", "make_timestamp": "make_timestamp(2026, 3, 4, 5, 6, 7)",
        "to_number": "to_number('12', '99')", "timezone": "timezone('UTC', TIMESTAMP '2026-03-04')", "row": "row_to_json(ROW(1, 2))",
        "convert_to": "md5(convert_to('abc', 'UTF8'))", "jsonb_set": "jsonb_set('{\"a\": 1}'::jsonb, '{a}', '2'::jsonb)",
        "jsonb_insert": "jsonb_insert('{\"a\": [1]}'::jsonb, '{a,0}', '2'::jsonb)", "jsonb_path_match": "jsonb_path_match('{\"a\": 1}'::jsonb, '$.a == 1')",
        "json_build_object": "json_build_object('a', 1)", "jsonb_build_object": "jsonb_build_object('a', 1)", "every": "every(TRUE)",
        "acosh": "acosh(CAST(2 AS double precision))", "bit_count": "bit_count(convert_to('abc', 'UTF8'))", "normalize": "normalize('abc')", "log": "log(2.0, 8.0)", "erf": "erf(CAST(0.5 AS double precision))",
        "jsonb_array_length": "jsonb_array_length('[1]'::jsonb)", "json_array_length": "json_array_length('[1]'::json)",
        "jsonb_array_elements": "jsonb_array_elements('[1]'::jsonb)", "json_array_elements": "json_array_elements('[1]'::json)",
        "jsonb_array_elements_text": "jsonb_array_elements_text('[1]'::jsonb)", "json_array_elements_text": "json_array_elements_text('[1]'::json)",
        "row_to_json": "row_to_json(ROW(1, 2))", "json_extract_path": "json_extract_path('{\"a\": 1}'::json, 'a')",
        "json_extract_path_text": "json_extract_path_text('{\"a\": 1}'::json, 'a')", "jsonb_extract_path": "jsonb_extract_path('{\"a\": 1}'::jsonb, 'a')",
        "jsonb_extract_path_text": "jsonb_extract_path_text('{\"a\": 1}'::jsonb, 'a')", "daterange": "isempty(daterange(DATE '2026-01-01', DATE '2026-02-01'))",
        "int4range": "isempty(int4range(1, 2))", "int8range": "isempty(int8range(1, 2))", "numrange": "isempty(numrange(1.0, 2.0))",
        "tsrange": "isempty(tsrange(TIMESTAMP '2026-01-01', TIMESTAMP '2026-02-01'))", "isempty": "isempty(int4range(1, 2))",
        "decode": "md5(decode('YQ==', 'base64'))", "family": "family(CAST('192.0.2.1' AS inet))", "host": "host(CAST('192.0.2.1' AS inet))",
        "masklen": "masklen(CAST('192.0.2.1' AS inet))", "netmask": "host(netmask(CAST('192.0.2.1' AS inet)))", "network": "CAST(network(CAST('192.0.2.1' AS inet)) AS text)",
        "jsonb_set_lax": "jsonb_set_lax('{\"a\": 1}'::jsonb, '{a}', NULL)", "numnode": "numnode(to_tsquery('simple', 'a'))", "strip": "CAST(strip(to_tsvector('simple', 'a')) AS text)",
        "setweight": "CAST(setweight(to_tsvector('simple', 'a'), 'A') AS text)", "tsvector_to_array": "tsvector_to_array(to_tsvector('simple', 'a'))",
        "ts_rank": "ts_rank(to_tsvector('simple', 'a'), to_tsquery('simple', 'a'))", "ts_rank_cd": "ts_rank_cd(to_tsvector('simple', 'a'), to_tsquery('simple', 'a'))",
        **{name: f"md5({name}(convert_to('abc', 'UTF8')))" for name in ("sha224", "sha384", "sha512")},
        **{name: f"{name}(int4range(1, 2))" for name in ("lower_inc", "upper_inc", "lower_inf", "upper_inf")},
        "range_agg": "CAST(range_agg(int4range(1, 2)) AS text)", "range_intersect_agg": "isempty(range_intersect_agg(int4range(1, 2)))", "range_merge": "isempty(range_merge(int4range(1, 2), int4range(4, 5)))",
        "tstzrange": "isempty(tstzrange(CAST('2026-01-01' AS timestamptz), CAST('2026-02-01' AS timestamptz)))",
    },
    "duckdb": {
        "array_aggr": "array_aggr([1, 2], 'sum')", "array_aggregate": "array_aggregate([1, 2], 'sum')", "list_aggr": "list_aggr([1, 2], 'sum')", "list_aggregate": "list_aggregate([1, 2], 'sum')",
        **{name: f"{name}([1, 2], lambda x: x + 1)" for name in ("list_transform", "list_apply", "array_transform", "array_apply")},
        **{name: f"{name}([1, 2], lambda x: x > 1)" for name in ("list_filter", "array_filter")},
        **{name: f"{name}([1, 2], lambda a, b: a + b)" for name in ("list_reduce", "array_reduce")},
        **{name: f"{name}(CAST([1, 2] AS FLOAT[2]), CAST([2, 3] AS FLOAT[2]))" for name in ("array_cosine_distance", "array_cosine_similarity", "array_distance", "array_dot_product", "array_inner_product", "array_negative_inner_product")},
        **{name: f"{name}([1, 2], [TRUE, FALSE])" for name in ("list_where", "array_where")}, **{name: f"{name}([TRUE])" for name in ("list_bool_and", "list_bool_or")},
        "from_base64": "hex(from_base64('YQ=='))", "from_json_strict": "from_json_strict('{\"a\": 1}', '{\"a\": \"INTEGER\"}')", "json_transform_strict": "json_transform_strict('{\"a\": 1}', '{\"a\": \"INTEGER\"}')",
        "from_json": "from_json('{\"a\": 1}', '{\"a\": \"INTEGER\"}')", "json_transform": "json_transform('{\"a\": 1}', '{\"a\": \"INTEGER\"}')",
        "map_from_entries": "map_from_entries([('a', 1)])", "octet_length": "octet_length(encode('abc'))",
        "struct_extract": "struct_extract({'a': 1}, 'a')", "struct_insert": "struct_insert({'a': 1}, b := 2)",
    },
}  # fmt: skip
MOVING = {"now", "age", "statement_timestamp", "transaction_timestamp"}
"""What they give is another at each call."""
ELSEWHERE = {
    "sqlite": {
        "concat",
        "concat_ws",
        "json_pretty",
        "octet_length",
        "string_agg",
        "timediff",
        "unhex",
    }
    if sqlite3.sqlite_version_info < (3, 46)
    else set(),
    "mysql": {"json_pretty", "regexp_like"},
}
"""Functions that newer versions have, or MySQL and not MariaDB."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a call gave."""

    rows: list[str]


def _shown(cell: object) -> object:
    if isinstance(cell, Decimal):  # date_part gives a double, the EXTRACT it is written as not
        cell = float(cell)
    if isinstance(cell, float):
        return "nan" if math.isnan(cell) else float(f"{cell:.9g}")
    return cell


def _guarded(call: str, dialect: str) -> str:
    parsed = parse(f"SELECT {call} AS x", dialect)
    facts = gather(parsed, lambda *_: None)
    return rewrite(parsed, facts, Obligations(columns={})).statement.sql


def _told(run: Run, sql: str) -> Told | None:
    try:
        return Told(rows=[repr([_shown(cell) for cell in row]) for row in run(sql)])
    except Exception:  # noqa: BLE001 - each driver has its own; none is a value to compare
        return None


def _fault(dialect: str, run: Run, calls: Iterator[str]) -> str:
    """Say why no call of a function ran through the guard as it does without; empty if one did."""
    why = "no call of it runs"
    for call in itertools.islice(calls, 400):
        own = _told(run, f"SELECT {call} AS x")
        if own is None:
            continue
        try:
            sql = _guarded(call, dialect)
        except SqlError as error:
            why = f"{call}: {error}"[:150]
            continue
        if _told(run, sql) == own:
            return ""
        why = f"{call}: {_told(run, sql)} is not {own} of {sql}"[:300]
    return why


def _tried(name: str, dialect: str, most: int = 3) -> Iterator[str]:
    for count in range(most + 1):
        for values in itertools.product(TRIED[dialect], repeat=count):
            yield f"{name}({', '.join(values)})"


def _signed(name: str, dialect: str, signatures: list[list[str]]) -> Iterator[str]:
    known = TYPED[dialect]
    for types in sorted(signatures, key=len):
        if all(kind in known for kind in types):
            yield f"{name}({', '.join(known[kind] for kind in types)})"


def _report(dialect: str, run: Run, calls: Callable[[str], Iterator[str]]) -> dict[str, str]:
    found = {}
    for name in sorted(NAMED_FUNCTIONS[dialect] - MOVING - ELSEWHERE.get(dialect, set())):
        own = CALLS.get(dialect, {}).get(name)
        if why := _fault(dialect, run, itertools.chain([own] if own else [], calls(name))):
            found[name] = why
    return found


@pytest.mark.postgres
def test_postgres(postgres: Any) -> None:
    with psycopg.connect(postgres.uri, autocommit=True) as connection:

        def run(sql: str) -> list[Any]:
            return connection.execute(sql.encode()).fetchall()

        rows = run(
            "SELECT proname, ARRAY(SELECT format_type(t, NULL) FROM unnest(proargtypes) AS t)"
            " FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        )
        signatures: dict[str, list[list[str]]] = {}
        for name, types in rows:
            signatures.setdefault(name, []).append(types)
        found = _report(
            "postgres", run, lambda name: _signed(name, "postgres", signatures.get(name, []))
        )
    assert found == {}


def test_duckdb(raw_engine: Callable[[str], Any]) -> None:
    connection = raw_engine("duckdb").connection

    def run(sql: str) -> list[Any]:
        rows: list[Any] = connection.execute(sql).fetchall()
        return rows

    signatures: dict[str, list[list[str]]] = {}
    for name, types in run("SELECT function_name, parameter_types FROM duckdb_functions()"):
        signatures.setdefault(name, []).append(types)
    found = _report(
        "duckdb",
        run,
        lambda name: itertools.chain(
            _signed(name, "duckdb", signatures.get(name, [])), _tried(name, "duckdb")
        ),
    )
    assert found == {}


def test_sqlite(raw_engine: Callable[[str], Any]) -> None:
    connection = raw_engine("sqlite").connection

    def run(sql: str) -> list[Any]:
        rows: list[Any] = connection.execute(sql).fetchall()
        return rows

    assert _report("sqlite", run, lambda name: _tried(name, "sqlite")) == {}


def test_mysql(raw_engine: Callable[[str], Any]) -> None:
    engine = raw_engine("mysql")

    def run(sql: str) -> list[Any]:
        with closing(engine.connection.cursor()) as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    assert _report("mysql", run, lambda name: _tried(name, "mysql")) == {}


@pytest.mark.postgres
def test_no_function_of_postgres_that_passes_is_volatile(postgres: Any) -> None:
    """The list against the catalogue: what the server calls volatile has effects or a mood."""
    with psycopg.connect(postgres.uri) as connection:
        rows = connection.execute(
            "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v'"
            " AND pronamespace = 'pg_catalog'::regnamespace"
        ).fetchall()
    assert len(rows) > 100
    listed = NAMED_FUNCTIONS["postgres"]
    classes = FUNCTIONS | profile("postgres").functions
    by_class = {
        name.lower()
        for kind in exp.ALL_FUNCTIONS
        if kind.__name__ in classes
        for name in kind.sql_names()
    }
    assert {name for (name,) in rows} & (listed | by_class) == set()
