"""What the permit rules that take part oblige to, combined to the stricter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sluicegate.model.data import DataClass, RelationName
from sluicegate.model.decision import ApprovalTerms, ColumnRule, Limits, Obligations
from sluicegate.model.masks import Keep
from sluicegate.policy.columns import column_rules
from sluicegate.policy.matching import Asked
from sluicegate.policy.risk import strictest
from sluicegate.policy.values import ForbidRule, PermitRule, Policy, UnmaskRule

Parts = Mapping[RelationName, Sequence[PermitRule]]
"""Each relation of the request with the permit rules that cover it: at least one."""


def build_obligations(
    policy: Policy, asked: Asked, parts: Parts, forbids: Sequence[ForbidRule]
) -> Obligations:
    """Combine the rules that take part.

    Args:
        policy: The policy.
        asked: The request.
        parts: The permit rules of each relation.
        forbids: Forbid rules that make columns unreadable.
    """
    rules = involved(parts)
    columns = column_rules(policy, asked, parts, forbids)
    return Obligations(
        columns=MappingProxyType(columns),
        row_filters=MappingProxyType(_row_filters(parts)),
        limits=_limits(rules),
        outputs=tuple(dict.fromkeys(r.outputs for r in rules if r.outputs)),
        approval=combine_approvals([r.approval for r in rules if r.approval is not None]),
        keep_classes=_kept(columns.values(), rules),
        risk=strictest([r.risk for r in rules if r.risk is not None]),
        budgets=tuple(dict.fromkeys(r.budget for r in rules if r.budget is not None)),
        quality=tuple(sorted(frozenset[str]().union(*(r.quality for r in rules)))),
    )


def involved(parts: Parts) -> tuple[PermitRule, ...]:
    """Return each rule that takes part once, by id."""
    found = {rule.id: rule for rules in parts.values() for rule in rules}
    return tuple(found[name] for name in sorted(found))


def valid_until(rules: Iterable[PermitRule | ForbidRule | UnmaskRule]) -> datetime | None:
    """Return when the first of the rules ends."""
    return min((r.window.until for r in rules if r.window.until is not None), default=None)


def combine_approvals(terms: Sequence[ApprovalTerms]) -> ApprovalTerms | None:
    """Find terms over all approvers that, when met, meet each of the given ones.

    Anyone of any list may answer. Of a list with ``r`` required among ``n``, all others together
    could answer first; so ``(all − n) + r`` people must, and the largest such number holds for all.
    The earliest expiry counts.
    """
    if not terms:
        return None
    everyone = {name for t in terms for name in t.approvers}
    return ApprovalTerms(
        required=max(len(everyone) - len(t.approvers) + t.required for t in terms),
        approvers=tuple(sorted(everyone)),
        expires_seconds=min(t.expires_seconds for t in terms),
    )


def _row_filters(parts: Parts) -> dict[RelationName, tuple[str, ...]]:
    filters = {
        relation: tuple(
            sorted({r.row_filters[relation] for r in rules if relation in r.row_filters})
        )
        for relation, rules in sorted(parts.items())
    }
    return {relation: conditions for relation, conditions in filters.items() if conditions}


def _limits(rules: Sequence[PermitRule]) -> Limits:
    return Limits(
        rows=min((r.limits.rows for r in rules if r.limits.rows is not None), default=None),
        bytes=min((r.limits.bytes for r in rules if r.limits.bytes is not None), default=None),
        seconds=min(
            (r.limits.seconds for r in rules if r.limits.seconds is not None), default=None
        ),
        cost=min((r.limits.cost for r in rules if r.limits.cost is not None), default=None),
        memory=min((r.limits.memory for r in rules if r.limits.memory is not None), default=None),
    )


def _kept(columns: Iterable[ColumnRule], rules: Sequence[PermitRule]) -> frozenset[DataClass]:
    """Return the granted classes that some column really leaves as it is."""
    granted = {data_class for rule in rules for data_class in rule.unmask}
    return frozenset(
        rule.data_class
        for rule in columns
        if isinstance(rule.mask, Keep) and rule.data_class in granted
    )
