"""Whatever a source calls its tables and columns, and whatever stands in them, a proposal loads."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.detect import Scanner
from sluicegate.detect.columns import ColumnFacts, classify
from sluicegate.gate.profiling import SourceProfile, TableProfile
from sluicegate.gate.proposal import propose
from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily
from sluicegate.policy import parse_policy

DAY = date(2026, 1, 2)
NAMES = st.one_of(
    st.text(min_size=1, max_size=30),
    st.sampled_from(["no", "null", "~", "#x", "a: b", "- a", '"', "'", "a.b", "\\", "{", "true", "1", "2026-01-01", "<<", "*a", "&a", "!t", "a #b"]),
)  # fmt: skip
FAMILIES = st.sampled_from(list(TypeFamily))


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


@given(
    schema=NAMES,
    tables=st.lists(
        st.tuples(NAMES, st.lists(st.tuples(NAMES, FAMILIES), min_size=1, max_size=4)),
        min_size=1,
        max_size=3,
        unique_by=lambda t: t[0],
    ),
)
@settings(max_examples=150, deadline=None)
def test_a_proposal_loads_whatever_the_names(
    scanner: Scanner, schema: str, tables: list[tuple[str, list[tuple[str, TypeFamily]]]]
) -> None:
    profiles = []
    for name, columns in tables:
        unique = dict(columns)
        facts = [ColumnFacts(name=n, family=f) for n, f in unique.items()]
        empty = pa.table([pa.nulls(0)] * len(facts), names=list(unique))
        relation = Relation(
            name=RelationName(schema=schema, name=name),
            kind="table",
            columns=tuple(
                CatalogColumn(name=n, native_type="?", family=f) for n, f in unique.items()
            ),
        )
        verdicts = classify(empty, scanner=scanner, relation=name, facts=facts, today=DAY)
        profiles.append(
            TableProfile(relation=relation, verdicts=verdicts, rows=0, how="not sampled")
        )
    profile = SourceProfile(
        source="s",
        dialect="sqlite",
        tables=tuple(profiles),
        present=frozenset(p.relation.name for p in profiles),
    )
    policy = parse_policy(propose(profile, day=DAY))
    assert not policy.permits
    known = {p.relation.name: {c.name for c in p.relation.columns} for p in profiles}
    for relation_name, listed in policy.sources["s"].tables.items():
        assert set(listed) <= known[relation_name]


@given(values=st.lists(st.one_of(st.none(), st.text(max_size=60)), max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_is_judged_the_same_twice(scanner: Scanner, values: list[str | None]) -> None:
    try:
        table = pa.table({"c1": pa.array(values, pa.string())})
    except UnicodeEncodeError:  # a lone surrogate is no text that Arrow holds
        return
    once = classify(table, scanner=scanner, today=DAY)
    assert once == classify(table, scanner=scanner, today=DAY)
    assert 0 <= once[0].score <= 1
