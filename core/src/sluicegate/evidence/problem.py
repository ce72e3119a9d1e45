"""What is wrong with an output that was verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DEMAND: Final = "demand-"
"""How the code of a demand that is not met begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it was attested, or not as the consumer demands."""

    code: str
    """Stable: ``missing-attestation signature manifest ledger changed added removed not-a-file
    unreadable``; and ``demand-`` before ``scan age clock purpose source policy environment
    producer relation dataset parent approvals blind-spots ledger keyless keyless-missing``.
    """
    place: str
    """The file, relative to the output; characters that a terminal would act on are escaped."""
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"
