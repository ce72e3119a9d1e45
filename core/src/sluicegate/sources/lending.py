"""The port of a source that can make short-lived logins over masked views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from sluicegate.model.sensitive import Sensitive


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A login that was made."""

    name: str
    password: Sensitive[str]
    url: Sensitive[str]
    expires: datetime
    notes: tuple[str, ...] = ()
    """Blind spots: what the login may read besides."""


@runtime_checkable
class Lending(Protocol):
    """What a source has besides, if it can lend logins.

    Failure mode: closed. A login that cannot be kept to its views, or whose password or expiry the
    server does not mind, is not made.
    """

    def lend(self, name: str, views: Mapping[str, str], *, minutes: int, run: str) -> Lent:
        """Make the login ``name`` and its views; what others left that has expired is dropped.

        Args:
            name: From ``new_login``.
            views: Name → query, generated and proved by the guard.
            minutes: Until nobody can log in any more.
            run: Key of the run, for the comment on it.
        """

    def new_login(self) -> str:
        """Return a name that nobody can guess."""

    def take_back(self, name: str) -> bool:
        """End the sessions of a login and drop it; ``False`` if there was none of ours."""
