"""Steps of a path to a place in a value, told without showing a key that is data."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


class Step:
    """One step. Knows its parent, so that a path is only written if something was found.

    Args:
        parent: The step before; none for the root.
        name: Key, attribute or the name of the root.
        position: Place among its siblings, from 0.
        bracket: What the position stands in if there is no name to show.
    """

    __slots__ = ("bracket", "depth", "name", "parent", "position", "withheld")

    def __init__(self, parent: Step | None, name: str, position: int, bracket: str = "[]") -> None:
        self.parent = parent
        self.name = name
        self.position = position
        self.bracket = bracket
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.withheld = False

    @property
    def context(self) -> str:
        """The last two names on the way here: what a detector takes for a label of the value."""
        names: list[str] = []
        step: Step | None = self
        while step is not None and step.parent is not None and len(names) < 2:  # noqa: PLR2004
            if step.name:
                names.append(step.name)
            step = step.parent
        return " ".join(reversed(names))

    def __str__(self) -> str:
        parts: list[str] = []
        step: Step | None = self
        while step is not None:
            parts.append(step.shown())
            step = step.parent
        return "".join(reversed(parts))

    def shown(self) -> str:
        """This step alone."""
        if self.parent is None:
            return "(name withheld)" if self.withheld else self.name
        if self.name and not self.withheld and _PLAIN.fullmatch(self.name):
            return f".{self.name}"
        return f"{self.bracket[0]}{self.position}{self.bracket[1]}"
