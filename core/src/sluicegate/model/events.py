"""Events and records of the ledger, and the port through which other domains see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. ``body`` holds JSON types only, and no value from the data."""

    kind: str
    """``extract.intent``, ``extract.outcome``, ``approval.requested`` …"""
    subject: str
    """What it is about: the digest of a plan, the id of a run."""
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An event in its place in the chain."""

    sequence: int
    """From 1, without gaps."""
    time: datetime
    """UTC."""
    kind: str
    subject: str
    body: Mapping[str, Any]
    previous: str
    """Digest of the record before and its signature, ``sha256:<hex>``; of nothing for the first."""
    hash: str
    key_id: str
    signature: str
    """Ed25519 over ``hash``, base64."""
    dropped: bool = False
    """Whether the body was dropped when its retention ended; it is empty then."""


class EventLog(Protocol):
    """The part of a ledger that other domains use.

    Failure mode: closed. ``append`` either returns a durable record or raises
    ``LedgerUnavailable``.
    """

    def append(self, event: Event, *, once: str | None = None) -> Record:
        """Write ``event`` and return its record.

        Args:
            event: What happened.
            once: A name that may be used one time only, over all writers.

        Raises:
            LedgerUnavailable: it could not be written within the bound.
            AlreadyRecorded: ``once`` was used before.
        """

    def records(self, *, kind: str | None = None, subject: str | None = None) -> Iterator[Record]:
        """Yield the records in order, of one kind or subject if asked."""


class AlreadyRecorded(Exception):
    """The ``once`` name of an event was used before."""
