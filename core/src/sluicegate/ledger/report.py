"""The result of verifying a ledger."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFault:
    """The first thing that is wrong."""

    sequence: int
    """The first bad record; where records are missing, the first that is not there; where only a
    range can be told, its first, and ``message`` tells the last."""
    code: str
    """Stable: ``malformed hash key signature previous missing extra rewritten truncated storage
    schema checkpoint tree dropped``.
    """
    message: str

    def __str__(self) -> str:
        return f"record {self.sequence}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """What ``Ledger.verify`` found."""

    records: int
    """Records that hold, from the first on."""
    head: tuple[int, str] | None
    """Sequence and hash of the last record that holds: worth writing down elsewhere."""
    fault: LedgerFault | None = None
    """``None`` if everything holds."""
    notes: tuple[str, ...] = ()
    """What a reader should know, though it is no fault: clocks that went back."""
    root: str = ""
    """Root of the tree over the records that hold, in hex."""
    checkpoints: int = 0
    """Signed checkpoints that were held against the records, those on record and witnesses'."""
    dropped: int = 0
    """Records whose body was dropped when its retention ended."""

    @property
    def ok(self) -> bool:
        """Whether every record holds."""
        return self.fault is None
