"""What is known of one Python file, alone: small, without a value, and fit to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A place in a file, and which rule speaks of it."""

    line: int
    column: int
    rule: str
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Uses:
    """What a file does with connections."""

    certain: list[Place] = field(default_factory=list)
    """Guarded connections or hosts that are used."""
    loose: list[Place] = field(default_factory=list)
    """Names of guarded connections that stand where they may get anywhere."""
    unseen: list[Place] = field(default_factory=list)
    """Connections that are opened by an id which the file does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one file holds."""

    certain: tuple[Place, ...] = ()
    loose: tuple[Place, ...] = ()
    unseen: tuple[Place, ...] = ()
    modules: tuple[str, ...] = ()
    """Modules that it imports, as they are written."""

    def as_json(self) -> dict[str, Any]:
        """Return the facts in JSON types."""
        return asdict(self)

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the facts that ``as_json`` gave.

        Raises:
            KeyError: they are of another form; so are ``TypeError`` and ``ValueError``.
        """
        return cls(
            certain=tuple(Place(**place) for place in data["certain"]),
            loose=tuple(Place(**place) for place in data["loose"]),
            unseen=tuple(Place(**place) for place in data["unseen"]),
            modules=tuple(map(str, data["modules"])),
        )
