"""What the ledger tells of a purpose's key: its epochs, and what was destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sluicegate.errors import KeysDisagree
from sluicegate.model.events import Event, Record

CREATED: Final = "key.created"
DESTROYED: Final = "key.destroyed"
ERASED: Final = "key.erased"
_KINDS: Final = frozenset({CREATED, DESTROYED, ERASED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One epoch of a purpose's key."""

    number: int
    """From 1. Numbers tell which is newer; a clock may go back."""
    key_id: str
    created: datetime
    created_by: str
    destroyed: datetime | None = None
    erased: bool = False
    """Whether its erasure from the key store is on record too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHistory:
    """A purpose's key over its epochs."""

    purpose: str
    epochs: tuple[Epoch, ...] = ()
    changes: tuple[str, ...] = ()
    """Hash of the record of each change, in order."""

    @property
    def current(self) -> Epoch | None:
        """The newest epoch; ``None`` if there is none, or it was destroyed."""
        newest = self.epochs[-1] if self.epochs else None
        return newest if newest and newest.destroyed is None else None

    @property
    def destroyed(self) -> bool:
        """Whether the purpose has lost its key, and waits for somebody to create another."""
        return bool(self.epochs) and self.current is None

    @property
    def alive(self) -> tuple[Epoch, ...]:
        """Epochs whose key was not destroyed."""
        return tuple(e for e in self.epochs if e.destroyed is None)

    def change(self, kind: str, by: str, **facts: Any) -> tuple[Event, str]:
        """Return the event of the next change, and the name that only one writer can use.

        Whoever else changes the purpose's key meanwhile uses the same name, and one of both loses:
        every change is made by somebody who knew all changes before.
        """
        number = len(self.changes) + 1
        body = {"purpose": self.purpose, "change": number, "by": by, **facts}
        event = Event(kind=kind, subject=subject(self.purpose), body=body)
        return event, f"key:{number}:{self.purpose}"


def subject(purpose: str) -> str:
    """Return the subject under which the ledger keeps a purpose's changes."""
    return f"purpose:{purpose}"


def told(purpose: str, records: Iterable[Record]) -> KeyHistory:
    """Read a purpose's history from its records.

    Raises:
        KeysDisagree: a change is missing, or one does not follow from those before.
    """
    history = KeyHistory(purpose=purpose)
    for record in records:
        if record.kind not in _KINDS:
            continue
        try:
            history = _followed(history, record)
        except (KeyError, TypeError, ValueError):
            raise KeysDisagree(
                f"record {record.sequence} does not follow from what the ledger tells of the key"
                f" of the purpose {purpose!r}",
                hint="records are missing or were added: run `sluicegate ledger verify`",
            ) from None
    return history


def _followed(history: KeyHistory, record: Record) -> KeyHistory:
    body = record.body
    if body["purpose"] != history.purpose or body["change"] != len(history.changes) + 1:
        raise ValueError("not the next change")
    if record.kind == CREATED:
        epochs = (*history.epochs, _created(record, len(history.epochs) + 1))
    elif record.kind == DESTROYED:
        epochs = _with(history.epochs, body, destroyed=record.time)
    else:
        epochs = _with(history.epochs, body, erased=True)
    return replace(history, epochs=epochs, changes=(*history.changes, record.hash))


def _created(record: Record, number: int) -> Epoch:
    body = record.body
    if body["epoch"] != number:
        raise ValueError("not the next epoch")
    return Epoch(number=number, key_id=body["key_id"], created=record.time, created_by=body["by"])


def _with(epochs: tuple[Epoch, ...], body: Mapping[str, Any], **facts: Any) -> tuple[Epoch, ...]:
    numbers = frozenset(body["epochs"])
    if not numbers <= {e.number for e in epochs}:
        raise ValueError("an epoch that never was")
    return tuple(replace(e, **facts) if e.number in numbers else e for e in epochs)
