"""Turns an Airflow connection into the URL of a source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from airflow.providers.common.compat.sdk import AirflowNotFoundException
from airflow.sdk import BaseHook
from airflow.sdk.log import mask_secret

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
_MYSQL_OPTIONS: Final = frozenset(
    {"connect_timeout", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_name", "unix_socket"}
)
_MYSQL_CLIENT_ONLY: Final = frozenset({"charset", "client", "cursor", SOURCE_EXTRA})
"""Extras of Airflow's hook that mean nothing here: text is always UTF-8, cursors always stream."""
_BROKERED: Final = ("azure_conn_id", "iam")
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
    connection = _connection(conn_id)
    name = str(connection.extra_dejson.get(SOURCE_EXTRA) or conn_id)
    if source is not None and source != name:
        raise ConfigurationError(
            f"the connection {conn_id!r} is the source {name!r}, not {source!r}",
            hint=f"set {SOURCE_EXTRA!r} in the extra of the connection",
        )
    return name, connection_url(connection)


def connection_url(connection: Connection) -> str:
    """Build the source URL of a connection of type postgres, mysql, sqlite or duckdb.

    Raises:
        ConfigurationError: another type, a brokered login, or an extra that is not a plain value.
    """
    kind = (connection.conn_type or "").lower()
    if kind in {"postgres", "postgresql"}:
        return _postgres_url(connection)
    if kind in {"mysql", "mariadb"}:
        return _mysql_url(connection)
    if kind in _FILES:
        return _file_url(kind, connection)
    raise ConfigurationError(
        f"a connection of type {kind!r} cannot be a source",
        hint="use a connection of type postgres, mysql, sqlite or duckdb",
    )


def _connection(conn_id: str) -> Connection:
    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        pass
    raise UnknownNameError(
        f"no connection is called {conn_id!r}", hint="define it in Airflow or in a secrets backend"
    )


def _postgres_url(connection: Connection) -> str:
    password = quote(connection.password or "", safe="")
    if password:
        # Airflow masks the password as it is; in a URL it is spelled differently
        mask_secret(password)
    login = quote(connection.login or "", safe="")
    credentials = f"{login}:{password}@" if password else f"{login}@" if login else ""
    host = connection.host or ""
    folder = host.startswith(("/", "@"))
    query = _libpq_options(connection.extra_dejson) | ({"host": host} if folder else {})
    place = "" if folder else _network_host(host)
    port = f":{connection.port}" if connection.port else ""
    database = quote(connection.schema or "", safe="")
    if folder and port:
        query["port"] = str(connection.port)
        port = ""
    tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"postgresql://{credentials}{place}{port}/{database}{tail}"


def _mysql_url(connection: Connection) -> str:
    password = quote(connection.password or "", safe="")
    if password:
        mask_secret(password)
    credentials = f"{quote(connection.login or '', safe='')}:{password}@"
    extra = dict(connection.extra_dejson)
    if isinstance(extra.get("ssl"), Mapping):
        # The form that Airflow's own hook takes; client libraries call the parts ca, cert and key.
        extra |= {f"ssl_{name}": value for name, value in extra.pop("ssl").items()}
    options = {
        name: str(value)
        for name, value in extra.items()
        if name in _MYSQL_OPTIONS and value not in (None, "")
    }
    if unknown := sorted(set(extra) - _MYSQL_OPTIONS - _MYSQL_CLIENT_ONLY):
        raise ConfigurationError(
            f"the extra {unknown[0]!r} of the connection is not known here",
            hint=f"known: {', '.join(sorted(_MYSQL_OPTIONS))}",
        )
    port = f":{connection.port}" if connection.port else ""
    tail = f"?{urlencode(options, quote_via=quote)}" if options else ""
    place = _network_host(connection.host or "localhost")
    return f"mysql://{credentials}{place}{port}/{quote(connection.schema or '', safe='')}{tail}"


def _network_host(host: str) -> str:
    bare = host.strip("[]")
    return f"[{bare}]" if ":" in bare else quote(bare, safe=",")


def _libpq_options(extra: Mapping[str, Any]) -> dict[str, str]:
    """Keep what the hook would pass on; the client library refuses a name it does not know."""
    for name in _BROKERED:
        if extra.get(name):
            raise ConfigurationError(f"logins brokered by {name!r} are not supported here")
    options = {name: value for name, value in extra.items() if name not in _CLIENT_ONLY}
    for name, value in options.items():
        if not isinstance(value, (str, int)):
            raise ConfigurationError(f"the extra {name!r} of the connection is not a plain value")
    return {
        name: str(int(value)) if isinstance(value, bool) else str(value)
        for name, value in options.items()
        if name not in _BROKERED and value != ""
    }


def _file_url(kind: str, connection: Connection) -> str:
    path = connection.host or connection.schema or ""
    if not path:
        raise ConfigurationError(f"the {kind} connection names no file", hint="put it into host")
    return f"{kind}:///{quote(path.removeprefix('file:'), safe='/')}"
