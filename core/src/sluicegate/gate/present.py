"""An outcome as lines for a log and as small facts for metadata. Never a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sluicegate.evidence.manifest import manifest_digest
from sluicegate.model.canonical import plain
from sluicegate.model.outcome import Outcome, Status
from sluicegate.model.plan import Carries

if TYPE_CHECKING:
    from sluicegate.model.plan import OutputColumn, Plan
    from sluicegate.model.risk import RiskReport

_FOUND = {
    "QUALITY": "a quality check failed",
    "RISK": "it tells too much of few people",
}
"""What to tell where all reasons are of one kind; else there was a leak."""
_HEADLINES = {
    Status.RELEASED: "released {rows:,} rows in {files} file(s), {seconds:.1f} s",
    Status.PLANNED: "would run: nothing was read",
    Status.REFUSED: "refused: nothing was read",
    Status.QUARANTINED: "quarantined: {found}, nothing was released",
}


def outcome_lines(outcome: Outcome) -> list[str]:
    """Tell an outcome to a person, a line a fact."""
    return list(_lines(outcome))


def headline(outcome: Outcome) -> str:
    """Tell in one line how it ended."""
    kinds = {_FOUND.get(r.code.partition("-")[0], "") for r in outcome.reasons}
    return _HEADLINES[outcome.status].format(
        rows=outcome.rows,
        files=len(outcome.files),
        seconds=outcome.seconds,
        found=(kinds.pop() if len(kinds) == 1 else "") or "a leak was found",
    )


def outcome_facts(outcome: Outcome) -> dict[str, Any]:
    """Give the facts that travel to XCom, asset extras and metadata: small, JSON, no value."""
    plan = outcome.plan
    return {
        "status": outcome.status.value,
        "rows": outcome.rows,
        "bytes": outcome.bytes,
        "files": [f.name for f in outcome.files],
        "manifest": manifest_digest(outcome.files) if outcome.released else "",
        "output": outcome.output,
        "attestation": outcome.attestation,
        "quarantine": outcome.quarantine,
        "plan_digest": plan.digest if plan else "",
        "enforcement": plan.enforcement if plan else "",
        "policy_digest": plan.decision.policy_digest if plan else "",
        "masks": {c.name: describe_mask(c) for c in plan.columns} if plan else {},
        "findings": {str(k): v for k, v in outcome.scan.by_class().items()} if outcome.scan else {},
        "allowed": allowed_by_class(outcome),
        "redactions": redactions_by_class(outcome),
        "risk": plain(outcome.risk),
        "quality": plain(outcome.quality),
        "reasons": [str(r) for r in outcome.reasons],
        "warnings": [str(w) for w in (*(plan.warnings if plan else ()), *outcome.warnings)],
        "intent_sequence": outcome.intent_sequence,
        "outcome_sequence": outcome.outcome_sequence,
        "blind_spots": list(outcome.blind_spots),
        "replayed": outcome.replayed,
    }


def describe_mask(column: OutputColumn) -> str:
    """Name what was done to a column: ``pseudonymize``, ``keep``, ``computed from …``."""
    methods = sorted({mask.method for mask in column.masks.values()})
    if column.carries is Carries.FINISHED and not column.bare:
        return f"computed from {', '.join(methods)}" if methods else "computed"
    return ", ".join(methods) or "computed"


def redactions_by_class(outcome: Outcome) -> dict[str, int]:
    """How many values of each data class were redacted from text."""
    sums: dict[str, int] = {}
    for redaction in outcome.redactions:
        sums[redaction.data_class] = sums.get(redaction.data_class, 0) + redaction.count
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def allowed_by_class(outcome: Outcome) -> dict[str, int]:
    """How many findings of each data class the allow-list let through."""
    sums: dict[str, int] = {}
    for one in outcome.scan.allowed if outcome.scan else ():
        sums[one.data_class] = sums.get(one.data_class, 0) + one.count
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _lines(outcome: Outcome) -> Iterator[str]:
    yield f"sluicegate {headline(outcome)}"
    if outcome.replayed:
        yield "  an earlier try of this run had released already; nothing was read again"
    for reason in outcome.reasons:
        yield f"  reason       {reason}"
    if outcome.approval:
        yield f"  approve with sluicegate approvals approve {outcome.approval}"
    if outcome.plan:
        yield from _plan_lines(outcome.plan)
    for warning in outcome.warnings:
        yield f"  warning      {warning}"
    yield from _scan_lines(outcome)
    yield from _risk_lines(outcome.risk)
    yield from _quality_lines(outcome)
    for label, value in (
        ("output", outcome.output if outcome.released else ""),
        ("attestation", outcome.attestation),
        ("quarantine", outcome.quarantine),
    ):
        if value:
            yield f"  {label:<12} {value}"
    if outcome.intent_sequence:
        yield f"  ledger       records {outcome.intent_sequence} to {outcome.outcome_sequence}"
    for spot in outcome.blind_spots:
        yield f"  blind spot   {spot}"


def _scan_lines(outcome: Outcome) -> Iterator[str]:
    if outcome.scan and outcome.scan.total:
        for count in outcome.scan.counts:
            yield (
                f"  finding      {count.count:,} × {count.data_class} in {count.column}"
                f" ({count.detector})"
            )
    for one in outcome.scan.allowed if outcome.scan else ():
        yield (
            f"  allowed      {one.count:,} × {one.data_class} in {one.column} ({one.detector}),"
            f" by {one.owner} until {one.expires}"
        )
    for name, number in redactions_by_class(outcome).items():
        yield f"  redacted     {number:,} × {name}"


def _risk_lines(risk: RiskReport | None) -> Iterator[str]:
    if risk is None:
        return
    over = ", ".join(risk.quasi_identifiers) or "no column"
    if risk.aggregated:
        yield f"  risk         smallest of {risk.classes:,} groups: {risk.k or 0:,}"
    else:
        counted = f"people by {', '.join(risk.subject)}" if risk.subject else "rows"
        yield (
            f"  risk         k = {risk.k or 0:,} {counted}, {risk.classes:,} classes over {over},"
            f" {risk.unique:.2%} of rows alone"
        )
    for one in risk.sensitive:
        yield (
            f"  risk         {one.column}: l = {one.l or 0}, entropy l = {one.entropy_l or 0:.3g},"
            f" t = {one.t:.3g}"
        )
    if risk.suppressed:
        yield f"  risk         {risk.suppressed:,} rows left out so that the rest may leave"


def _quality_lines(outcome: Outcome) -> Iterator[str]:
    for one in outcome.quality:
        failed = f"{len(one.failures)} failed" if one.failures else "all passed"
        yield f"  quality      {one.check}: {one.evaluated} evaluated by {one.tool}, {failed}"


def _plan_lines(plan: Plan) -> Iterator[str]:
    for column in plan.columns:
        yield f"  column       {column.name}: {describe_mask(column)}"
    if plan.enforcement == "scoped_role":
        yield "  enforcement  scoped role: a login that may read only the masked views of this run"
    for warning in plan.warnings:
        yield f"  warning      {warning}"
