"""A policy that was checked: immutable, its names resolved, its patterns expanded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sluicegate.model.data import DataClass, RelationName
from sluicegate.model.decision import ApprovalTerms, Limits, StoreTerms
from sluicegate.model.guardrails import Severity
from sluicegate.model.masks import Mask
from sluicegate.model.risk import Budget, RiskTerms
from sluicegate.policy.grants import ExecuteRule, LoginRule, ScanRule


class Unclassified(StrEnum):
    """What becomes of a column that the policy does not classify."""

    REFUSE = "refuse"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Patterns on a run identity, all of which must match."""

    patterns: tuple[tuple[str, str], ...]
    """Field of the run identity, and its pattern."""
    authenticated: bool
    """Whether the person behind the run must be authenticated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a rule is in force, in UTC; ``None`` is open."""

    start: datetime | None = None
    until: datetime | None = None
    """The first instant after it."""

    def holds(self, now: datetime) -> bool:
        """Tell whether ``now`` lies in it."""
        return (self.start is None or self.start <= now) and (
            self.until is None or now < self.until
        )


Tables = Mapping[str, frozenset[RelationName]]
"""Source to tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRule:
    """A rule that permits."""

    id: str
    principals: tuple[Principal, ...]
    purposes: frozenset[str]
    tables: Tables
    columns: Mapping[RelationName, frozenset[str]]
    """The only columns that may be read of a table; a table that is missing is not narrowed."""
    masks: Mapping[DataClass, Mask]
    unmask: frozenset[DataClass]
    row_filters: Mapping[RelationName, str]
    limits: Limits
    outputs: tuple[str, ...]
    """Patterns of output folders; empty: anywhere."""
    approval: ApprovalTerms | None
    risk: RiskTerms | None
    budget: Budget | None
    quality: frozenset[str]
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbidRule:
    """A rule that forbids; ``None`` means any."""

    id: str
    reason: str
    principals: tuple[Principal, ...] | None
    purposes: frozenset[str] | None
    sources: frozenset[str] | None
    tables: Tables | None
    classes: frozenset[DataClass] | None
    window: Window

    def covers(self, source: str, relation: RelationName) -> bool:
        """Tell whether its tables hold ``relation``."""
        return self.tables is None or relation in self.tables.get(source, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmaskRule:
    """A rule that lets reversible masks be undone."""

    id: str
    principals: tuple[Principal, ...]
    purposes: frozenset[str]
    classes: frozenset[DataClass]
    values: int
    """Most values of one call."""
    window: Window
    approval: ApprovalTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePolicy:
    """The tables of a source, each with its columns' data classes."""

    unclassified: Unclassified
    environment: str | None
    tables: Mapping[RelationName, Mapping[str, DataClass]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A checked policy. Build it by ``load_policy`` or ``parse_policy`` only."""

    name: str
    digest: str
    """``sha256:<hex>`` of what the file means: comments, layout and order do not change it."""
    sources: Mapping[str, SourcePolicy]
    classes: Mapping[DataClass, Mask]
    """Default mask of every class, the built-in ones included."""
    declared: frozenset[DataClass]
    """Classes whose default mask stands in the file."""
    severities: Mapping[str, Severity]
    """Guardrail → severity, where the file gives one."""
    guardrail_approval: ApprovalTerms | None
    """Who is asked by a guardrail, where the rule itself asks nobody."""
    permits: tuple[PermitRule, ...]
    """Ordered by id, as are the forbids: their order in the file means nothing."""
    forbids: tuple[ForbidRule, ...]
    unmasks: tuple[UnmaskRule, ...] = ()
    executes: tuple[ExecuteRule, ...] = ()
    scans: tuple[ScanRule, ...] = ()
    logins: tuple[LoginRule, ...] = ()

    outputs: StoreTerms
    """What is borne of the store that an output lies in."""

    def forbid(self, rule: str) -> ForbidRule | None:
        """Find a forbid rule by its id, for example to show its reason."""
        return next((r for r in self.forbids if r.id == rule), None)
