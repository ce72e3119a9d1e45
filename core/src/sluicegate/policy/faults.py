"""Faults of a policy file: where, what, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sluicegate.errors import PolicyInvalid

MOST_FAULTS = 100
"""So many are told one by one; the rest are counted, which bounds the work on a hostile file."""
_LONGEST_QUOTE = 60
_MOST_NAMES = 12


class Place(NamedTuple):
    """A place in the file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing that is wrong with a policy file."""

    place: Place
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place.line}:{self.place.column}: {self.what}, {self.remedy}"


class Faults:
    """Collects faults, so that one run of a check tells all of them."""

    def __init__(self) -> None:
        self._told: dict[Fault, None] = {}
        self._untold = 0

    def __bool__(self) -> bool:
        return bool(self._told)

    def add(self, place: Place, what: str, remedy: str) -> None:
        """Note a fault; the same one is noted once."""
        if len(self._told) >= MOST_FAULTS:
            self._untold += 1
            return
        self._told[Fault(place=place, what=what, remedy=remedy)] = None

    def add_unknown(self, place: Place, kind: str, name: str, known: Iterable[str]) -> None:
        """Note a name that nothing answers to, with the nearest known ones as the remedy."""
        # Looking for near names is the slow part, so it is not done for faults nobody will read.
        full = len(self._told) >= MOST_FAULTS
        self.add(place, f"unknown {kind} {quote(name)}", "" if full else near(name, known))

    def sorted(self) -> tuple[Fault, ...]:
        """Return the faults in the order of the file."""
        return tuple(sorted(self._told))

    def error(self, name: str) -> PolicyInvalid:
        """Build the error that tells all faults, one per line, as ``file:line:column: …``."""
        return PolicyInvalid(self.text("the policy is not valid", name))

    def text(self, headline: str, name: str) -> str:
        """Tell all faults below a headline, one per line, as ``file:line:column: …``."""
        lines = [f"{name}:{fault}" for fault in self.sorted()]
        if self._untold:
            lines.append(f"{name}: and {self._untold} more")
        return f"{headline}:\n" + "\n".join(lines)


def near(name: str, known: Iterable[str]) -> str:
    """Say which known names are nearest to ``name``."""
    names = sorted(set(known))
    folded = {known_name.casefold(): known_name for known_name in names}
    close = difflib.get_close_matches(name[:200].casefold(), folded, n=3)
    if close:
        return f"did you mean {', '.join(quote(folded[c]) for c in close)}?"
    shown = ", ".join(quote(n) for n in names[:_MOST_NAMES]) + (
        ", …" if len(names) > _MOST_NAMES else ""
    )
    return f"known: {shown}" if names else "none is declared"


def quote(text: str) -> str:
    """Show a word of the file: in back quotes, cut, and with nothing that moves a cursor."""
    cut = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    return "`" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + "`"
