"""What an examination of the installation found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How a checked thing is, from best to worst for the one who has to act."""

    FINE = "fine"
    FINDING = "finding"
    """It works and should be otherwise."""
    UNAVAILABLE = "unavailable"
    """It could not be looked at now."""
    WRONG = "wrong"
    """It cannot work until it is configured otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at. Holds no value from the data and no secret."""

    area: str
    """``settings``, ``policy``, ``allow-list``, ``key``, ``ledger``, ``source <name>`` …"""
    health: Health
    message: str
    hint: str = ""
