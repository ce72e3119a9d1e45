"""The URL of a MySQL or MariaDB source."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.model.sensitive import Sensitive

_MODES = ("disabled", "preferred", "required", "verify_ca", "verify_identity")
_OPTIONS = ("connect_timeout", "ssl_ca", "ssl_cert", "ssl_key", "ssl_mode", "unix_socket")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is and who knocks."""

    host: str
    port: int
    user: str
    password: Sensitive[str]
    database: str
    unix_socket: str = ""
    connect_timeout: int = 10
    """Seconds."""
    ssl_mode: str = "preferred"
    """As the client of MySQL calls it, in lower case."""
    ssl_ca: str = ""
    ssl_cert: str = field(default="", repr=False)
    ssl_key: str = field(default="", repr=False)


def parse_url(source: str, url: str) -> Address:
    """Read ``mysql://user:password@host:port/database?option=value``.

    User, password, database and options are percent-decoded. With ``ssl_ca`` the server must show
    a certificate of that authority for its host name, unless ``ssl_mode`` says otherwise.

    Raises:
        ConfigurationError: a part cannot be read; an option is unknown. Shows no part of the URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 3306
        given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        texts = [
            unquote(text or "", errors="strict")
            for text in (parts.hostname, parts.username, parts.password, parts.path[1:])
        ]
    except ValueError:  # its text shows what could not be read
        raise _unreadable(source) from None
    options = _checked(source, given)
    if parts.fragment or any("\0" in text for text in texts):
        raise _unreadable(source)
    host, user, password, database = texts
    return Address(
        host=host or "localhost",
        port=port,
        user=user,
        password=Sensitive(password),
        database=database,
        unix_socket=options.get("unix_socket", ""),
        connect_timeout=_seconds(source, options.get("connect_timeout", "10")),
        ssl_mode=_mode(source, options),
        ssl_ca=options.get("ssl_ca", ""),
        ssl_cert=options.get("ssl_cert", ""),
        ssl_key=options.get("ssl_key", ""),
    )


def _unreadable(source: str) -> ConfigurationError:
    return ConfigurationError(
        f"the URL of source {source!r} cannot be read",
        hint="mysql://user:password@host:3306/database, with special characters percent-encoded",
    )


def _checked(source: str, given: list[tuple[str, str]]) -> dict[str, str]:
    for name, value in given:
        if name not in _OPTIONS:
            near = UnknownNameError.of("option", name, _OPTIONS)
            raise ConfigurationError(f"source {source!r}: {near.message}", hint=near.hint)
        if not value or "\0" in value:
            raise ConfigurationError(f"source {source!r}: the option {name!r} has no value")
    if len(dict(given)) != len(given):
        raise ConfigurationError(f"source {source!r}: an option of its URL is given twice")
    return dict(given)


def _seconds(source: str, text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 3600:  # noqa: PLR2004  # an hour
        return int(text)
    raise ConfigurationError(
        f"source {source!r}: connect_timeout must be a whole number of seconds, 1 to 3600"
    )


def _mode(source: str, options: dict[str, str]) -> str:
    has_ca = "ssl_ca" in options
    default = "verify_identity" if has_ca else "required" if "ssl_cert" in options else "preferred"
    mode = options.get("ssl_mode", default).lower()
    if mode not in _MODES:
        near = UnknownNameError.of("ssl_mode", mode, _MODES)
        raise ConfigurationError(f"source {source!r}: {near.message}", hint=near.hint)
    if mode.startswith("verify") and not has_ca:
        raise ConfigurationError(
            f"source {source!r}: ssl_mode {mode} needs ssl_ca",
            hint="a file with the certificates that are trusted",
        )
    if ("ssl_key" in options) is not ("ssl_cert" in options):
        raise ConfigurationError(f"source {source!r}: ssl_cert and ssl_key belong together")
    if has_ca and not mode.startswith("verify"):
        raise ConfigurationError(
            f"source {source!r}: ssl_mode {mode} would not look at ssl_ca",
            hint="use verify_ca or verify_identity",
        )
    return mode
