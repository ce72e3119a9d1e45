"""Guardrails that need more than the statement: the request, its history, the source's planner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sluicegate.gate.outputs import lies_within
from sluicegate.model.data import PUBLIC
from sluicegate.model.findings import Reason
from sluicegate.model.guardrails import Verdict, judge
from sluicegate.model.masks import Keep

if TYPE_CHECKING:
    from sluicegate.gate.baseline import Baseline, History
    from sluicegate.model.data import Estimate
    from sluicegate.model.decision import Decision, Obligations
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.request import ExtractRequest
    from sluicegate.policy import Policy


def of_request(
    policy: Policy, request: ExtractRequest, identity: RunIdentity, obligations: Obligations
) -> Iterator[Verdict]:
    """Judge where the data goes (``G18``, ``G37``) and what leaves unmasked (``G20``)."""
    tuned = policy.severities
    for patterns in obligations.outputs if request.output else ():
        if not lies_within(request.output, patterns):
            yield judge("G18", f"it wants {' or '.join(patterns)}", tuned=tuned)
    home = policy.sources[request.source].environment
    if home is not None and home != identity.environment:
        yield judge("G37", f"{home!r} from {identity.environment!r}", tuned=tuned)
    for ref, rule in obligations.columns.items():
        granted = rule.data_class in {None, PUBLIC, *obligations.keep_classes}
        if isinstance(rule.mask, Keep) and not granted:
            yield judge("G20", str(ref))


def of_history(policy: Policy, history: History) -> Iterator[Verdict]:
    """Judge what is new since the last release of the task (``G33``, ``G35``)."""
    if history.before is None:
        if history.columns:
            yield judge("G33", tuned=policy.severities)
        return
    new = list(history.before.new_columns(history.columns))
    if new:
        yield judge("G35", ", ".join(new[:5]), tuned=policy.severities)


def of_estimate(
    policy: Policy, obligations: Obligations, estimate: Estimate | None
) -> Iterator[Verdict]:
    """Judge what the source's planner expects (``G16``).

    Rows are expected wrongly so often, above all behind a join of digests, that they only warn
    unless the policy says otherwise; the budget itself is kept while rows come.
    """
    if estimate is None:
        return
    limits, tuned = obligations.limits, policy.severities
    if limits.cost is not None and estimate.cost is not None and estimate.cost > limits.cost:
        detail = f"the planner expects a cost of {estimate.cost:,.0f} of {limits.cost:,.0f}"
        yield judge("G16", detail, tuned=tuned)
    if limits.rows is not None and estimate.rows is not None and estimate.rows > limits.rows:
        detail = f"the planner expects {estimate.rows:,.0f} rows of {limits.rows:,}"
        yield judge("G16", detail, tuned=tuned, default="warn")


def of_rows(policy: Policy, before: Baseline | None, now: Baseline) -> Iterator[Verdict]:
    """Judge the number of rows that came (``G34``)."""
    if before is not None and before.shape == now.shape and before.moved(now.rows):
        yield judge("G34", f"{now.rows:,} after {before.rows:,}", tuned=policy.severities)


def asked(policy: Policy, decision: Decision) -> Decision | Reason:
    """Return the decision with an approval to get, or why nobody can give it."""
    if decision.obligations.approval is not None:
        return decision
    terms = policy.guardrail_approval
    if terms is None:
        return Reason(
            code="APPROVAL-MISSING",
            message="a guardrail asks for an approval and the policy names nobody to give it",
            hint="name approvers under `guardrails: approval:` in the policy",
        )
    return replace(decision, obligations=replace(decision.obligations, approval=terms))
