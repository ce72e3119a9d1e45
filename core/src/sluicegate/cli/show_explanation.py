"""Shows how the policy came to a decision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sluicegate.model.canonical import plain
from sluicegate.model.masks import described, parameters_of

if TYPE_CHECKING:
    from sluicegate.model.decision import ColumnRule
    from sluicegate.policy import Explanation, RuleVerdict


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Build the JSON document of an explanation."""
    decision = explanation.decision
    obligations = decision.obligations
    return {
        "effect": decision.effect.value,
        "decided_by": list(explanation.decided_by),
        "reasons": plain(decision.reasons),
        "policy": decision.policy_digest,
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else None,
        "rules": plain(explanation.verdicts),
        "columns": [_column_document(column) for column in explanation.columns],
        "row_filters": {str(name): list(f) for name, f in obligations.row_filters.items()},
        "limits": plain(obligations.limits),
        "approval": plain(obligations.approval),
    }


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    """Tell an explanation to a person, a line a fact."""
    decision = explanation.decision
    yield f"{decision.effect.value}: {', '.join(explanation.decided_by) or 'no rule permits it'}"
    for reason in decision.reasons:
        yield f"  reason       {reason}"
    for verdict in explanation.verdicts:
        yield f"  rule         {_verdict(verdict)}"
    for column in explanation.columns:
        yield f"  column       {_column(column)}"
    for name, conditions in decision.obligations.row_filters.items():
        yield f"  row filter   {name}: {' AND '.join(conditions)}"
    yield from _terms(explanation)


def _terms(explanation: Explanation) -> Iterator[str]:
    obligations = explanation.decision.obligations
    limits = [f"{n} {v:,}" for n, v in plain(obligations.limits).items() if v is not None]
    if limits:
        yield f"  limits       {', '.join(limits)}"
    if obligations.approval:
        people = ", ".join(obligations.approval.approvers) or "anybody else"
        yield f"  approval     {obligations.approval.required} of {people}"
    if explanation.decision.valid_until:
        yield f"  valid until  {explanation.decision.valid_until.isoformat()}"


def _verdict(verdict: RuleVerdict) -> str:
    what = "matched" if verdict.matched else "no match"
    why = f": {verdict.reason}" if verdict.reason else ""
    return f"{verdict.rule} ({verdict.effect}): {what}{why}"


def _column(rule: ColumnRule) -> str:
    mask = described(rule.mask) if rule.mask else "may not be read"
    return f"{rule.column}: {rule.data_class or 'unclassified'}, {mask} (by {rule.rule})"


def _column_document(rule: ColumnRule) -> dict[str, Any]:
    return {
        "column": str(rule.column),
        "data_class": rule.data_class,
        "mask": rule.mask.method if rule.mask else None,
        "parameters": parameters_of(rule.mask) if rule.mask else {},
        "rule": rule.rule,
    }
