"""Where a URL comes from: the name of a variable, or a URL that holds no password."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import dagster as dg

from sluicegate.errors import ConfigurationError

_VARIABLE: Final = "env:"
_SECRET_OPTIONS: Final = frozenset(
    {"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
"""Options of libpq that are secrets themselves; ``passfile`` only names a file."""


def as_reference(url: Any) -> Any:
    """Turn ``dagster.EnvVar("X")`` into ``env:X``: its value stays out of all configuration."""
    return f"{_VARIABLE}{url.env_var_name}" if isinstance(url, dg.EnvVar) else url


def resolve_url(what: str, url: str, environ: Mapping[str, str]) -> str:
    """Return a URL.

    Args:
        what: What is found there, for messages: ``source shop_prod``.
        url: ``env:VARIABLE``, or the URL.
        environ: Environment variables.

    Raises:
        ConfigurationError: the variable is not set, or the URL itself holds a password, which
            Dagster would show in its UI. The message holds neither.
    """
    if url.startswith(_VARIABLE):
        variable = url.removeprefix(_VARIABLE)
        value = environ.get(variable, "")
        if not value:
            raise ConfigurationError(
                f"the environment variable {variable} is not set",
                hint=f"it holds the URL of the {what}",
            )
        return value
    if _holds_password(url):
        raise ConfigurationError(
            f"the URL of the {what} holds a password, and Dagster shows configuration",
            hint=f'put the URL into an environment variable and write "{_VARIABLE}VARIABLE"',
        )
    return url


def _holds_password(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
        return bool(parts.password or named & _SECRET_OPTIONS or "password=" in url.lower())
    except ValueError:  # a URL that cannot be taken apart may hold anything
        return True
