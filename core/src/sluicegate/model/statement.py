"""A statement that changes a source: what is asked, what will run, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from sluicegate.model.canonical import digest, plain
from sluicegate.model.data import RelationName
from sluicegate.model.decision import ApprovalTerms, Decision
from sluicegate.model.findings import Reason
from sluicegate.model.plan import OutputColumn, Statement
from sluicegate.model.request import Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRequest:
    """One statement that changes a source."""

    source: str
    """Name of the source in policy and settings; its login must be one that may write."""
    sql: str = field(repr=False)
    """One statement in the source's dialect; parameters as ``:name``."""
    purpose: str
    parameters: Mapping[str, Scalar] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )
    """Bound to the statement, never spliced into it."""
    dry_run: bool = False
    """Run it, tell how many rows it changes, and take it back."""
    max_affected_rows: int | None = None
    """Fewer rows than the policy allows; never more."""
    approval: ApprovalTerms | None = None
    """Consent that the pipeline itself asks for, beside what the policy asks for."""
    occurrence: int = 1
    """Which of several equal statements of one run it is: each runs once, over all tries."""


class StatementStatus(StrEnum):
    """The ends that a statement can have."""

    PLANNED = "planned"
    """It would run; nothing was asked of the data."""
    EXECUTED = "executed"
    """What it changed was committed."""
    DRY_RUN = "dry_run"
    """It ran and was taken back."""
    REFUSED = "refused"
    """Nothing was changed: policy, guardrail, missing approval, or more rows than allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPlan:
    """The whole intent of one statement, bound by its digest."""

    source: str
    dialect: str
    purpose: str
    kind: str
    """``insert``, ``update``, ``create_table`` …: what a policy's ``statements`` lists."""
    statement: Statement = field(repr=False)
    shape: str
    """The user's statement with every literal replaced by ``?``: safe to record."""
    targets: tuple[RelationName, ...]
    """Tables that it changes."""
    relations: tuple[RelationName, ...]
    """Tables that it reads."""
    columns: tuple[OutputColumn, ...] = ()
    """What a SELECT in it gives, and the mask of each."""
    decision: Decision
    max_affected_rows: int
    warnings: tuple[Reason, ...] = ()
    parameters_digest: str = ""
    """Keyed digest of the bound parameters."""

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides what is changed: any changed byte changes it."""
        return digest(
            {
                "source": self.source,
                "dialect": self.dialect,
                "purpose": self.purpose,
                "statement": plain(self.statement),
                "targets": [str(t) for t in self.targets],
                "policy": self.decision.policy_digest,
                "rules": self.decision.rules,
                "limits": self.decision.obligations.limits,
                "approval": self.decision.obligations.approval,
                "valid_until": str(self.decision.valid_until),
                "most": self.max_affected_rows,
                "parameters": self.parameters_digest,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOutcome:
    """What came of a statement. Safe to log, store and show: it holds no value."""

    status: StatementStatus
    run_key: str
    """Digest that names the piece of work over its tries."""
    reasons: tuple[Reason, ...] = ()
    plan: StatementPlan | None = None
    affected_rows: int = 0
    """Rows that the statement itself changed, or would have."""
    affected_with_others: int = 0
    """Those, and the rows that triggers and cascades changed, where the source tells."""
    blind_spots: tuple[str, ...] = ()
    approval: str = ""
    """Digest to approve; empty if nobody has to."""
    intent_sequence: int = 0
    outcome_sequence: int = 0
    replayed: bool = False
    """An earlier try of this run had executed it already; nothing was changed again."""
    seconds: float = 0.0

    @property
    def executed(self) -> bool:
        """Whether the change is there."""
        return self.status is StatementStatus.EXECUTED
