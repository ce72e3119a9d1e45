"""How each gate of an extract ended, as tests of OpenLineage's TestRunFacet.

Names, counts and thresholds; never a value. A gate that was not reached is told as skipped, one
that nobody asked for not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from sluicegate.errors import ScannerBlind
from sluicegate.model.guardrails import GUARDRAILS

if TYPE_CHECKING:
    from sluicegate.model.findings import Reason
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import Plan
    from sluicegate.model.quality import QualityReport

_TITLES: Final = {rule.id: rule.title for rule in GUARDRAILS}
_LEAK: Final = "LEAK"
_RISK: Final = "RISK-"
_Severity = Literal["error", "warn"]


def gate_tests(plan: Plan | None, outcome: Outcome | None, error: str = "") -> list[dict[str, Any]]:
    """Tell the gates of a run that has ended.

    Args:
        plan: What ran, or would have; ``None`` if policy or guardrails refused to make one.
        outcome: How it ended; ``None`` if it broke off.
        error: Code of the error that it broke off with.
    """
    refused = outcome.reasons if outcome else ()
    return [
        _test("policy", "policy", passed=_held(refused, "POLICY-", known=plan is not None)),
        *_guardrails(plan, outcome),
        *_approval(plan, refused),
        _scan(outcome),
        _canaries(outcome, error),
        *_risk(plan, outcome),
        *_quality(plan, outcome),
    ]


def _guardrails(plan: Plan | None, outcome: Outcome | None) -> Iterator[dict[str, Any]]:
    refused = outcome.reasons if outcome else ()
    warned = (*(plan.warnings if plan else ()), *(outcome.warnings if outcome else ()))
    passed = False if _ids(refused) else True if plan else None
    yield _test("guardrails", "guardrail", passed=passed)
    for severity, reasons in (("error", refused), ("warn", warned)):
        for id_ in _ids(reasons):
            told = _test(id_, "guardrail", passed=False, severity=severity)
            yield told | {"description": _TITLES[id_]}


def _approval(plan: Plan | None, refused: Sequence[Reason]) -> Iterator[dict[str, Any]]:
    if plan is not None and plan.decision.obligations.approval is not None:
        passed = _held(refused, "APPROVAL-", known=True)
        yield _test("approval", "approval", passed=passed)


def _held(refused: Sequence[Reason], codes: str, *, known: bool) -> bool | None:
    """Tell whether nothing of a kind refused; ``None`` if that was not looked at."""
    if any(reason.code.startswith(codes) for reason in refused):
        return False
    return True if known else None


def _scan(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None or outcome.scan is None:
        return _test("leak_scan", "leak_scan", passed=None)
    told = _test("leak_scan", "leak_scan", passed=all(r.code != _LEAK for r in outcome.reasons))
    found = {str(name): number for name, number in outcome.scan.by_class().items()}
    return told | {"params": {"rows": outcome.scan.rows, "findings": found}}


def _canaries(outcome: Outcome | None, error: str) -> dict[str, Any]:
    """A canary that is not seen masked breaks the run off, so an outcome with a scan saw all."""
    seen = True if outcome is not None and outcome.scan is not None else None
    return _test("canaries", "canary", passed=False if error == ScannerBlind.code else seen)


def _risk(plan: Plan | None, outcome: Outcome | None) -> Iterator[dict[str, Any]]:
    terms = plan.decision.obligations.risk if plan else None
    failed = outcome is not None and any(r.code.startswith(_RISK) for r in outcome.reasons)
    if terms is None and not failed:
        return
    report = outcome.risk if outcome else None
    told = _test(
        "disclosure_risk", "disclosure_risk", passed=not failed if failed or report else None
    )
    if terms is not None and terms.k is not None and report is not None:
        told |= {"expected": f"k >= {terms.k}", "actual": f"k = {report.k or 0}"}
    yield told


def _quality(plan: Plan | None, outcome: Outcome | None) -> Iterator[dict[str, Any]]:
    reports = {report.check: report for report in outcome.quality} if outcome else {}
    for term in plan.quality if plan else ():
        report = reports.get(term.check)
        yield _test(term.check, "quality", passed=report.passed if report else None)
        if report is not None:
            yield from _failures(report)


def _failures(report: QualityReport) -> Iterator[dict[str, Any]]:
    for one in report.failures:
        told = _test(f"{report.check}: {one.name}", "quality", passed=False, severity=one.severity)
        counts = {"unexpected": one.unexpected, "rows": one.rows}
        known = {name: number for name, number in counts.items() if number is not None}
        yield told | {"params": {"columns": list(one.columns), **known}}


def _ids(reasons: Sequence[Reason]) -> list[str]:
    return list(dict.fromkeys(r.code for r in reasons if r.code in _TITLES))


def _test(
    name: str, type_: str, *, passed: bool | None, severity: _Severity | str = "error"
) -> dict[str, Any]:
    status = "skip" if passed is None else "pass" if passed else "fail"
    return {"name": name, "type": type_, "status": status, "severity": severity}
