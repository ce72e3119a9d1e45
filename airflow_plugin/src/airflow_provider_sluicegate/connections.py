"""Turns an Airflow connection into the URL of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from airflow.providers.common.compat.sdk import AirflowNotFoundException
from airflow.sdk import BaseHook

from airflow_provider_sluicegate.mysql_connections import mysql_url
from airflow_provider_sluicegate.url_parts import credentials, network_host, plain_extras
from sluicegate.errors import ConfigurationError, UnknownNameError

if TYPE_CHECKING:
    from airflow.sdk import Connection

SOURCE_EXTRA: Final = "sluicegate_source"
_CLIENT_ONLY: Final = frozenset(
    {
        "aws_conn_id", "client_log_level", "cluster-identifier", "cursor", "enable_log_db_messages",
        "redshift", "redshift-serverless", "sqlalchemy_query", "sqlalchemy_scheme",
        "workgroup-name", SOURCE_EXTRA,
    }
)  # fmt: skip
"""Extras that speak to Airflow's hooks, not to the database."""
_FILES: Final = frozenset({"duckdb", "sqlite"})


def source_of(conn_id: str, source: str | None) -> tuple[str, str]:
    """Resolve a connection to the name of its source in the policy and its URL.

    The name is what the connection's extra ``sluicegate_source`` says, else the connection's id:
    the one who keeps the connections decides it. A task that could choose the name itself could
    choose the most permissive rules for any database.

    Args:
        conn_id: Id of the connection.
        source: Name that the task expects, if it says so.

    Returns:
        Name and URL. The URL may hold a password, which Airflow is told to mask.

    Raises:
        UnknownNameError: there is no such connection.
        ConfigurationError: the connection cannot be a source, or is not the expected one.
    """
    connection = connection_of(conn_id)
    name = str(connection.extra_dejson.get(SOURCE_EXTRA) or conn_id)
    if source is not None and source != name:
        raise ConfigurationError(
            f"the connection {conn_id!r} is the source {name!r}, not {source!r}",
            hint=f"set {SOURCE_EXTRA!r} in the extra of the connection",
        )
    return name, connection_url(connection)


def connection_url(connection: Connection) -> str:
    """Build the source URL of a connection: of a database, a folder, or a prefix on S3.

    Raises:
        ConfigurationError: another type, a brokered login, or an extra that is not a plain value.
    """
    kind = (connection.conn_type or "").lower()
    if kind in {"postgres", "postgresql"}:
        return _postgres_url(connection)
    from sluicegate.settings import SCOPED_ROLE_OPTION  # noqa: PLC0415 - parsing a DAG needs no settings

    if connection.extra_dejson.get(SCOPED_ROLE_OPTION):
        raise ConfigurationError(f"a connection of type {kind!r} has no scoped roles")
    if kind in {"mysql", "mariadb"}:
        return mysql_url(connection)
    if kind in _FILES:
        return _file_url(kind, connection)
    if kind == "fs":
        return _folder_url(connection)
    if kind == "aws":
        from airflow_provider_sluicegate.aws_connections import prefix_url  # noqa: PLC0415 - it uses this module

        return prefix_url(connection)
    raise ConfigurationError(
        f"a connection of type {kind!r} cannot be a source",
        hint="use a connection of type postgres, mysql, mariadb, sqlite, duckdb, fs or aws",
    )


def connection_of(conn_id: str) -> Connection:
    """Look a connection up where Airflow keeps them.

    Raises:
        UnknownNameError: there is no such connection.
    """
    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        pass
    raise UnknownNameError(
        f"no connection is called {conn_id!r}", hint="define it in Airflow or in a secrets backend"
    )


def _postgres_url(connection: Connection) -> str:
    host = connection.host or ""
    folder = host.startswith(("/", "@"))
    query = plain_extras(connection.extra_dejson, _CLIENT_ONLY) | ({"host": host} if folder else {})
    place = "" if folder else network_host(host)
    port = f":{connection.port}" if connection.port else ""
    database = quote(connection.schema or "", safe="")
    if folder and port:
        query["port"] = str(connection.port)
        port = ""
    tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"postgresql://{credentials(connection)}{place}{port}/{database}{tail}"


def _file_url(kind: str, connection: Connection) -> str:
    path = connection.host or connection.schema or ""
    if not path:
        raise ConfigurationError(f"the {kind} connection names no file", hint="put it into host")
    return f"{kind}:///{quote(path.removeprefix('file:'), safe='/')}"


def _folder_url(connection: Connection) -> str:
    """Build the URL of a folder. The extra ``path`` is Airflow's; the rest is for text files."""
    extra = dict(connection.extra_dejson)
    path = str(extra.pop("path", "") or connection.host or "")
    if not path:
        raise ConfigurationError("the fs connection names no folder", hint="put it into path")
    query = plain_extras(extra, _CLIENT_ONLY)
    tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"files:///{quote(path, safe='/')}{tail}"
