"""BigQuery over ADBC. Written against the driver's API; not run here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from sluicegate.errors import ConfigurationError, MissingDependencyError, SourceError
from sluicegate.model.data import Estimate, TypeFamily
from sluicegate.model.decision import Limits
from sluicegate.sources.warehouse import Warehouse, WarehouseSession, opened

_SQL: Final = "adbc.bigquery.sql."
_FAMILIES: Final = {
    **dict.fromkeys(("NUMERIC", "BIGNUMERIC"), TypeFamily.DECIMAL),
    **dict.fromkeys(("TIMESTAMP", "DATETIME"), TypeFamily.TIMESTAMP),
    "INT64": TypeFamily.INTEGER,
    "FLOAT64": TypeFamily.FLOAT,
    "STRING": TypeFamily.TEXT,
    "BOOL": TypeFamily.BOOLEAN,
    "DATE": TypeFamily.DATE,
    "TIME": TypeFamily.TIME,
    "JSON": TypeFamily.JSON,
    "BYTES": TypeFamily.BINARY,
    "ARRAY": TypeFamily.ARRAY,
}
_DATASET: Final = re.compile(r"[A-Za-z0-9_]{1,1024}")
_OPTIONS: Final = frozenset({"location", "credentials"})


def _columns(schema: str) -> str:
    """Name the dataset in the text: its catalogue is a relation below it, so it is tested first."""
    if _DATASET.fullmatch(schema) is None:
        raise SourceError("a dataset is called by letters, digits and underscores")
    return (
        "SELECT t.table_name AS name, t.table_type AS kind, c.column_name AS `column`,"  # noqa: S608  # a name
        " c.data_type AS type, c.is_nullable AS nullable"
        f" FROM `{schema}`.INFORMATION_SCHEMA.TABLES AS t"
        f" JOIN `{schema}`.INFORMATION_SCHEMA.COLUMNS AS c USING (table_schema, table_name)"
        " WHERE t.table_schema = ? AND c.is_hidden = 'NO' ORDER BY name, c.ordinal_position"
    )


def _statement_options(limits: Limits) -> Mapping[str, str]:
    """The server bills no more than the policy's cost, in bytes, and fails beforehand."""
    options = {
        f"{_SQL}query.use_legacy_sql": "false",
        f"{_SQL}query.priority": "INTERACTIVE",
    }
    if limits.seconds is not None:
        options[f"{_SQL}query.job_timeout"] = str(max(1, round(limits.seconds * 1000)))
    if limits.cost is not None:
        options[f"{_SQL}query.max_bytes_billed"] = str(int(limits.cost))
    return options


BIGQUERY: Final = Warehouse(
    dialect="bigquery",
    who="SELECT SESSION_USER() AS login, @@dataset_id AS home",
    opening=(),
    columns=_columns,
    families=_FAMILIES,
    statement_options=_statement_options,
    time_limit=lambda _seconds: (),
    explain=None,
    estimate=lambda _text: Estimate(rows=None, cost=None),
    folds=str,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BigQuerySource:
    """Datasets of a project of BigQuery.

    Args:
        name: Name in policy and settings.
        project: Who pays and whose datasets they are.
        dataset: What a name without a dataset is looked for in.
        location: Where the datasets are, ``EU`` for example.
        credentials: File of a service account; empty: as Google's libraries find them.

    Failure mode: closed. How long connecting takes is the driver's.
    """

    name: str
    project: str
    dataset: str
    location: str = ""
    credentials: str = ""

    @property
    def dialect(self) -> str:
        """sqlglot's name of the dialect."""
        return "bigquery"

    def options(self) -> dict[str, str]:
        """Return the options of the driver."""
        options = {f"{_SQL}project_id": self.project, f"{_SQL}dataset_id": self.dataset}
        if self.location:
            options[f"{_SQL}location"] = self.location
        if self.credentials:
            options[f"{_SQL}auth_type"] = f"{_SQL}auth_type.json_credential_file"
            options[f"{_SQL}auth_credentials"] = self.credentials
        else:
            options[f"{_SQL}auth_type"] = f"{_SQL}auth_type.auth_bigquery"
        return options

    @contextmanager
    def connect(self) -> Iterator[WarehouseSession]:
        """Open a session.

        Raises:
            MissingDependencyError: the driver is not installed.
            SourceUnavailable: nobody answers.
            SourceError: the login is refused.
        """
        driver = _driver()
        with opened(
            self.name,
            BIGQUERY,
            lambda: driver.connect(db_kwargs=self.options(), autocommit=True),
        ) as session:
            yield session


def bigquery_source(name: str, rest: str) -> BigQuerySource:
    """Build the source of ``bigquery://`` + ``rest``; nothing is connected yet.

    Raises:
        ConfigurationError: it names no project and dataset, or has an option that is not known.
    """
    match = re.fullmatch(r"([a-z0-9:.-]+)/([A-Za-z0-9_]+)(?:\?(.*))?", unquote(rest))
    given = dict(parse_qsl(rest.partition("?")[2], keep_blank_values=True))
    if match is None or not given.keys() <= _OPTIONS:
        raise ConfigurationError(
            f"the URL of source {name!r} does not name a project and a dataset",
            hint="bigquery://project/dataset?location=EU&credentials=/path/to/account.json",
        )
    return BigQuerySource(
        name=name,
        project=match[1],
        dataset=match[2],
        location=given.get("location", ""),
        credentials=given.get("credentials", ""),
    )


def _driver() -> Any:
    try:
        from adbc_driver_bigquery import dbapi  # noqa: PLC0415  # an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("BigQuery", "bigquery")
    else:
        return dbapi
    raise missing
