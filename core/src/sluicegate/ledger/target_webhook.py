"""A webhook as target: batches of JSON lines by POST."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sluicegate.errors import ConfigurationError, LedgerUnavailable
from sluicegate.model.sensitive import Sensitive

if TYPE_CHECKING:
    from sluicegate.ledger.export import Line

_SECONDS: Final = 20.0
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FINE: Final = range(200, 300)


class WebhookTarget:
    """Posts each batch; only a 2xx answer counts. Redirects are refusals: they could lead anywhere.

    Args:
        url: ``https://…``, or ``http://`` to this machine.
        token: Bearer token; none if empty.
    """

    def __init__(self, url: str, *, token: str) -> None:
        parsed = urlsplit(url)
        host = parsed.hostname or ""
        if parsed.scheme != "https" and host not in _HERE:
            raise ConfigurationError(
                "an export goes to another machine by https only", hint="name https://…"
            )
        self._secure = parsed.scheme == "https"
        self._host, self._port = host, parsed.port
        self._path = (parsed.path or "/") + (f"?{parsed.query}" if parsed.query else "")
        self._token = Sensitive(token) if token else None
        # the query may hold a token, so it names nothing
        self.name = f"{parsed.scheme}://{parsed.netloc}{parsed.path}"

    def send(self, lines: Sequence[Line]) -> None:
        """Post the lines.

        Raises:
            LedgerUnavailable: no answer, or another one than 2xx.
        """
        headers = {"Content-Type": "application/x-ndjson", "User-Agent": "sluicegate"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        body = b"".join(line.data + b"\n" for line in lines)
        connection = self._connection()
        try:
            connection.request("POST", self._path, body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise LedgerUnavailable(f"the export {self.name} does not answer: {reason}") from None
        finally:
            connection.close()
        if status not in _FINE:
            raise LedgerUnavailable(f"the export {self.name} answers {status}")

    def close(self) -> None:
        """Nothing is held open."""

    def _connection(self) -> http.client.HTTPConnection:
        if self._secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=_SECONDS, context=context
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=_SECONDS)
