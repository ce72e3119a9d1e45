"""Lineage events of an extract. Failure mode: open. A broken transport never fails an extract."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sluicegate.gate.values.text import TextRedactor
from sluicegate.lineage import EventType, FileTransport, client_transport, run_event

if TYPE_CHECKING:
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import Plan
    from sluicegate.settings import Settings

_log: Final = logging.getLogger(__name__)
_OWN: Final = frozenset(
    {"_producer", "_schemaURL", "producer", "schemaURL", "eventTime", "runId", "plan", "policy"}
)
"""What we fill with names of our own, times and digests: no text of a run."""


def emit(
    settings: Settings,
    kind: EventType,
    plan: Plan | None,
    identity: RunIdentity,
    outcome: Outcome | None = None,
    error: str = "",
) -> None:
    """Emit one OpenLineage run event, to where the settings say, after it was redacted.

    Blocks no longer than one write to a file, and at the end of a run ``MOST_SECONDS`` for the
    client. An event that cannot be redacted is not sent.
    """
    if settings.lineage is None and not settings.openlineage:
        return
    event = event_of(settings, kind, plan, identity, outcome, error)
    if event is None:
        return
    if settings.lineage is not None:
        FileTransport(settings.lineage).emit(event)
    if settings.openlineage:
        transport = client_transport()
        transport.emit(event)
        if kind != "START":
            transport.flush()


def event_of(
    settings: Settings,
    kind: EventType,
    plan: Plan | None,
    identity: RunIdentity,
    outcome: Outcome | None = None,
    error: str = "",
) -> dict[str, Any] | None:
    """Build one run event and redact each of its texts; ``None`` if that cannot be done.

    It is built from names and counts; but who names a column or an output may put a value there.
    """
    try:
        now = datetime.now(UTC)
        event = run_event(
            kind, plan=plan, identity=identity, outcome=outcome, time=now, error=error
        )
        return redacted(event, TextRedactor.open(settings))
    except Exception as failure:  # noqa: BLE001 - lineage must not fail an extract
        _log.warning("a lineage event was dropped: %s", type(failure).__name__)
        return None


def redacted(event: Mapping[str, Any], redactor: TextRedactor) -> dict[str, Any]:
    """Return an event without what the redactor finds in its texts and names."""
    texts = list(dict.fromkeys(_texts("", event)))
    clean = dict(zip(texts, redactor.labelled_all(texts), strict=True))
    changed: dict[str, Any] = _replaced("", event, clean)
    return changed


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if name not in _OWN:
            yield name, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield "", key
            yield from _texts(key, item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(name, item)


def _replaced(name: str, value: Any, clean: Mapping[tuple[str, str], str]) -> Any:
    if isinstance(value, str):
        return value if name in _OWN else clean[name, value]
    if isinstance(value, Mapping):
        return {clean["", key]: _replaced(key, item, clean) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_replaced(name, item, clean) for item in value]
    return value
