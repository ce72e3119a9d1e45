"""Settings of the gate that a connection of type ``sluicegate`` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from airflow_provider_sluicegate.connections import connection_of
from airflow_provider_sluicegate.provider import CONNECTION_FIELDS
from sluicegate.errors import ConfigurationError, UnknownNameError

if TYPE_CHECKING:
    from airflow.sdk import Connection

CONN_TYPE: Final = "sluicegate"


def connection_options(conn_id: str) -> dict[str, str]:
    """Read the options that a connection sets; those that it leaves empty it does not.

    Raises:
        UnknownNameError: there is no such connection, or no option of that name.
        ConfigurationError: it is of another type, or an option is no text.
    """
    connection = connection_of(conn_id)
    if (connection.conn_type or "").lower() != CONN_TYPE:
        raise ConfigurationError(f"the connection {conn_id!r} is not of type {CONN_TYPE!r}")
    options = {name: _text(name, value) for name, value in _extras(connection)}
    if connection.password:
        options["ledger"] = connection.password
    _check_vault(options.get("vault", ""))
    return {name: value for name, value in options.items() if value}


def _extras(connection: Connection) -> list[tuple[str, object]]:
    extras = list(connection.extra_dejson.items())
    for name, _ in extras:
        if name not in CONNECTION_FIELDS:
            raise UnknownNameError.of(
                "option of a sluicegate connection", str(name), CONNECTION_FIELDS
            )
    return extras


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ConfigurationError(f"the option {name!r} of the connection must be text")
    return value


def _check_vault(vault: str) -> None:
    """Extras are shown to those who may see connections; a URL may hold a password."""
    if vault and not vault.startswith("env:"):
        raise ConfigurationError("the option 'vault' of a connection must be env:VARIABLE")
