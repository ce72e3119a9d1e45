"""Finds the source that a URL asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.port import Source
from sluicegate.sources.postgres_uri import take_scoped_role


def open_source(name: str, url: str | Sensitive[str]) -> Source:
    """Build the source that ``url`` names; nothing is connected yet.

    ``postgresql://…`` (also ``postgres://`` and SQLAlchemy's ``postgresql+driver://``) goes to
    libpq as it is, but for ``sluicegate_scoped_role=true``, which is ours. ``mysql://…`` and
    ``mariadb://…`` (also with ``+driver``) are the same; their
    options are those of ``mysql_url.parse_url``. ``duckdb:///…`` and ``sqlite:///…`` take the rest
    as a path, relative to the working folder, so an absolute one has four slashes; ``%`` escapes
    are read. ``files:///…`` (a folder or file) does so too, and ``s3://bucket/prefix`` is the same
    on S3; see ``file_urls``. ``sqlalchemy+…`` is any other URL of SQLAlchemy; see ``portable``.

    Raises:
        UnknownNameError: no source has this scheme.
        ConfigurationError: the URL has no path, or options that are not supported.
    """
    text = url.reveal() if isinstance(url, Sensitive) else url
    if text.lower().startswith("sqlalchemy+"):
        from sluicegate.sources.portable import portable_source  # noqa: PLC0415  # only what is used

        return portable_source(name, text[len("sqlalchemy+") :])
    match = re.match(r"([A-Za-z][A-Za-z0-9.-]*)(?:\+[A-Za-z0-9_]+)?://", text)
    scheme = match[1].lower() if match else ""
    if match is None or scheme not in _OPENERS:
        raise UnknownNameError.of("kind of source", scheme, [*_OPENERS, "sqlalchemy"])
    return _OPENERS[scheme](name, text[match.end() :])


def _postgres(name: str, rest: str) -> Source:
    from sluicegate.sources.postgres import PostgresSource  # noqa: PLC0415  # only what is used

    uri, scoped = take_scoped_role(f"postgresql://{rest}")
    return PostgresSource(name, Sensitive(uri), scoped)


def _mysql(name: str, rest: str) -> Source:
    from sluicegate.sources.mysql import MySQLSource  # noqa: PLC0415  # only what is used
    from sluicegate.sources.mysql_url import parse_url  # noqa: PLC0415  # as above

    parse_url(name, f"mysql://{rest}")  # a mistake is told before anything runs
    return MySQLSource(name, Sensitive(f"mysql://{rest}"))


def _duckdb(name: str, rest: str) -> Source:
    from sluicegate.sources.duckdb import DuckDBSource  # noqa: PLC0415  # only what is used

    return DuckDBSource(name, path_of(name, rest))


def _sqlite(name: str, rest: str) -> Source:
    from sluicegate.sources.sqlite import SQLiteSource  # noqa: PLC0415  # only what is used

    return SQLiteSource(name, path_of(name, rest))


def _files(name: str, rest: str) -> Source:
    from sluicegate.sources.file_urls import files_source  # noqa: PLC0415  # only what is used

    return files_source(name, rest)


def _s3(name: str, rest: str) -> Source:
    from sluicegate.sources.file_urls import s3_source  # noqa: PLC0415  # only what is used

    return s3_source(name, rest)


def _snowflake(name: str, rest: str) -> Source:
    from sluicegate.sources.snowflake import snowflake_source  # noqa: PLC0415  # only what is used

    return snowflake_source(name, rest)


def _bigquery(name: str, rest: str) -> Source:
    from sluicegate.sources.bigquery import bigquery_source  # noqa: PLC0415  # only what is used

    return bigquery_source(name, rest)


_OPENERS: Final[Mapping[str, Callable[[str, str], Source]]] = {
    "bigquery": _bigquery,
    "duckdb": _duckdb,
    "files": _files,
    "mariadb": _mysql,
    "mysql": _mysql,
    "postgres": _postgres,
    "postgresql": _postgres,
    "s3": _s3,
    "snowflake": _snowflake,
    "sqlite": _sqlite,
}
"""Scheme → what builds the source of its name and what follows ``://``."""


def path_of(name: str, rest: str) -> str:
    """Read the path behind ``scheme://``.

    Raises:
        ConfigurationError: there is none, or it has options.
    """
    path = unquote(rest[1:])
    if not rest.startswith("/") or not path or "?" in rest or "#" in rest:
        raise ConfigurationError(
            f"the URL of source {name!r} does not name a file",
            hint="three slashes and a relative path, or four and an absolute one; no options",
        )
    return path
