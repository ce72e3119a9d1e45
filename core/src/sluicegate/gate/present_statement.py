"""The outcome of a statement that changes a source, as lines for a log and as facts. No value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from sluicegate.model.statement import StatementStatus

if TYPE_CHECKING:
    from sluicegate.model.statement import StatementOutcome

_HEADLINES: Final = {
    StatementStatus.EXECUTED: "executed: {rows:,} rows changed, {seconds:.1f} s",
    StatementStatus.DRY_RUN: "dry run: {rows:,} rows would change, and were taken back",
    StatementStatus.PLANNED: "would run: nothing was changed",
    StatementStatus.REFUSED: "refused: nothing was changed",
}


def statement_lines(outcome: StatementOutcome) -> list[str]:
    """Tell the outcome to a person, a line a fact."""
    return list(_lines(outcome))


def statement_facts(outcome: StatementOutcome) -> dict[str, Any]:
    """Give the facts that travel to XCom and metadata: small, JSON, no value."""
    plan = outcome.plan
    return {
        "status": outcome.status.value,
        "kind": plan.kind if plan else "",
        "targets": [str(name) for name in plan.targets] if plan else [],
        "affected_rows": outcome.affected_rows,
        "affected_with_others": outcome.affected_with_others,
        "plan_digest": plan.digest if plan else "",
        "policy_digest": plan.decision.policy_digest if plan else "",
        "reasons": [str(reason) for reason in outcome.reasons],
        "warnings": [str(warning) for warning in plan.warnings] if plan else [],
        "intent_sequence": outcome.intent_sequence,
        "outcome_sequence": outcome.outcome_sequence,
        "blind_spots": list(outcome.blind_spots),
        "replayed": outcome.replayed,
    }


def _lines(outcome: StatementOutcome) -> Iterator[str]:
    headline = _HEADLINES[outcome.status]
    yield "sluicegate " + headline.format(rows=outcome.affected_rows, seconds=outcome.seconds)
    if outcome.replayed:
        yield "  an earlier try of this run had executed it; nothing was changed again"
    for reason in outcome.reasons:
        yield f"  reason       {reason}"
    if outcome.approval:
        yield f"  approve with sluicegate approvals approve {outcome.approval}"
    if outcome.plan:
        yield f"  {outcome.plan.kind:<12} {', '.join(map(str, outcome.plan.targets))}"
        for warning in outcome.plan.warnings:
            yield f"  warning      {warning}"
    if outcome.affected_with_others > outcome.affected_rows:
        yield f"  with others  {outcome.affected_with_others:,} rows, by triggers and cascades"
    if outcome.intent_sequence:
        yield f"  ledger       records {outcome.intent_sequence} to {outcome.outcome_sequence}"
    for spot in outcome.blind_spots:
        yield f"  blind spot   {spot}"
