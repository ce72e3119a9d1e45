"""Snowflake over ADBC. Written against the driver's API; not run here."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sluicegate.errors import ConfigurationError, MissingDependencyError
from sluicegate.model.data import Estimate, TypeFamily
from sluicegate.model.decision import Limits
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.warehouse import Warehouse, WarehouseSession, opened

_CLIENT: Final = "adbc.snowflake.sql.client_option."
OPTIONS: Final = {
    f"{_CLIENT}app_name": "sluicegate",
    f"{_CLIENT}disable_telemetry": "true",
    f"{_CLIENT}login_timeout": "10s",
    # NUMBER as decimals: as doubles they would be rounded.
    f"{_CLIENT}use_high_precision": "true",
}
_FAMILIES: Final = {
    **dict.fromkeys(("TEXT", "VARCHAR", "CHAR", "STRING"), TypeFamily.TEXT),
    **dict.fromkeys(("TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"), TypeFamily.TIMESTAMP),
    **dict.fromkeys(("VARIANT", "OBJECT", "ARRAY"), TypeFamily.JSON),
    "NUMBER": TypeFamily.DECIMAL,
    "FLOAT": TypeFamily.FLOAT,
    "BOOLEAN": TypeFamily.BOOLEAN,
    "DATE": TypeFamily.DATE,
    "TIME": TypeFamily.TIME,
    "BINARY": TypeFamily.BINARY,
}
_PINS: Final = (
    "ALTER SESSION SET TIMEZONE = 'UTC', QUOTED_IDENTIFIERS_IGNORE_CASE = FALSE,"
    " BINARY_OUTPUT_FORMAT = 'HEX', DATE_OUTPUT_FORMAT = 'YYYY-MM-DD',"
    " TIMESTAMP_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF6', ROWS_PER_RESULTSET = 0,"
    " QUERY_TAG = 'sluicegate'"
)
_WHO: Final = 'SELECT CURRENT_USER() AS "login", CURRENT_SCHEMA() AS "home"'
_COLUMNS: Final = """
SELECT t.TABLE_NAME AS "name", t.TABLE_TYPE AS "kind", c.COLUMN_NAME AS "column",
       CASE WHEN c.DATA_TYPE = 'NUMBER'
            THEN 'NUMBER(' || c.NUMERIC_PRECISION || ',' || c.NUMERIC_SCALE || ')'
            ELSE c.DATA_TYPE END AS "type",
       c.IS_NULLABLE AS "nullable"
FROM INFORMATION_SCHEMA.TABLES AS t
JOIN INFORMATION_SCHEMA.COLUMNS AS c
  ON c.TABLE_SCHEMA = t.TABLE_SCHEMA AND c.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_SCHEMA = ? AND t.IS_TEMPORARY = 'NO'
ORDER BY t.TABLE_NAME, c.ORDINAL_POSITION
"""


def _time_limit(seconds: float | None) -> tuple[str, ...]:
    most = 0 if seconds is None else max(1, math.ceil(seconds))
    return (f"ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {most}",)


def _statement_options(_: Limits) -> Mapping[str, str]:
    return {"adbc.rpc.result_queue_size": "10", "adbc.snowflake.rpc.prefetch_concurrency": "2"}


def _estimate(text: str) -> Estimate:
    """Read the plan: bytes of the partitions that are assigned count as its cost."""
    cost = json.loads(text).get("GlobalStats", {}).get("bytesAssigned")
    return Estimate(rows=None, cost=None if cost is None else float(cost))


SNOWFLAKE: Final = Warehouse(
    dialect="snowflake",
    who=_WHO,
    opening=(_PINS,),
    columns=lambda _schema: _COLUMNS,
    families=_FAMILIES,
    statement_options=_statement_options,
    time_limit=_time_limit,
    explain=lambda sql: f"EXPLAIN USING JSON {sql}",
    estimate=_estimate,
    folds=str.upper,
)


@dataclass(frozen=True, slots=True)
class SnowflakeSource:
    """A database of Snowflake.

    Args:
        name: Name in policy and settings.
        uri: ``login:password@account/database/schema?warehouse=…&role=…``; never shown.

    Failure mode: closed. Logging in takes at most ten seconds; nothing is retried by us.
    """

    name: str
    uri: Sensitive[str]

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return "snowflake"

    @contextmanager
    def connect(self) -> Iterator[WarehouseSession]:
        """Open a session with pinned settings.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused.
        """
        driver = _driver()
        with opened(
            self.name,
            SNOWFLAKE,
            lambda: driver.connect(self.uri.reveal(), db_kwargs=OPTIONS, autocommit=True),
        ) as session:
            yield session


def snowflake_source(name: str, rest: str) -> SnowflakeSource:
    """Build the source of ``snowflake://`` + ``rest``; nothing is connected yet.

    Raises:
        ConfigurationError: it names no login, account and database.
    """
    if re.fullmatch(r"[^/?#]+@[^/?#@]+/[^/?#]+(/[^/?#]+)?(\?[^#]*)?", rest) is None:
        raise ConfigurationError(
            f"the URL of source {name!r} does not name a login, an account and a database",
            hint="snowflake://login:password@account/database/schema?warehouse=…&role=…",
        )
    return SnowflakeSource(name, Sensitive(rest))


def _driver() -> Any:
    try:
        from adbc_driver_snowflake import dbapi  # noqa: PLC0415  # an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("Snowflake", "snowflake")
    else:
        return dbapi
    raise missing
