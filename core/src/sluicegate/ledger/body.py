"""What an event may hold: checks and the canonical text of its body."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, cast

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
    plain = _is_plain(body, 0)
    if not plain:
        _check(body, "", 0)
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


def _is_plain(value: object, depth: int) -> bool:
    """Tell whether there are only objects, lists and the plain types above, as almost always."""
    if depth > _DEPTH:
        return False
    kind = type(value)
    if kind in _PLAIN:
        return True
    if isinstance(value, dict):
        if kind is not dict or not set(map(type, value)) <= {str}:
            return False
        value = tuple(value.values())
    elif kind is not list and kind is not tuple:
        return False
    return all(_is_plain(item, depth + 1) for item in cast("Sequence[object]", value))


def _check(value: object, place: str, depth: int) -> None:
    """Refuse by type and place; the value itself is never shown."""
    if depth > _DEPTH:
        raise LedgerError(f"the event's body is nested deeper than {_DEPTH} levels")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise LedgerError(f"a key at {place or '/'} of the event's body is not text")
        for key, item in value.items():
            _check(item, f"{place}/{key}", depth + 1)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            _check(item, f"{place}/{number}", depth + 1)
    elif value is not None and not isinstance(value, (str, int, float)):
        raise LedgerError(
            f"{place or '/'} of the event's body is {type(value).__name__}, not a JSON type",
            hint="turn it into text, a number, a list or an object first",
        )
