"""What a detector is: a pattern, what must stand in every match, and how sure a match makes us."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.head import head_of, is_named
from sluicegate.detect.pattern import compiled
from sluicegate.model.data import DataClass

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


class Verdict(NamedTuple):
    """A validator's answer to one match."""

    lift: float
    """Added to the score; negative if the value looks less real than its form."""
    length: int
    """Bytes of the value that belong to it, from its start: what follows is given back."""


Validator = Callable[[bytes], Verdict | None]
"""Judges the bytes of one match. ``None`` drops the match; the search goes on one byte later."""


class Shape(StrEnum):
    """Shapes of digits that are found with array arithmetic instead of an automaton."""

    DIGITS = "digits"
    """A chain of digits with at most three separators between two of them."""
    DOTTED = "dotted"
    """Four runs of digits joined by single dots."""
    COUNTRY_CHECK = "country_check"
    """Two letters, then two digits: how an IBAN begins."""


CHAIN_REACH = (8, 8)
"""Bytes that a match may reach before and after its chain of digits, for example for ``+(``."""


Check = Callable[[Bytes, Ints, Ints], npt.NDArray[np.bool_]]
"""Judges many cells, or chains, at once: the buffer, where each begins and ends. True where it is
right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Something that every finding of a detector holds, cheap to find in a whole buffer.

    If a finding could lack its anchor, the fast scan would miss it; so a test compares the fast
    scan with the exhaustive one for every detector.
    """

    expressions: tuple[bytes, ...] = ()
    """Hyperscan expressions, any of which must lie inside the match. No assertions."""
    caseless: bool = False
    assigned: int = 0
    """Bytes after the end of the anchor within which every match has a sign that assigns; the
    anchor is looked for only before such signs. 0: there may be none.
    """
    shape: Shape | None = None
    digits: int = 0
    """For ``Shape.DIGITS``: how many digits the chain holds at least."""
    run: int = 1
    """For ``Shape.DIGITS``: how many of them stand side by side at least."""
    sieve: Check | None = field(default=None, repr=False, compare=False)
    """For ``Shape.DIGITS``: tells which chains may hold a match that the validator takes."""
    before: int = 0
    """A match begins at most so many bytes before the end of the anchor, or before the first digit
    of a chain.
    """
    after: int = 0
    """A match ends at most so many bytes after the end of the anchor, or of a chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Cells that are a finding from end to end, told by their form: for columns full of them.

    A cell that matches ``pattern`` and passes ``check`` must be what pattern and validator of the
    detector take as a whole, with this lift. It may be narrow; other cells are looked at as usual.
    """

    pattern: str
    """RE2 over Latin-1, anchored at both ends."""
    shortest: int
    """Bytes that a cell holds at least, to fit."""
    longest: int
    lift: float = 0.0
    check: Check | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Texts that a detector must and must not fire on, already expanded."""

    match: tuple[str, ...]
    no_match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """One entry of the catalogue, compiled."""

    id: str
    data_class: DataClass
    expression: bytes
    """Python's syntax, bounded: no match is longer than ``longest``. A group ``v`` names the value.
    """
    caseless: bool = False
    anchor: Anchor
    validator: Validator | None = field(default=None, compare=False)
    validator_name: str = ""
    context: frozenset[str] = frozenset()
    """Words near the match, or in the column's name, that raise the score."""
    against: frozenset[str] = frozenset()
    """Words near the match that lower it."""
    score: float
    """Of a match on its own, 0 to 1."""
    context_lift: float = 0.35
    context_required: bool = False
    """Whether a match without such a word is dropped."""
    most_lift: float = 0.0
    """The highest lift that the validator gives: what it can never be surer than."""
    threshold: float = 0.5
    """A match below it is not a finding."""
    advisory: bool = False
    """Whether a finding is only told: it is neither redacted nor a leak."""
    lookbehind: int = 1
    """Bytes before a match that its pattern may look at."""
    lookahead: int = 1
    """Bytes after the longest match that its pattern may look at."""
    longest: int
    """Bytes of the longest match."""
    outline: str
    """RE2 over Latin-1 that matches wherever the pattern does, and perhaps elsewhere."""
    whole: tuple[Whole, ...] = ()
    examples: Examples
    source: str
    """Where the rule comes from: the name of a standard or of a vendor's documentation."""
    origin: str = ""
    """Name of the file that it stands in, and of the plug-in that brought it."""

    def highest(self, column: frozenset[str]) -> float:
        """Return the highest score of a match that has no words around it."""
        lifted = not self.context.isdisjoint(column)
        if self.context_required and not lifted:
            return 0.0
        return min(self.score + self.most_lift + (self.context_lift if lifted else 0.0), 1.0)

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """The compiled expression."""
        return compiled(self.expression, self.caseless)

    @property
    def head(self) -> re.Pattern[bytes] | None:
        """Matches the first byte of every match; ``None`` if that may be any."""
        return head_of(self.expression, self.caseless)

    @property
    def is_named(self) -> bool:
        """Whether every match begins with one of some names, which ``head`` knows."""
        return is_named(self.expression, self.caseless) and self.head is not None
