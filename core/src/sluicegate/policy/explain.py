"""Decides, and tells how: the decision and its explanation come from one evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sluicegate.errors import PolicyError
from sluicegate.model.data import Relation, RelationName
from sluicegate.model.decision import ColumnRule, Decision, Effect
from sluicegate.model.findings import Reason
from sluicegate.model.identity import RunIdentity
from sluicegate.model.request import ExtractRequest
from sluicegate.policy.denial import denials, early_denials
from sluicegate.policy.matching import Asked, Miss, forbid_miss, permit_miss, table_miss
from sluicegate.policy.obligations import build_obligations, involved, valid_until
from sluicegate.policy.values import ForbidRule, PermitRule, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVerdict:
    """What became of one rule."""

    rule: str
    effect: str
    """``permit`` or ``forbid``."""
    matched: bool
    reason: str
    """The first thing that did not match; for a forbid that matched, its text for the user."""
    relations: tuple[RelationName, ...] = ()
    """Relations of the request that the rule covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A decision and how it came about. For the author of the policy: it quotes rules."""

    decision: Decision
    verdicts: tuple[RuleVerdict, ...]
    """Every rule: forbids first, then permits, each by id."""

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Ids of the rules that decided; empty if nothing was permitted by any."""
        return self.decision.rules

    @property
    def columns(self) -> tuple[ColumnRule, ...]:
        """Class, mask and deciding rule or default of every column; empty if denied."""
        return tuple(self.decision.obligations.columns.values())


def decide(
    policy: Policy,
    *,
    request: ExtractRequest,
    identity: RunIdentity,
    relations: Sequence[Relation],
    now: datetime,
) -> Decision:
    """Decide a request. What no rule permits is denied, and a forbid beats every permit.

    Args:
        policy: The policy.
        request: What is asked for; its SQL is not looked at.
        identity: The run; its ``environment`` must come from the settings.
        relations: Every table and view that the statement reads, from the live catalogue.
        now: The time, with a zone.

    Raises:
        PolicyError: ``now`` has no zone, so that no window can be judged.
    """
    return explain(
        policy, request=request, identity=identity, relations=relations, now=now
    ).decision


def explain(
    policy: Policy,
    *,
    request: ExtractRequest,
    identity: RunIdentity,
    relations: Sequence[Relation],
    now: datetime,
) -> Explanation:
    """Decide as ``decide`` does, and tell of every rule why it did or did not match."""
    if now.utcoffset() is None:
        raise PolicyError("the time of the decision has no zone", hint="pass an aware datetime")
    asked = Asked(request=request, identity=identity, relations=tuple(relations), now=now)
    misses = {rule.id: permit_miss(rule, asked) for rule in policy.permits}
    forbids = [rule for rule in policy.forbids if forbid_miss(rule, policy, asked) is None]
    verdicts = (
        *(_forbid_verdict(rule, policy, asked) for rule in policy.forbids),
        *(_permit_verdict(rule, asked, misses[rule.id]) for rule in policy.permits),
    )
    return Explanation(decision=_decide(policy, asked, misses, forbids), verdicts=verdicts)


def _decide(
    policy: Policy, asked: Asked, misses: dict[str, Miss | None], forbids: list[ForbidRule]
) -> Decision:
    whole = [rule for rule in forbids if rule.classes is None]
    if whole:
        reasons = tuple(
            Reason(code="POLICY-FORBIDDEN", message=rule.reason, place=f"rule {rule.id}")
            for rule in whole
        )
        return _deny(policy, reasons, tuple(rule.id for rule in whole))
    early = early_denials(policy, asked)
    if early:
        return _deny(policy, early)
    parts = {
        relation.name: [
            rule
            for rule in policy.permits
            if misses[rule.id] is None
            and table_miss(rule, asked.request.source, relation.name) is None
        ]
        for relation in asked.relations
    }
    missing = [name for name, rules in sorted(parts.items()) if not rules]
    if missing:
        return _deny(policy, denials(policy, asked, missing, misses))
    permits = involved(parts)
    return Decision(
        effect=Effect.PERMIT,
        policy_digest=policy.digest,
        rules=(*(rule.id for rule in permits), *(rule.id for rule in forbids)),
        obligations=build_obligations(policy, asked, parts, forbids),
        valid_until=valid_until(permits),
    )


def _deny(policy: Policy, reasons: tuple[Reason, ...], rules: tuple[str, ...] = ()) -> Decision:
    return Decision(effect=Effect.DENY, policy_digest=policy.digest, rules=rules, reasons=reasons)


def _forbid_verdict(rule: ForbidRule, policy: Policy, asked: Asked) -> RuleVerdict:
    miss = forbid_miss(rule, policy, asked)
    covered = (r.name for r in asked.relations if rule.covers(asked.request.source, r.name))
    return RuleVerdict(
        rule=rule.id,
        effect="forbid",
        matched=miss is None,
        reason=rule.reason if miss is None else miss.detail,
        relations=tuple(sorted(set(covered))),
    )


def _permit_verdict(rule: PermitRule, asked: Asked, miss: Miss | None) -> RuleVerdict:
    names = sorted({relation.name for relation in asked.relations})
    tables = {name: table_miss(rule, asked.request.source, name) for name in names}
    covered = tuple(name for name, lacking in tables.items() if lacking is None)
    if miss is None and not covered:
        miss = next((lacking for lacking in tables.values() if lacking), None)
    return RuleVerdict(
        rule=rule.id,
        effect="permit",
        matched=miss is None and bool(covered),
        reason=miss.detail if miss else "",
        relations=covered,
    )
