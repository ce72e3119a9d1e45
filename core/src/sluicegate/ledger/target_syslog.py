"""Syslog (RFC 5424) as target, framed by octet counting (RFC 6587) on TCP and TLS (RFC 5425)."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import socket
import ssl
import sys
import termios
import time
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
_END: Final = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR
_MOMENT: Final = 0.002
"""Seconds between two looks at what is on its way."""
_PORTS: Final = {"tcp": 601, "tls": 6514, "udp": 514}
_DATAGRAM_BYTES: Final = 60_000
_MESSAGE_ID: Final = 32


class SyslogTarget:
    """Sends each event as one message.

    Syslog answers nothing: all that is known, over TCP and TLS, is that the other side's system
    acknowledged it.

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
            connection = self._live()
            for line in lines:
                message = rfc5424(line.record, line.data)
                if self._transport == "udp":
                    self._fits(line, message)
                    connection.sendall(message)
                else:
                    connection.sendall(b"%d " % len(message) + message)
            self._require_taken(connection)
        except OSError as error:
            self.close()
            reason = error.strerror or type(error).__name__
            raise LedgerUnavailable(f"the export {self.name} cannot be sent: {reason}") from None

    def _live(self) -> socket.socket:
        """Return a connection that the other side has not ended: a server may start anew."""
        if self._socket is not None and _ended(self._socket):
            self.close()
        return self._socket or self._connected()

    def _require_taken(self, connection: socket.socket) -> None:
        """Wait until the other side's system has it all: what is sent to nobody is no error.

        Whether the other side's program read it before it ended is not told by anything.
        """
        if self._transport == "udp":
            return
        until = time.monotonic() + _SECONDS
        while _unacknowledged(connection) and not _ended(connection):
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
            time.sleep(_MOMENT)
        if _ended(connection):
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))

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


def _ended(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, _END)
    return connection.type == socket.SOCK_STREAM and bool(poll.poll(0))


def _unacknowledged(connection: socket.socket) -> int:
    """Return how many bytes the other side's system has not acknowledged yet."""
    told = fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))
    return int.from_bytes(told, sys.byteorder)


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
