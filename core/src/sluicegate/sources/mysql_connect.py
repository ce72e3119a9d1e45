"""Opens a connection with PyMySQL: time limits, TLS, and no password in the clear."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import Any, NoReturn

from sluicegate.errors import MissingDependencyError, SourceError
from sluicegate.sources.mysql_url import Address

_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""A peer that vanished is noticed after a minute, not after the two hours of the system."""


def driver() -> Any:
    """Return PyMySQL.

    Raises:
        MissingDependencyError: it is not installed.
    """
    try:
        import pymysql  # noqa: PLC0415  # an extra, asked for when used
    except ImportError:
        missing = MissingDependencyError.of("MySQL", "mysql")
    else:
        return pymysql
    raise missing


def open_connection(source: str, address: Address) -> Any:
    """Connect and log in; nothing else was said to the server yet.

    The driver offers no ``LOCAL INFILE``, reads no option file, and answers a server that asks
    for the password itself only through TLS whose certificate was checked.

    Raises:
        Exception: the driver's own, for ``mysql_errors.of_connection``.
        SourceError: the files of the TLS options cannot be used.
    """
    connection = driver().Connection(
        host=address.host,
        port=address.port,
        user=address.user or None,
        # As bytes: the driver would write text as Latin-1.
        password=address.password.reveal().encode(),
        database=address.database or None,
        unix_socket=address.unix_socket or None,
        connect_timeout=address.connect_timeout,
        read_timeout=address.connect_timeout,
        write_timeout=address.connect_timeout,
        charset="utf8mb4",
        autocommit=None,
        local_infile=False,
        program_name="sluicegate",
        defer_connect=True,
        auth_plugin_map=_plugins(address),
        **_tls(source, address),
    )
    connection.connect()
    _keep_alive(connection)
    return connection


def encrypted(connection: Any) -> bool:
    """Whether what is said can be read by nobody between: TLS, or a socket of this machine."""
    sock = connection._sock  # noqa: SLF001  # the driver does not tell
    return isinstance(sock, ssl.SSLSocket) or sock.family == socket.AF_UNIX


def _tls(source: str, address: Address) -> dict[str, Any]:
    if address.ssl_mode == "disabled" or address.unix_socket:
        return {"ssl_disabled": True}
    if address.ssl_mode == "preferred":
        return {}
    try:
        return {"ssl": _context(address)}
    except (OSError, ValueError):  # holds paths
        failed = SourceError(f"{source!r}: the files of its TLS options cannot be used")
    raise failed


def _context(address: Address) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=address.ssl_ca or None)
    # Python 3.13 asks for more than the certificates that MySQL makes for itself hold.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = address.ssl_mode == "verify_identity"
    if not address.ssl_mode.startswith("verify"):
        context.verify_mode = ssl.CERT_NONE
    if address.ssl_cert:
        # Without a password the library would ask for one on the terminal.
        context.load_cert_chain(address.ssl_cert, address.ssl_key, password=lambda: "")
    return context


class _Refused:
    """Stands for the ways to log in that would hand the password itself to the server."""

    def __init__(self, connection: Any) -> None:
        pass

    def authenticate(self, _packet: Any) -> NoReturn:
        raise SourceError(
            "the server asks for the password in the clear",
            hint="use ssl_mode=verify_identity with ssl_ca, or another kind of account",
        )

    def prompt(self, _echo: Any, _prompt: Any) -> NoReturn:
        self.authenticate(None)


def _plugins(address: Address) -> dict[str, Any]:
    if address.ssl_mode.startswith("verify") or address.unix_socket:
        return {}
    return dict.fromkeys(("mysql_clear_password", "dialog"), _Refused)


def _keep_alive(connection: Any) -> None:
    sock = connection._sock  # noqa: SLF001  # the driver has no option for it
    if sock.family == socket.AF_UNIX:
        return
    for name, value in _KEEPALIVE.items():
        with suppress(AttributeError, OSError):  # not on every system
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
