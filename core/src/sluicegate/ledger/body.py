"""What an event may hold: checks and the canonical text of its body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sluicegate.errors import LedgerError
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.events import Event

BODY_BYTES: Final = 256 * 1024
"""Most bytes of a canonical body. A record tells of data; it is no place to keep data."""
_NAME_CHARACTERS: Final = 512
_DEPTH: Final = 64
_PLAIN: Final = frozenset({str, int, bool, type(None)})


def check_names(event: Event, once: str | None) -> None:
    """Refuse names that cannot be stored the same way everywhere.

    Raises:
        LedgerError: a name is empty, too long, or holds control characters.
    """
    names = {"kind": event.kind, "subject": event.subject, "once": once}
    for label, name in names.items():
        if name is None:
            continue
        if not name or len(name) > _NAME_CHARACTERS or not name.isprintable():
            raise LedgerError(
                f"the {label} of an event must have 1 to {_NAME_CHARACTERS} printable characters"
            )


def body_text(body: Mapping[str, object]) -> str:
    """Return the canonical JSON (RFC 8785) of an event's body.

    Raises:
        LedgerError: it is too large or too deep, or holds something that is not JSON or that
            JSON readers do not agree on (integers beyond 2**53, keys that are not text).
    """
    plain = _check(body, "", 0)
    try:
        text = canonical_bytes(body)
        # text and integers have one form; a float may come back as an integer, or as another type
        stable = plain or canonical_bytes(json.loads(text)) == text
    except ValueError:
        stable = False
    if not stable:
        raise LedgerError(
            "the event's body holds text or a number that has no exact form in JSON",
            hint="give integers beyond 2**53 as text; take broken surrogates out",
        )
    if len(text) > BODY_BYTES:
        raise LedgerError(
            f"the event's body has {len(text):,} bytes, more than {BODY_BYTES:,}",
            hint="record a digest and keep the thing itself elsewhere",
        )
    return text.decode()


def _check(value: object, place: str, depth: int) -> bool:
    """Refuse by type and place; the value itself is never shown.

    Returns:
        Whether there are only texts, integers, truth values and nulls of the plain types below.
    """
    if depth > _DEPTH:
        raise LedgerError(f"the event's body is nested deeper than {_DEPTH} levels")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise LedgerError(f"a key at {place or '/'} of the event's body is not text")
        below = [_check(item, f"{place}/{key}", depth + 1) for key, item in value.items()]
        return all(below) and all(type(key) is str for key in value)
    if isinstance(value, (list, tuple)):
        below = [_check(item, f"{place}/{n}", depth + 1) for n, item in enumerate(value)]
        return all(below)
    if value is not None and not isinstance(value, (str, int, float)):
        raise LedgerError(
            f"{place or '/'} of the event's body is {type(value).__name__}, not a JSON type",
            hint="turn it into text, a number, a list or an object first",
        )
    return type(value) in _PLAIN
