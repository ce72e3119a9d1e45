"""A plan as a JSON document with stable keys, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.gate.present import describe_mask
from sluicegate.model.canonical import plain
from sluicegate.model.masks import Keep
from sluicegate.model.plan import Carries

if TYPE_CHECKING:
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import OutputColumn, Plan


def plan_document(outcome: Outcome, sql: str) -> dict[str, Any]:
    """Build what a plan adds to an outcome's document; the same keys whether refused or not.

    Args:
        outcome: Of ``Gate.plan``.
        sql: The rewritten statement as it may be shown.
    """
    plan = outcome.plan
    return {
        "sql": sql,
        "shape": plan.shape if plan else "",
        "facts": facts_document(plan) if plan else None,
        "decision": decision_document(plan),
        "columns": [column_document(column) for column in plan.columns] if plan else [],
        "guardrails": [plain(w) for w in (*outcome.reasons, *(plan.warnings if plan else ()))],
        "estimate": plain(plan.estimate) if plan else None,
    }


def facts_document(plan: Plan) -> dict[str, Any]:
    """Describe what the user's statement reads and how."""
    facts = plan.facts
    return {
        "relations": [str(name) for name in plan.relations],
        "columns": [str(ref) for ref in facts.columns],
        "functions": list(facts.functions),
        "stars": list(facts.stars),
        "parameters": list(facts.parameters),
        "cross_joins": facts.cross_joins,
        "influences": {kind: [str(ref) for ref in refs] for kind, refs in plan.influences.items()},
    }


def decision_document(plan: Plan | None) -> dict[str, Any]:
    """Describe the decision; without a plan there is none but the refusal."""
    if plan is None:
        return {"effect": "deny", "rules": [], "limits": {}, "row_filters": {}, "approval": None}
    obligations = plan.decision.obligations
    return {
        "effect": plan.decision.effect.value,
        "rules": list(plan.decision.rules),
        "limits": {n: v for n, v in plain(obligations.limits).items() if v is not None},
        "row_filters": {str(name): list(f) for name, f in obligations.row_filters.items()},
        "approval": plain(obligations.approval),
    }


def column_document(column: OutputColumn) -> dict[str, Any]:
    """Describe an output column, its mask, and who does it."""
    return {
        "column": column.name,
        "origins": [str(ref) for ref in column.origins],
        "classes": list(column.data_classes),
        "aggregated": column.aggregated,
        "mask": describe_mask(column),
        "masked_by": list(masked_by(column)),
    }


def masked_by(column: OutputColumn) -> tuple[str, ...]:
    """Say who masks: the source, the guard, both in this order, or nobody."""
    if column.carries is Carries.RAW_TEXT:
        return ("guard",)
    if column.carries is Carries.DIGEST:
        return ("source", "guard")
    return ("source",) if any(not isinstance(m, Keep) for m in column.masks.values()) else ()
