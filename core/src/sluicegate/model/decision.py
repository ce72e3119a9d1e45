"""What the policy decides, and what it obliges the gate to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sluicegate.model.data import ColumnRef, DataClass, RelationName
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Mask
from sluicegate.model.risk import Budget, RiskTerms


class Effect(StrEnum):
    """Permit or deny: there is no third."""

    PERMIT = "permit"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Budgets of one extract; ``None`` is no limit of this kind."""

    rows: int | None = None
    bytes: int | None = None
    """Bytes of Arrow data that come out of the source."""
    seconds: float | None = None
    """Wall time of the query and its stream."""
    cost: float | None = None
    """What the source's planner may expect at most, in its own unit."""
    memory: int | None = None
    """Bytes of memory of an engine that runs in this process, and of one batch of any source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalTerms:
    """Who must consent, how many distinct people, and for how long an answer counts."""

    required: int = 1
    approvers: tuple[str, ...] = ()
    """Names that may answer; never the requester."""
    expires_seconds: int = 86_400
    """Counted from the request; afterwards it is a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTerms:
    """What a policy bears of the store that an output lies in; nothing, unless it says so."""

    public: bool = False
    """Whether anybody may be able to read the bucket."""
    unencrypted: bool = False
    """Whether the bucket may lack encryption by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """How a column of the source must be treated."""

    column: ColumnRef
    data_class: DataClass | None
    """``None``: the policy does not classify it."""
    mask: Mask | None
    """``None``: it may not be read at all."""
    rule: str
    """Id of the policy rule or default that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligations:
    """What a permit is bound to; a permit whose obligations cannot be met is void."""

    columns: Mapping[ColumnRef, ColumnRule] = field(default_factory=lambda: MappingProxyType({}))
    """Every column of every relation that was asked for."""
    row_filters: Mapping[RelationName, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """SQL conditions over the relation's own columns; all must hold."""
    limits: Limits = field(default_factory=Limits)
    approval: ApprovalTerms | None = None
    outputs: tuple[tuple[str, ...], ...] = ()
    """Patterns of output folders; of each tuple one must match."""
    keep_classes: frozenset[DataClass] = frozenset()
    """Classes whose values may leave unmasked, by an ``unmask`` grant: not a leak when found."""
    risk: RiskTerms | None = None
    """What the result must fulfil as a whole; ``None``: its disclosure risk is not measured."""
    budgets: tuple[Budget, ...] = ()
    """What the consumer may get for the purpose in a period; all must hold."""
    quality: tuple[str, ...] = ()
    """Quality checks that the result must pass; all must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The policy's answer to one request."""

    effect: Effect
    policy_digest: str
    rules: tuple[str, ...] = ()
    """Ids of the rules that decided, the deciding one first."""
    reasons: tuple[Reason, ...] = ()
    obligations: Obligations = field(default_factory=Obligations)
    valid_until: datetime | None = None
    """End of the validity window of the permit, if it has one."""

    @property
    def permitted(self) -> bool:
        """Whether the effect is permit."""
        return self.effect is Effect.PERMIT
