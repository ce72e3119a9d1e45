"""A webhook as target: batches of JSON lines by POST."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sluicegate.errors import ConfigurationError, LedgerUnavailable
from sluicegate.ledger.posting import post
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
        self._url = Sensitive(url)
        self._token = Sensitive(token) if token else None
        # The query may hold a token, so only its digest is told: two receivers that differ in it
        # only are two, and each has a cursor of its own.
        told = f"?{sha256(parsed.query.encode()).hexdigest()[:8]}" if parsed.query else ""
        self.name = f"{parsed.scheme}://{parsed.netloc}{parsed.path}{told}"

    def send(self, lines: Sequence[Line]) -> None:
        """Post the lines.

        Raises:
            LedgerUnavailable: no answer, or another one than 2xx.
        """
        headers = {"Content-Type": "application/x-ndjson", "User-Agent": "sluicegate"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        body = b"".join(line.data + b"\n" for line in lines)
        url, place = self._url.reveal(), f"the export {self.name}"
        answer = post(url, body, headers, place=place, seconds=_SECONDS, most=0)
        if answer.status not in _FINE:
            first, last = lines[0].record.sequence, lines[-1].record.sequence
            raise LedgerUnavailable(
                f"{place} answers {answer.status} to the records {first} to {last}"
            )

    def close(self) -> None:
        """Nothing is held open."""
