"""What was found in a value: where and what kind, never the value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sluicegate.model.data import DataClass

UNREAD: Final = DataClass("unread")
"""Class of what could not be looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFinding:
    """One place of a value at which a detector fired, or that could not be looked into."""

    where: str
    """``return_value[3].user.email``. A key that is no plain identifier, or in which something was
    found, is told by its number: ``return_value{2}``, from 0."""
    data_class: DataClass
    """``unread`` if the place could not be looked into."""
    detector: str
    """Id of the detector; of what is unread, why: ``type``, ``depth``, ``size``, ``bytes`` …"""
    score: float
    """0 to 1."""

    def __str__(self) -> str:
        if self.data_class == UNREAD:
            return f"{self.where}: cannot be looked into ({self.detector})"
        return f"{self.where}: {self.data_class} ({self.detector}, score {self.score:.2f})"
