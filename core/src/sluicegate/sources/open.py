"""Finds the source that a URL asks for."""

from __future__ import annotations

import re
from urllib.parse import unquote

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.port import Source
from sluicegate.sources.postgres_uri import take_scoped_role

_KNOWN = ("duckdb", "files", "mariadb", "mysql", "postgres", "postgresql", "s3", "sqlite")


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
    if match is None or scheme not in _KNOWN:
        raise UnknownNameError.of("kind of source", scheme, _KNOWN)
    rest = text[match.end() :]
    if scheme in {"postgres", "postgresql"}:
        from sluicegate.sources.postgres import PostgresSource  # noqa: PLC0415  # only what is used

        uri, scoped = take_scoped_role(f"postgresql://{rest}")
        return PostgresSource(name, Sensitive(uri), scoped)
    if scheme in {"mysql", "mariadb"}:
        from sluicegate.sources.mysql import MySQLSource  # noqa: PLC0415  # only what is used
        from sluicegate.sources.mysql_url import parse_url  # noqa: PLC0415  # as above

        parse_url(name, f"mysql://{rest}")  # a mistake is told before anything runs
        return MySQLSource(name, Sensitive(f"mysql://{rest}"))
    if scheme in {"files", "s3"}:
        from sluicegate.sources.file_urls import files_source, s3_source  # noqa: PLC0415  # as above

        return files_source(name, rest) if scheme == "files" else s3_source(name, rest)
    path = path_of(name, rest)
    if scheme == "duckdb":
        from sluicegate.sources.duckdb import DuckDBSource  # noqa: PLC0415  # only what is used

        return DuckDBSource(name, path)
    from sluicegate.sources.sqlite import SQLiteSource  # noqa: PLC0415  # only what is used

    return SQLiteSource(name, path)


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
