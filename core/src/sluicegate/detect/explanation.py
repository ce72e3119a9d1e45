"""What an explanation says: the steps of a score, and what lost. It holds no value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sluicegate.model.data import DataClass


class Part(StrEnum):
    """What a score is made of."""

    PATTERN = "pattern"
    VALIDATOR = "validator"
    CONTEXT = "context"
    AGAINST = "against"
    LIMIT = "limit"
    """No score is above 1."""
    UNKNOWN = "unknown"
    """The finding could not be replayed: it stands in a decoded form of the text, or a model
    marked it.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One step of a score. Words are those that the detector itself lists, never others."""

    part: Part
    amount: float
    name: str = ""
    """Of the validator."""
    near: tuple[str, ...] = ()
    """Listed words that stand beside the value."""
    column: tuple[str, ...] = ()
    """Listed words in the name of the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overcome:
    """A weaker finding on the same text."""

    detector: str
    data_class: DataClass
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one finding is one. The contributions add up to its score."""

    detector: str
    data_class: DataClass
    start: int
    """First byte in the cell."""
    length: int
    score: float
    threshold: float
    contributions: tuple[Contribution, ...]
    overcame: tuple[Overcome, ...] = ()
    """Best first."""
    disguised: bool = False
    """Whether it shows only once characters that look like others are taken for those."""
    rest: bool = False
    """Whether it is what a stronger finding left of a longer one."""
