"""Statements as DB-API drivers want them."""

from __future__ import annotations

from typing import Any

import pytest

from sluicegate.errors import SourceError
from sluicegate.sources import open_source
from sluicegate.sources.portable_sql import bind, check_reads


@pytest.mark.parametrize(
    ("dialect", "style", "sql", "written", "used"),
    [
        ("postgres", "pyformat", "SELECT $2, '$1', \"$1\" WHERE a % $1 = $2",
         "SELECT %s, '$1', \"$1\" WHERE a %% %s = %s", ("b", "a", "b")),
        ("postgres", "pyformat", "SELECT a ->> '$.x%' FROM t", "SELECT a ->> '$.x%%' FROM t", ()),
        ("sqlite", "qmark", "SELECT ?2, '?1', ?1", "SELECT ?, '?1', ?", ("b", "a")),
        ("mysql", "format", "SELECT `a?`, ? LIKE '%?'", "SELECT `a?`, %s LIKE '%%?'", ("a",)),
        ("snowflake", "qmark", "SELECT ?, ?", "SELECT ?, ?", ("a", "b")),
        ("trino", "numeric", "SELECT ?, ?", "SELECT :1, :2", ("a", "b")),
    ],
)  # fmt: skip
def test_positions_are_written_as_the_driver_does(
    dialect: str, style: str, sql: str, written: str, used: Any
) -> None:
    assert bind(sql, ["a", "b"], dialect=dialect, style=style) == (written, used)


def test_named_parameters_are_a_mapping() -> None:
    found = bind("SELECT ?, ?", ["a", "b"], dialect="snowflake", style="named")
    assert found == ("SELECT :p1, :p2", {"p1": "a", "p2": "b"})


def test_a_position_without_a_value_is_an_error() -> None:
    with pytest.raises(SourceError):
        bind("SELECT $3", ["a"], dialect="postgres", style="pyformat")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t", "SELECT 1; SELECT 2", "SELECT 1 INTO x", "SELECT * FROM t FOR UPDATE",
        "WITH d AS (DELETE FROM t RETURNING id) SELECT * FROM d", "COMMIT", "CALL f()", "", "x",
        "CREATE TABLE t (i int)", "SET x = 1", "COPY t TO 'x'", "GRANT SELECT ON t TO u",
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["postgres", "mysql", "snowflake", "bigquery", "tsql", "trino"])
def test_only_one_query_is_taken(sql: str, dialect: str) -> None:
    with pytest.raises(SourceError):
        check_reads("s", sql, dialect)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "snowflake", "bigquery", "tsql", "trino"])
def test_queries_are_taken(dialect: str) -> None:
    check_reads("s", "SELECT a FROM t UNION ALL SELECT b FROM (SELECT 1 AS b) AS u", dialect)
    check_reads("s", "WITH c AS (SELECT 1 AS a) SELECT a FROM c", dialect)


@pytest.mark.parametrize(
    "url", ["sqlalchemy+", "sqlalchemy+nope://x", "sqlalchemy+oracle://u:p4711@h"]
)
def test_a_url_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLAlchemy|portable") as caught:
        open_source("s", url)
    assert "p4711" not in str(caught.value)


def test_nobody_answers_over_the_portable_path() -> None:
    source = open_source("s", "sqlalchemy+postgresql+psycopg://u:p4711@127.0.0.1:9/d")
    assert "p4711" not in repr(source)
    with pytest.raises(SourceError) as caught, source.connect():
        pass
    assert caught.value.retryable
    assert "p4711" not in str(caught.value)
