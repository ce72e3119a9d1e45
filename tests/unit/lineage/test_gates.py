"""The gates of a run as tests of OpenLineage."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sluicegate.errors import ScannerBlind
from sluicegate.lineage.gates import gate_tests
from sluicegate.model.data import DataClass
from sluicegate.model.decision import ApprovalTerms, Decision, Effect, Obligations
from sluicegate.model.findings import Finding, FindingCount, Reason, ScanSummary
from sluicegate.model.outcome import Outcome, Status
from sluicegate.model.plan import Plan
from sluicegate.model.quality import QualityFailure, QualityReport, QualityTerm
from sluicegate.model.risk import RiskReport, RiskTerms

MakePlan = Callable[..., Plan]
EMAIL = DataClass("email")
SCAN = ScanSummary(rows=7, bytes=70, detectors="1/2/x")
RELEASED = Outcome(status=Status.RELEASED, run_key="k", rows=7, scan=SCAN)
SUITE = QualityTerm(check="gx:suite.json", digest="sha256:0", by_policy=True)
ASKED: dict[str, Any] = {
    "decision": Decision(
        effect=Effect.PERMIT,
        policy_digest="sha256:0",
        obligations=Obligations(risk=RiskTerms(k=5)),
    ),
    "quality": (SUITE,),
}


def statuses(tests: list[dict[str, Any]]) -> dict[str, str]:
    assert len({t["name"] for t in tests}) == len(tests)
    return {t["name"]: t["status"] for t in tests}


def reason(code: str) -> Reason:
    return Reason(code=code, message="hidden-message", hint="hidden-hint", place="hidden-place")


def measured(k: int) -> RiskReport:
    return RiskReport(
        rows=7,
        classes=2,
        k=k,
        classes_below=0,
        rows_below=0,
        unique=0.0,
        quasi_identifiers=("age",),
    )


def report(*failures: QualityFailure) -> QualityReport:
    return QualityReport(
        check=SUITE.check, digest="sha256:0", tool="gx 1", evaluated=3, failures=failures
    )


def test_a_release_passed_all_that_was_asked_of_it(make_plan: MakePlan) -> None:
    assert statuses(gate_tests(make_plan(), RELEASED)) == {
        "policy": "pass", "guardrails": "pass", "leak_scan": "pass", "canaries": "pass",
    }  # fmt: skip
    outcome = replace(RELEASED, risk=measured(6), quality=(report(),))
    tests = gate_tests(make_plan(**ASKED), outcome)
    assert statuses(tests) == {
        "policy": "pass", "guardrails": "pass", "leak_scan": "pass", "canaries": "pass",
        "disclosure_risk": "pass", "gx:suite.json": "pass",
    }  # fmt: skip
    (risk,) = [t for t in tests if t["name"] == "disclosure_risk"]
    assert (risk["expected"], risk["actual"]) == ("k >= 5", "k = 6")
    assert {t["severity"] for t in tests} == {"error"}


def test_a_leak_is_told_by_class_and_count(make_plan: MakePlan) -> None:
    finding = Finding(
        column="notes", row=3, start=1, length=9, data_class=EMAIL, detector="email", score=1.0,
        path="/hidden-path", fingerprint="hidden-fingerprint",
    )  # fmt: skip
    count = FindingCount(column="notes", data_class=EMAIL, detector="email", count=4)
    leaked = replace(
        RELEASED,
        status=Status.QUARANTINED,
        reasons=(reason("LEAK"),),
        scan=replace(SCAN, counts=(count,), samples=(finding,)),
    )
    tests = gate_tests(make_plan(), leaked)
    assert statuses(tests)["leak_scan"] == "fail"
    assert statuses(tests)["canaries"] == "pass"
    (scan,) = [t for t in tests if t["name"] == "leak_scan"]
    assert scan["params"] == {"rows": 7, "findings": {"email": 4}}
    assert "hidden" not in json.dumps(tests)


def test_guardrails_that_warn_do_not_fail_the_run(make_plan: MakePlan) -> None:
    warned = make_plan(warnings=(reason("G31"), reason("INPUT-UNTRUSTED"), reason("G31")))
    tests = gate_tests(warned, RELEASED)
    found = [(t["name"], t["status"], t["severity"]) for t in tests if t["type"] == "guardrail"]
    assert found == [("guardrails", "pass", "error"), ("G31", "fail", "warn")]
    refused = replace(RELEASED, status=Status.QUARANTINED, reasons=(reason("G34"),))
    tests = gate_tests(make_plan(), refused)
    found = [(t["name"], t["status"], t["severity"]) for t in tests if t["type"] == "guardrail"]
    assert found == [("guardrails", "fail", "error"), ("G34", "fail", "error")]
    assert "hidden" not in json.dumps(tests)


@pytest.mark.parametrize("code", ["RISK-K", "RISK-BUDGET", "RISK-DIFFERENCE"])
def test_too_high_a_risk_fails_whoever_asked(make_plan: MakePlan, code: str) -> None:
    risky = replace(RELEASED, reasons=(reason(code),), risk=measured(2))
    assert statuses(gate_tests(make_plan(**ASKED), risky))["disclosure_risk"] == "fail"
    assert statuses(gate_tests(make_plan(), risky))["disclosure_risk"] == "fail"


def test_each_expectation_that_failed_is_told_with_its_severity(make_plan: MakePlan) -> None:
    soft = QualityFailure(name="freshness", severity="warn")
    hard = QualityFailure(name="not_null", columns=("email",), unexpected=2, rows=7)
    tests = gate_tests(make_plan(**ASKED), replace(RELEASED, quality=(report(soft),)))
    assert statuses(tests)["gx:suite.json"] == "pass", "a warning does not block"
    assert statuses(tests)["gx:suite.json: freshness"] == "fail"
    tests = gate_tests(make_plan(**ASKED), replace(RELEASED, quality=(report(soft, hard),)))
    assert statuses(tests)["gx:suite.json"] == "fail"
    (told,) = [t for t in tests if t["name"].endswith("not_null")]
    assert told["params"] == {"columns": ["email"], "unexpected": 2, "rows": 7}


def test_what_was_not_reached_is_skipped(make_plan: MakePlan) -> None:
    expected = {
        "policy": "pass", "guardrails": "pass", "leak_scan": "skip", "canaries": "skip",
        "disclosure_risk": "skip", "gx:suite.json": "skip",
    }  # fmt: skip
    assert statuses(gate_tests(make_plan(**ASKED), None, "SG-SOURCE")) == expected
    blind = gate_tests(make_plan(**ASKED), None, ScannerBlind.code)
    assert statuses(blind) == expected | {"canaries": "fail"}


@pytest.mark.parametrize(
    ("codes", "failed"),
    [
        (["G02"], {"guardrails", "G02"}),
        (["G02", "G13"], {"guardrails", "G02", "G13"}),
        (["POLICY-NO-RULE"], {"policy"}),
        (["POLICY-FORBIDDEN", "POLICY-FORBIDDEN"], {"policy"}),
        (["SG-PARAMETER"], set()),
        (["RISK-SHAPE"], {"disclosure_risk"}),
    ],
)
def test_what_refused_before_there_was_a_plan_is_told(codes: list[str], failed: set[str]) -> None:
    refused = Outcome(status=Status.REFUSED, run_key="k", reasons=tuple(map(reason, codes)))
    tests = gate_tests(None, refused)
    assert {name for name, status in statuses(tests).items() if status == "fail"} == failed
    assert "pass" not in statuses(tests).values(), "nothing was decided"
    assert "hidden" not in json.dumps(tests)


@pytest.mark.parametrize(
    ("codes", "status"),
    [([], "pass"), (["APPROVAL-MISSING"], "fail"), (["APPROVAL-REJECTED"], "fail")],
)
def test_consent_is_a_gate_where_the_policy_asks_for_it(
    make_plan: MakePlan, codes: list[str], status: str
) -> None:
    obligations = Obligations(approval=ApprovalTerms(required=2, approvers=("hidden-name",)))
    decision = Decision(effect=Effect.PERMIT, policy_digest="sha256:0", obligations=obligations)
    asked = replace(RELEASED, reasons=tuple(map(reason, codes)))
    tests = gate_tests(make_plan(decision=decision), asked)
    assert statuses(tests)["approval"] == status
    assert "hidden" not in json.dumps(tests)
    assert "approval" not in statuses(gate_tests(make_plan(), RELEASED))
