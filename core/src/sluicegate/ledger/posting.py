"""POST over HTTP: one request, one answer, a bound on the time and on the answer's size."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from sluicegate.errors import LedgerUnavailable
from sluicegate.ledger.bounded import within


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other side said."""

    status: int
    body: bytes = field(repr=False)
    """At most one byte more than was asked for: what is too long is noticed."""


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    place: str,
    seconds: float,
    most: int,
) -> Answer:
    """Send a request and read the answer. A redirect is an answer: it could lead anywhere.

    Args:
        url: ``http://`` or ``https://``; the server's certificate is verified.
        body: What is sent.
        headers: With it.
        place: Names the other side in messages; the URL may hold a token in its query.
        seconds: Longest that all of it may take.
        most: Most bytes of the answer that are read.

    Raises:
        LedgerUnavailable: there was no whole answer in time.
    """
    parsed = urlsplit(url)
    path = (parsed.path or "/") + (f"?{parsed.query}" if parsed.query else "")
    connection = _connection(parsed, seconds)
    sockets: list[socket.socket] = []

    def ask() -> Answer:
        connection.connect()
        sockets.append(connection.sock)
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return Answer(status=answer.status, body=answer.read(most + 1))

    try:
        return within(seconds, ask, place=place)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if isinstance(error, LedgerUnavailable):
            raise
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise LedgerUnavailable(f"{place} does not answer: {reason}") from None
    finally:
        for one in sockets:  # or what was given up would go on reading
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        connection.close()


def _connection(parsed: SplitResult, seconds: float) -> http.client.HTTPConnection:
    host, port = parsed.hostname or "", parsed.port
    if parsed.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    return http.client.HTTPConnection(host, port, timeout=seconds)
