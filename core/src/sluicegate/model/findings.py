"""What a scan found: places and classes, never values."""

from __future__ import annotations

from dataclasses import dataclass, field

from sluicegate.model.allow import Allowed
from sluicegate.model.data import DataClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One span that a detector found. Holds where and what kind, not the value (promise P5)."""

    column: str
    row: int
    """Row in the output, from 0."""
    start: int
    """First byte of the span in the cell's UTF-8 text."""
    length: int
    """Length of the span in bytes."""
    data_class: DataClass
    detector: str
    score: float
    """0 to 1."""
    path: str = ""
    """Where in a nested value, as a JSON pointer (RFC 6901); empty for a plain cell."""
    fingerprint: str = ""
    """Keyed digest of the value, 32 hex digits, so that equal values can be told without being
    shown.
    """
    key_id: str = ""
    place: str = ""
    """Column and path as an entry of an allow-list writes them after its ``#``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCount:
    """How many findings of one detector a column holds."""

    column: str
    data_class: DataClass
    detector: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """The result of scanning one stream."""

    rows: int
    bytes: int
    """Bytes of text that were scanned."""
    counts: tuple[FindingCount, ...] = ()
    samples: tuple[Finding, ...] = ()
    """The first findings of each column and detector, at most 20 each."""
    detectors: str = ""
    """``<catalogue version>/<number of detectors>/<digest>``."""
    blind_spots: tuple[str, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    """What entries of the allow-list let through: none of it is in ``counts`` or ``samples``."""

    @property
    def total(self) -> int:
        """Number of findings."""
        return sum(c.count for c in self.counts)

    def by_class(self) -> dict[DataClass, int]:
        """Number of findings per data class, most first."""
        sums: dict[DataClass, int] = {}
        for c in self.counts:
            sums[c.data_class] = sums.get(c.data_class, 0) + c.count
        return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something was refused or failed, for a person; holds no value from the data."""

    code: str
    """Stable: a guardrail (``G02``), a policy code (``POLICY-NO-RULE``) or an error code
    (``SG-…``).
    """
    message: str
    hint: str = ""
    place: str = ""
    """Where: ``line 3, column 8`` of the SQL, a column, a rule id."""

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.code}: {self.message}{where}{hint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionCount:
    """How often a mask acted on a column."""

    column: str
    data_class: DataClass
    count: int = field(default=0)
