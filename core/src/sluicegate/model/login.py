"""A short-lived login that reads masked views by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sluicegate.model.canonical import digest
from sluicegate.model.data import RelationName
from sluicegate.model.decision import Decision
from sluicegate.model.findings import Reason
from sluicegate.model.sensitive import Sensitive


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """Which login is asked for."""

    source: str
    """Name of the source in policy and settings; PostgreSQL."""
    purpose: str
    relations: tuple[str, ...] = ()
    """``schema.table`` each; empty: all that rules grant."""
    minutes: int | None = None
    """How long it lives; ``None``: as long as the rules grant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPlan:
    """What a login would see, bound by its digest."""

    source: str
    purpose: str
    minutes: int
    views: tuple[tuple[str, str], ...] = field(repr=False)
    """Name → query of each masked view."""
    relations: tuple[RelationName, ...]
    left_out: tuple[str, ...]
    """Columns that are NULL there, since only the guard could mask them."""
    decision: Decision

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides what can be read: any changed byte changes it."""
        return digest(
            {
                "source": self.source,
                "purpose": self.purpose,
                "minutes": self.minutes,
                "views": self.views,
                "policy": self.decision.policy_digest,
                "rules": self.decision.rules,
                "approval": self.decision.obligations.approval,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokeredLogin:
    """A login, or why there is none. Password and URL are never shown."""

    source: str
    name: str = ""
    """Empty if it was refused."""
    password: Sensitive[str] = field(default_factory=lambda: Sensitive(""))
    url: Sensitive[str] = field(default_factory=lambda: Sensitive(""))
    """``postgresql://…`` with name and password."""
    expires: datetime | None = None
    """UTC, by the clock of the source."""
    views: tuple[str, ...] = ()
    """What it can read, in a schema of its name that it searches first."""
    left_out: tuple[str, ...] = ()
    """Columns that are NULL there, since only the guard could mask them."""
    reasons: tuple[Reason, ...] = ()
    approval: str = ""
    """Digest to approve; empty if nobody has to."""
    blind_spots: tuple[str, ...] = ()
    intent_sequence: int = 0
    outcome_sequence: int = 0

    @property
    def refused(self) -> bool:
        """Whether there is none."""
        return not self.name
