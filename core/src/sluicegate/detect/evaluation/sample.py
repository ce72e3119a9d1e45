"""Labelled text: a sample, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

EVERYTHING: Final = "*"
"""In a sample's scope: whatever is not labelled in it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A labelled span, in characters."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One text of a corpus and everything that is labelled in it."""

    number: int
    """Line in its file, from 1."""
    text: str = field(repr=False)
    spans: tuple[Gold, ...] = ()
    scope: tuple[str, ...] | None = None
    """Labels that were looked for; ``None``: all those of the corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a scanner found in a sample, in characters."""

    start: int
    end: int
    data_class: str
    detector: str = ""
    score: float = 1.0
