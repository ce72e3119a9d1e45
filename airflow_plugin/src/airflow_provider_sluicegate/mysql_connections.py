"""Turns an Airflow connection of type mysql or mariadb into the URL of a source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from airflow_provider_sluicegate.url_parts import credentials, network_host, plain_extras
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Connection

_CLIENT_ONLY: Final = frozenset(
    {
        "aws_conn_id", "charset", "client", "conv", "cursor", "cursorclass", "local_infile",
        "sluicegate_source", "sqlalchemy_query", "sqlalchemy_scheme", "ssl", "use_unicode",
    }
)  # fmt: skip
"""Extras that speak to Airflow's hook. Text is always UTF-8, and no local file is ever sent."""
_TLS: Final = frozenset({"ca", "cert", "key"})


def mysql_url(connection: Connection) -> str:
    """Build the URL. The extra ``ssl`` of the hook (``ca``, ``cert``, ``key``) becomes options.

    Raises:
        ConfigurationError: a brokered login, or an extra that is not a plain value.
    """
    extra = connection.extra_dejson
    query = plain_extras(extra, _CLIENT_ONLY) | _tls(extra)
    port = f":{connection.port}" if connection.port else ""
    place = f"{credentials(connection)}{network_host(connection.host or '')}{port}"
    tail = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"mysql://{place}/{quote(connection.schema or '', safe='')}{tail}"


def _tls(extra: Mapping[str, Any]) -> dict[str, str]:
    given = extra.get("ssl") or {}
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if not isinstance(given, dict) or not all(
        name in _TLS and isinstance(value, str) for name, value in given.items()
    ):
        raise ConfigurationError(
            "the extra 'ssl' of the connection cannot be read",
            hint="an object with the paths ca, cert and key; see ssl_mode for the rest",
        )
    return {f"ssl_{name}": value for name, value in given.items() if value}
