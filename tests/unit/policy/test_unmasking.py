"""Who may undo a mask: nobody but whom a rule of its own names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sluicegate.errors import PolicyError
from sluicegate.model.data import DataClass
from sluicegate.model.identity import RunIdentity, Trust
from sluicegate.model.masks import Tokenize
from sluicegate.policy import UnmaskDecision, decide_unmask, load_policy, parse_policy

CLINIC = Path(__file__).parents[3] / "example_dags" / "policies" / "clinic.yaml"
DANA = RunIdentity(
    orchestrator="cli", pipeline="desk", task="unmask", run="r", triggered_by="dana",
    trust=Trust.AUTHENTICATED,
)  # fmt: skip
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def ask(text: str = "", **changes: Any) -> UnmaskDecision:
    policy = parse_policy(CLINIC.read_text() + text)
    given: dict[str, Any] = {
        "identity": DANA, "purpose": "care_quality", "data_class": DataClass("insurance_number"),
        "mask": "", "count": 1, "now": NOW,
    }  # fmt: skip
    return decide_unmask(policy, **(given | changes))


def test_the_example_policy_is_valid_and_grants_one_class() -> None:
    assert [rule.id for rule in load_policy(CLINIC).unmasks] == ["call-backs"]
    decision = ask()
    assert (decision.mask, decision.rules, decision.reasons) == (Tokenize(), ("call-backs",), ())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"identity": replace(DANA, triggered_by="lee")}, "POLICY-UNMASK"),
        ({"identity": replace(DANA, triggered_by=None)}, "POLICY-UNMASK"),
        ({"identity": replace(DANA, trust=Trust.ASSERTED)}, "POLICY-UNMASK"),
        ({"purpose": "marketing"}, "POLICY-UNMASK"),
        ({"data_class": DataClass("phone")}, "POLICY-UNMASK"),
        ({"data_class": DataClass("secret")}, "POLICY-UNMASK"),
        ({"count": 21}, "POLICY-UNMASK-LIMIT"),
        ({"mask": "preserve_format"}, "POLICY-UNMASK-MASK"),
        ({"mask": "tokenize:vault"}, "POLICY-UNMASK-MASK"),
    ],
)
def test_what_no_rule_grants_is_refused(changes: dict[str, Any], code: str) -> None:
    decision = ask(**changes)
    assert decision.mask is None
    assert [reason.code for reason in decision.reasons] == [code]


FORBIDS = {
    "    classes: [insurance_number]": True,
    "    classes: [insurance_number]\n    tables: [public.patients]": True,
    "    purposes: [care_quality]": True,
    "    principals: [{triggered_by: dana}]": True,
    "    principals: [{triggered_by: lee}]": False,
    "    classes: [phone]": False,
    "    tables: [public.patients]": False,
    "    sources: [clinic]": False,
    '    valid: {until: "2026-01-01"}': False,
}


@pytest.mark.parametrize("forbid", FORBIDS)
def test_a_forbid_beats_the_grant_where_it_means_values(forbid: str) -> None:
    text = f"  - id: no\n    effect: forbid\n    reason: No.\n{forbid}\n"
    decision = ask(text)
    assert (decision.mask is None) is FORBIDS[forbid]
    assert [r.code for r in decision.reasons] == (["POLICY-FORBIDDEN"] if FORBIDS[forbid] else [])


@pytest.mark.parametrize(
    ("window", "holds"),
    [("{from: 2026-05-01}", True), ("{from: 2026-07-01}", False), ("{until: 2026-05-01}", False)],
)
def test_a_grant_has_a_window(window: str, holds: bool) -> None:
    text = CLINIC.read_text().replace("    values: 20\n", f"    values: 20\n    valid: {window}\n")
    decision = decide_unmask(
        parse_policy(text), identity=DANA, purpose="care_quality",
        data_class=DataClass("insurance_number"), mask="", count=1, now=NOW,
    )  # fmt: skip
    assert (decision.mask is not None) is holds


def test_two_masks_of_a_class_must_be_told_apart() -> None:
    text = CLINIC.read_text().replace(
        '    tables: ["public.*"]\n',
        '    tables: ["public.*"]\n    masks: {insurance_number: {mask: preserve_format}}\n',
    )
    found = {
        mask: decide_unmask(
            parse_policy(text), identity=DANA, purpose="care_quality",
            data_class=DataClass("insurance_number"), mask=mask, count=1, now=NOW,
        ).mask
        for mask in ("", "tokenize", "tokenize:siv", "preserve_format:digits")
    }  # fmt: skip
    assert found[""] is None
    assert found["tokenize"] == found["tokenize:siv"] == Tokenize()
    assert found["preserve_format:digits"] is not None


def test_a_time_without_a_zone_decides_nothing() -> None:
    with pytest.raises(PolicyError):
        ask(now=NOW.replace(tzinfo=None))
