"""What the URLs of servers have in common: credentials, a host, and extras as options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from airflow.sdk.log import mask_secret

from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Connection

_BROKERED: Final = ("azure_conn_id", "iam")


def credentials(connection: Connection) -> str:
    """Write login and password as a URL has them, and have Airflow mask that spelling too."""
    password = quote(connection.password or "", safe="")
    if password:
        # Airflow masks the password as it is; in a URL it is spelled differently
        mask_secret(password)
    login = quote(connection.login or "", safe="")
    return f"{login}:{password}@" if password else f"{login}@" if login else ""


def network_host(host: str) -> str:
    """Write a host so that it cannot bring a path, options or credentials along."""
    bare = host.strip("[]")
    return f"[{bare}]" if ":" in bare else quote(bare, safe=",")


def plain_extras(extra: Mapping[str, Any], client_only: frozenset[str]) -> dict[str, str]:
    """Keep what a hook would pass on; the client library refuses a name it does not know.

    Raises:
        ConfigurationError: a brokered login, or an extra that is not a plain value.
    """
    for name in _BROKERED:
        if extra.get(name):
            raise ConfigurationError(f"logins brokered by {name!r} are not supported here")
    options = {name: value for name, value in extra.items() if name not in client_only}
    for name, value in options.items():
        if not isinstance(value, (str, int)):
            raise ConfigurationError(f"the extra {name!r} of the connection is not a plain value")
    return {
        name: str(int(value)) if isinstance(value, bool) else str(value)
        for name, value in options.items()
        if name not in _BROKERED and value != ""
    }
