"""The policy's `risk` and `budget`: what is refused in a file, and how several rules combine."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.model.data import ColumnRef, DataClass, RelationName
from sluicegate.model.risk import QUASI_IDENTIFIERS, Budget, ColumnSet, RiskTerms
from sluicegate.policy import check_policy, load_policy, parse_policy
from sluicegate.policy.risk import strictest

POLICY = """version: 1
name: clinic
sources:
  clinic_db:
    tables:
      main.patients:
        columns: {{id: patient_id, town: city, illness: diagnosis}}
classes:
  patient_id: {{mask: pseudonymize}}
  city: {{mask: partial}}
  diagnosis: {{mask: partial}}
rules:
  - id: research
    effect: permit
    principals: [{{orchestrator: cli}}]
    purposes: [research]
    sources: [clinic_db]
    tables: [main.patients]
    {more}
"""


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("risk: {}", "no measure is asked for"),
        ("risk: {k: 1}", "too small, at least 2"),
        ("risk: {k: 5, l: 2}", "`l` without `sensitive`"),
        ("risk: {t: 0.2}", "`t` without `sensitive`"),
        ("risk: {k: 5, sensitive: [diagnosis]}", "`sensitive` without a measure"),
        ("risk: {k: 5, t: 1.5, sensitive: [diagnosis]}", "too large"),
        ("risk: {k: 5, quasi_identifiers: []}", "must not be empty"),
        ("risk: {k: 5, quasi_identifiers: [citty]}", "`citty`"),
        ("risk: {k: 5, quasi_identifiers: [main.patients.city]}", "main.patients.city"),
        ("risk: {k: 5, quasi_identifiers: [main.patient.town]}", "main.patient.town"),
        ("risk: {k: 5, quasi_identifiers: [a.b]}", "schema.table.column"),
        ("risk: {k: 5, subject: [city], quasi_identifiers: [city]}", "both subject and"),
        ("risk: {unique: 0, differencing: refuse}", "`differencing` without `k`"),
        ("risk: {k: 501, differencing: refuse}", "`k` above 500"),
        ("risk: {k: 5, differencing: ask}", "names nobody to give the approval"),
        ("risk: {k: 5, on_failure: mask}", "not one of the words"),
        ("risk: {k: 5, m: 2}", "unknown key `m`"),
        ("budget: {per: 30d}", "a budget of nothing"),
        ("budget: {rows: 10}", "`per` is missing"),
        ("budget: {rows: 10, per: 5m}", "too small"),
    ],
)
def test_a_risk_that_measures_nothing_is_a_fault(more: str, fault: str) -> None:
    found = [str(f) for f in check_policy(POLICY.format(more=more))]
    assert len(found) == 1, found
    assert fault in found[0]
    assert found[0].startswith("19:")


def test_what_a_rule_says_is_what_binds() -> None:
    more = (
        "risk: {k: 5, l: 2, entropy_l: 1.5, t: 0.3, unique: 0, sensitive: [diagnosis],"
        " quasi_identifiers: [main.patients.town], subject: [patient_id], on_failure: suppress_rows,"
        " differencing: warn}\n    budget: {rows: 10, cells: 20, per: 30d}"
    )
    rule = parse_policy(POLICY.format(more=more)).permits[0]
    town = ColumnRef(relation=RelationName(schema="main", name="patients"), column="town")
    assert rule.risk == RiskTerms(
        k=5,
        l=2,
        entropy_l=1.5,
        t=0.3,
        unique=0,
        cells=5,
        quasi_identifiers=ColumnSet(columns=frozenset({town})),
        sensitive=ColumnSet(classes=frozenset({DataClass("diagnosis")})),
        subjects=(ColumnSet(classes=frozenset({DataClass("patient_id")})),),
        on_failure="suppress_rows",
        differencing="warn",
    )
    assert rule.budget == Budget(seconds=30 * 86_400, rows=10, cells=20)


def test_the_known_quasi_identifiers_are_the_default() -> None:
    rule = parse_policy(POLICY.format(more="risk: {k: 5}")).permits[0]
    assert rule.risk is not None
    assert rule.risk.quasi_identifiers.classes == QUASI_IDENTIFIERS


classes = st.builds(
    ColumnSet, classes=st.frozensets(st.sampled_from([DataClass(c) for c in "abc"]), max_size=2)
)
least = st.none() | st.integers(2, 9)
terms = st.builds(
    RiskTerms,
    quasi_identifiers=classes,
    sensitive=classes,
    subjects=st.tuples() | st.tuples(classes),
    k=least,
    l=least,
    t=st.none() | st.floats(0, 1),
    unique=st.none() | st.floats(0, 1),
    cells=least,
    on_failure=st.sampled_from(["refuse", "suppress_rows"]),
    differencing=st.sampled_from([None, "refuse", "ask", "warn"]),
)


@given(st.lists(terms, min_size=1, max_size=3))
def test_several_rules_bind_to_what_meets_each_of_them(given: list[RiskTerms]) -> None:
    merged = strictest(given)
    assert merged is not None
    for own in given:
        for name in ("k", "l", "cells"):
            assert (getattr(merged, name) or 0) >= (getattr(own, name) or 0)
        for name in ("t", "unique"):
            if getattr(own, name) is not None:
                assert getattr(merged, name) <= getattr(own, name)
        assert merged.quasi_identifiers | own.quasi_identifiers == merged.quasi_identifiers
        assert merged.sensitive | own.sensitive == merged.sensitive
        assert set(own.subjects) <= set(merged.subjects)
        assert own.on_failure == "suppress_rows" or merged.on_failure == "refuse"
        order = ["refuse", "ask", "warn", None]
        assert order.index(merged.differencing) <= order.index(own.differencing)
    assert {strictest(order) for order in permutations(given)} == {merged}


def test_no_rule_asks_for_nothing() -> None:
    assert strictest([]) is None


def test_the_example_holds() -> None:
    policy = load_policy(Path(__file__).parents[3] / "example_dags" / "policies" / "cohort.yaml")
    assert any(rule.risk and rule.risk.k for rule in policy.permits)
    assert any(rule.budget for rule in policy.permits)
