"""Snowflake and BigQuery as far as they can be checked without a server.

The drivers are the real ones: they take or refuse options before they connect anywhere.
"""

from __future__ import annotations

from typing import Any

import adbc_driver_bigquery
import adbc_driver_manager
import adbc_driver_snowflake
import pytest

from sluicegate.errors import ConfigurationError, SluicegateError, SourceError, SourceUnavailable
from sluicegate.model.decision import Limits
from sluicegate.sources import open_source
from sluicegate.sources.bigquery import BIGQUERY, BigQuerySource
from sluicegate.sources.snowflake import _CLIENT, OPTIONS, SNOWFLAKE
from sluicegate.sources.warehouse import of_adbc

URI = "reader:secret-4711@account/SHOP/PUBLIC?warehouse=W"


def values(*kinds: Any) -> set[str]:
    return {str(member.value) for kind in kinds for member in kind}


def test_every_option_is_one_of_the_driver() -> None:
    import adbc_driver_bigquery as bigquery
    import adbc_driver_snowflake as snowflake

    assert OPTIONS.keys() <= values(snowflake.DatabaseOptions)
    assert set(SNOWFLAKE.statement_options(Limits())) <= values(snowflake.StatementOptions)
    source = open_source("b", "bigquery://project/shop?location=EU&credentials=/key.json")
    assert isinstance(source, BigQuerySource)
    assert set(source.options()) <= values(bigquery.DatabaseOptions)
    every = BIGQUERY.statement_options(Limits(seconds=1.5, cost=10**9))
    assert set(every) <= values(bigquery.StatementOptions)
    assert every["adbc.bigquery.sql.query.job_timeout"] == "1500"
    assert every["adbc.bigquery.sql.query.max_bytes_billed"] == "1000000000"


def test_the_driver_of_snowflake_takes_the_options() -> None:
    path = adbc_driver_snowflake._driver_path()
    with adbc_driver_manager.AdbcDatabase(driver=path, uri=URI, **OPTIONS):
        pass
    wrong = {f"{_CLIENT}login_timeout": "soon"}
    with pytest.raises(adbc_driver_manager.Error):
        adbc_driver_manager.AdbcDatabase(driver=path, uri=URI, **wrong)


def test_the_driver_of_bigquery_takes_the_options() -> None:
    path = adbc_driver_bigquery._driver_path()
    source = BigQuerySource(name="b", project="project", dataset="shop", location="EU")
    with adbc_driver_manager.AdbcDatabase(driver=path, **source.options()):
        pass


def test_nobody_answers_and_nothing_of_the_url_is_told() -> None:
    url = "snowflake://reader:secret-4711@localhost:9/SHOP/PUBLIC?account=nope&protocol=http"
    with pytest.raises(SluicegateError) as caught, open_source("lake", url).connect():
        pass
    assert isinstance(caught.value, SourceError)
    assert "secret-4711" not in f"{caught.value}{caught.value!r}"
    assert caught.value.__context__ is None


def test_no_credentials_are_told_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "bigquery://project/shop?credentials=/nope/secret-4711.json"
    with pytest.raises(SluicegateError) as caught, open_source("lake", url).connect():
        pass
    assert isinstance(caught.value, SourceError)
    assert "secret-4711" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "snowflake://account/db",
        "snowflake://reader:secret-4711@account",
        "bigquery://project",
        "bigquery://project/shop?nope=1",
        "bigquery://project/shop`x",
        "bigquery:///shop",
    ],
)
def test_a_url_that_says_no_place_is_an_error(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_source("lake", url)
    assert "secret-4711" not in str(caught.value)


def test_a_dataset_is_a_name_and_no_sql() -> None:
    assert "FROM `shop`.INFORMATION_SCHEMA.TABLES" in BIGQUERY.columns("shop")
    for name in ("shop`; DROP", "", "a.b", "x y"):
        with pytest.raises(SourceError):
            BIGQUERY.columns(name)


def test_statements_are_these() -> None:
    assert SNOWFLAKE.time_limit(1.2) == ("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 2",)
    assert SNOWFLAKE.time_limit(None) == ("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 0",)
    assert SNOWFLAKE.explain is not None
    assert SNOWFLAKE.explain("SELECT 1") == "EXPLAIN USING JSON SELECT 1"
    assert "TIMEZONE = 'UTC'" in SNOWFLAKE.opening[0]
    assert "WHERE t.TABLE_SCHEMA = ?" in SNOWFLAKE.columns("PUBLIC")


def test_the_plan_of_snowflake_tells_bytes() -> None:
    found = SNOWFLAKE.estimate('{"GlobalStats": {"partitionsAssigned": 1, "bytesAssigned": 2048}}')
    assert (found.rows, found.cost) == (None, 2048.0)
    assert SNOWFLAKE.estimate("{}").cost is None


def test_errors_are_told_by_their_status() -> None:
    def error(status: Any) -> Exception:
        return adbc_driver_manager.OperationalError("secret-4711", status_code=status)

    codes = adbc_driver_manager.AdbcStatusCode
    assert type(of_adbc("s", error(codes.IO))) is SourceUnavailable
    assert type(of_adbc("s", error(codes.UNAUTHENTICATED))) is SourceError
    for status in (codes.IO, codes.UNAUTHENTICATED, codes.INVALID_ARGUMENT):
        assert "secret" not in str(of_adbc("s", error(status)))
