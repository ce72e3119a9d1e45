"""A record that evidence is made of, with its facts and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluicegate.ledger.question import Facts
    from sluicegate.ledger.row import Row
    from sluicegate.model.events import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record of the ledger."""

    record: Record
    row: Row
    """The record as it is stored."""
    facts: Facts
    """What it tells, flat; an outcome with what its intent tells."""
    turns_policy: bool
    """Whether the policy is another one than that of the record before which named one."""
    proof: Mapping[str, Any] = field(default_factory=dict)
    """That it is in the ledger; empty until the record was chosen."""

    @property
    def sequence(self) -> int:
        """Number of the record."""
        return self.record.sequence

    @property
    def proof_name(self) -> str:
        """Name of its proof in a bundle; one width, so that names sort as numbers do."""
        return f"proofs/{self.sequence:09d}.json"
