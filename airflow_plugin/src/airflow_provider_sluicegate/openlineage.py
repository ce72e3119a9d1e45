"""Redacts OpenLineage events before they leave, whatever transport they take.

Wrap the configured transport in OpenLineage's own ``transform``::

    {"type": "transform",
     "transformer_class": "airflow_provider_sluicegate.openlineage.RedactingTransformer",
     "transport": {"type": "http", "url": "https://lineage.example.org"}}

Events carry the raw text of exceptions (which may quote rows, or a password that Airflow masks in
its logs) and statements with all that was rendered into them.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from airflow.providers.common.compat.sdk import redact as masked
from openlineage.client.transport.transform import EventTransformer

from airflow_provider_sluicegate.strings import with_texts
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from openlineage.client.client import Event

_log = logging.getLogger(__name__)
_TELL_EVENTS: Final = (
    "openlineage.client.client",
    "openlineage.client.transport.transform.transform",
)
"""Loggers of the client that tell whole events, to debug, before a transformer gets them."""
_ERRORS: Final = frozenset({"redact", "withhold"})
_WITHHELD: Final = "withheld"
_OWN: Final = frozenset({"_producer", "_schemaURL", "producer", "schemaURL", "eventTime", "runId"})
"""What the client itself fills: no text of a run."""


class RedactingTransformer(EventTransformer):
    """Redacts each text of an event.

    The property ``errors`` says what becomes of exception texts: ``redact`` (the default), or
    ``withhold``, since names of people are not found in free text. Failure mode: closed. An event
    that cannot be redacted is not sent, which the log tells; the task goes on.
    """

    def __init__(self, properties: dict[str, Any]) -> None:
        super().__init__(properties)
        self._errors = properties.get("errors", "redact")
        if self._errors not in _ERRORS:
            raise ConfigurationError("the property errors is redact or withhold")
        for name in _TELL_EVENTS:
            logging.getLogger(name).addFilter(_is_no_debugging)

    def transform(self, event: Event) -> Event | None:
        """Return the event that may leave, or ``None`` if there is none."""
        try:
            return self._redacted(event)
        except Exception as error:  # noqa: BLE001 - whatever it is, the event must not leave
            _log.error(  # the chain may hold data
                "sluicegate: an OpenLineage event was not sent (%s)", type(error).__name__
            )
            return None

    def _redacted(self, event: Event) -> Event:
        from airflow_provider_sluicegate.values import text_redactor  # noqa: PLC0415 - heavy

        redact = text_redactor()

        def change(name: str, text: str) -> str:
            if name in _OWN or not text:
                return text
            hidden = masked(text)
            return redact.labelled(name, hidden if isinstance(hidden, str) else _WITHHELD)

        changed: Event = with_texts(event, change)
        if self._errors == "withhold":
            _withhold_error(changed)
        return changed


def _is_no_debugging(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


def _withhold_error(event: Any) -> None:
    """Take out the text of an exception and where it came from."""
    facets = getattr(getattr(event, "run", None), "facets", None) or {}
    if "errorMessage" in facets:
        facets["errorMessage"].message, facets["errorMessage"].stackTrace = _WITHHELD, None
