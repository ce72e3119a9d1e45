"""The URL of a MySQL or MariaDB source."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from sluicegate.errors import ConfigurationError
from sluicegate.model.sensitive import Sensitive
from sluicegate.sources.mysql import Address, Tls

_OPTIONS = (
    "connect_timeout", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_name", "unix_socket",
)  # fmt: skip


def address_of(name: str, rest: str) -> Address:
    """Read what follows ``mysql://``.

    Raises:
        ConfigurationError: a part cannot be read, or an option is not known; the URL is not shown.
    """
    try:
        parts = urlsplit(f"mysql://{rest}")
        port = parts.port or 3306
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise _unreadable(name) from None
    options = dict(pairs)
    if len(options) != len(pairs) or parts.fragment:
        raise _unreadable(name)
    if unknown := sorted(set(options) - set(_OPTIONS)):
        raise ConfigurationError(
            f"the URL of source {name!r} has an option {unknown[0]!r}",
            hint=f"known: {', '.join(_OPTIONS)}",
        )
    timeout = options.get("connect_timeout", "10")
    if not (timeout.isascii() and timeout.isdigit() and 0 < int(timeout) <= 3600):  # noqa: PLR2004  # an hour
        raise _unreadable(name)
    return Address(
        host=unquote(parts.hostname or "localhost"),
        port=port,
        unix_socket=options.get("unix_socket", ""),
        user=unquote(parts.username or ""),
        password=Sensitive(unquote(parts.password or "")),
        database=unquote(parts.path.removeprefix("/")),
        connect_timeout=int(timeout),
        tls=_tls(name, options),
    )


def _tls(name: str, options: dict[str, str]) -> Tls | None:
    verify = options.get("ssl_verify_name", "true")
    if verify not in {"true", "false"}:
        raise _unreadable(name)
    if not options.get("ssl_ca"):
        if any(key.startswith("ssl_") for key in options):
            raise ConfigurationError(
                f"the URL of source {name!r} speaks of TLS and names no ssl_ca",
                hint="name the file of certificates that are trusted",
            )
        return None
    return Tls(
        ca=options["ssl_ca"],
        cert=options.get("ssl_cert", ""),
        key=options.get("ssl_key", ""),
        verify_name=verify == "true",
    )


def _unreadable(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"the URL of source {name!r} cannot be read",
        hint="mysql://user:password@host:port/database, special characters as %XX",
    )
