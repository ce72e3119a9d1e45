"""A statement as it stands in a file, and the way back from its characters to the file's lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_PLACE: Final = re.compile(r"line (\d+), column (\d+)")
_HEAD: Final = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*+", re.DOTALL)


class Lines:
    """Line numbers of a text. A line ends at a line feed, as for the SQL parser."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character, both from 1."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the character at a place; the nearest one if there is none."""
        start = self._starts[max(0, min(line, len(self._starts)) - 1)]
        return max(0, min(start + column - 1, len(self.text)))

    def line(self, number: int) -> str:
        """Return a line without its end; empty if there is none."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end].rstrip("\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """SQL in a file."""

    sql: str = field(repr=False)
    offsets: Sequence[int] = field(repr=False)
    """Character of ``sql`` → character of the file; one more than ``sql`` has, for its end."""
    rendered: bool
    """Whether somebody renders it as a Jinja template before it is run."""
    source: str | None = None
    """Name of the source in the policy, where it is known."""
    anchors: tuple[int, ...] = ()
    """Lines of the file at which a suppression for all of it may stand."""
    lines: Lines = field(init=False, repr=False, compare=False)
    head: int = field(init=False, repr=False, compare=False)
    """First character that is neither white space nor comment."""

    def __post_init__(self) -> None:
        found = _HEAD.match(self.sql)
        object.__setattr__(self, "lines", Lines(self.sql))
        object.__setattr__(self, "head", found.end() if found else 0)

    @property
    def empty(self) -> bool:
        """Whether it holds nothing but white space and comments."""
        return self.head >= len(self.sql)

    def within(self, place: str) -> int:
        """Return the character of the SQL that a reason's place means, at least its first token."""
        if found := _PLACE.fullmatch(place):
            return max(self.head, self.lines.offset(int(found[1]), int(found[2])))
        return self.head


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """SQL that lint knows of but cannot see."""

    offset: int
    why: str
    anchors: tuple[int, ...] = ()
