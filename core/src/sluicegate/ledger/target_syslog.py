"""Syslog (RFC 5424) as target, framed by octet counting (RFC 6587) on TCP and TLS (RFC 5425)."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sluicegate.errors import LedgerUnavailable

if TYPE_CHECKING:
    from sluicegate.ledger.export import Line
    from sluicegate.model.events import Record

_AUDIT: Final = 13
"""Facility ``log audit``."""
_NOTICE: Final = 5
_SECONDS: Final = 10.0
_PORTS: Final = {"tcp": 601, "tls": 6514, "udp": 514}
_DATAGRAM_BYTES: Final = 60_000
_MESSAGE_ID: Final = 32


class SyslogTarget:
    """Sends each event as one message. Syslog answers nothing: sent is all that is known.

    Args:
        host: Of the server.
        port: Of it; the transport's own if ``None``.
        transport: ``tcp``, ``tls`` or ``udp``; with ``tls`` the server's certificate is verified.
    """

    def __init__(self, host: str, port: int | None, *, transport: str) -> None:
        self._address = (host, port or _PORTS[transport])
        self._transport = transport
        self._socket: socket.socket | None = None
        self.name = f"syslog+{transport}://{host}:{self._address[1]}"

    def send(self, lines: Sequence[Line]) -> None:
        """Send all messages.

        Raises:
            LedgerUnavailable: there is no connection, or an event is too long for a datagram.
        """
        try:
            connection = self._socket or self._connected()
            for line in lines:
                message = rfc5424(line.record, line.data)
                if self._transport == "udp":
                    self._fits(line, message)
                    connection.sendall(message)
                else:
                    connection.sendall(b"%d " % len(message) + message)
        except OSError as error:
            self.close()
            reason = error.strerror or type(error).__name__
            raise LedgerUnavailable(f"the export {self.name} cannot be sent: {reason}") from None

    def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connected(self) -> socket.socket:
        if self._transport == "udp":
            family, kind, protocol, _, address = socket.getaddrinfo(
                *self._address, type=socket.SOCK_DGRAM
            )[0]
            opened = socket.socket(family, kind, protocol)
            opened.connect(address)
        else:
            opened = socket.create_connection(self._address, timeout=_SECONDS)
        opened.settimeout(_SECONDS)
        if self._transport == "tls":
            context = ssl.create_default_context()
            opened = context.wrap_socket(opened, server_hostname=self._address[0])
        self._socket = opened
        return opened

    def _fits(self, line: Line, message: bytes) -> None:
        if len(message) > _DATAGRAM_BYTES:
            raise LedgerUnavailable(
                f"record {line.record.sequence} is too long for a datagram",
                hint="use syslog+tcp or syslog+tls",
            )


def rfc5424(record: Record, data: bytes) -> bytes:
    """Write a message: header, and the OCSF event as JSON."""
    time = record.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    host = _printable(socket.gethostname(), 255)
    kind = _printable(record.kind, _MESSAGE_ID)
    # no structured data: its names need an enterprise number, and the event has all of it
    head = f"<{_AUDIT * 8 + _NOTICE}>1 {time} {host} sluicegate {os.getpid()} {kind} - "
    return head.encode("ascii") + b"\xef\xbb\xbf" + data


def _printable(text: str, most: int) -> str:
    """Keep what a header may hold: printable ASCII without spaces."""
    return "".join(c if "!" <= c <= "~" else "_" for c in text)[:most] or "-"
