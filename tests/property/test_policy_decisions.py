"""Whatever the rules: a forbid never opens, a further permit never loosens, and order is nothing."""

from __future__ import annotations

import itertools
import json
import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.errors import PolicyInvalid
from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily
from sluicegate.model.decision import ApprovalTerms, Decision, Obligations
from sluicegate.model.identity import RunIdentity, Trust
from sluicegate.model.masks import Keep, Mask, Partial
from sluicegate.model.request import ExtractRequest
from sluicegate.policy import Policy, decide, explain, parse_policy
from sluicegate.policy.strength import ORDER, strongest

TABLES: dict[str, dict[str, str]] = {
    "s.a": {"id": "key", "mail": "email", "born": "birth", "plan": "public"},
    "s.b": {"id": "key", "mail": "email", "text": "free_text", "token": "secret"},
    "s.c": {"amount": "money"},
}
BASE: dict[str, Any] = {
    "version": 1,
    "name": "generated",
    "sources": {
        "src": {"unclassified": "refuse", "tables": {t: {"columns": c} for t, c in TABLES.items()}}
    },
    "classes": {
        "key": {"mask": "pseudonymize"},
        "email": {"mask": "partial", "keep_last": 4},
        "birth": {"mask": "generalize_date", "unit": "month"},
        "money": {"mask": "generalize_number", "width": 10},
    },
}
MASKS: list[dict[str, Any]] = [
    {"mask": "suppress"},
    {"mask": "pseudonymize"},
    {"mask": "pseudonymize", "length": 16},
    {"mask": "generalize_date", "unit": "week"},
    {"mask": "generalize_date", "unit": "year"},
    {"mask": "generalize_number", "width": 15},
    {"mask": "partial", "keep_first": 2, "keep_last": 2},
]
PRINCIPALS = [
    {"orchestrator": "airflow"},
    {"pipeline": "p*"},
    {"team": "*"},
    {"triggered_by": "dana"},
    {"environment": "prod"},
]
WINDOWS = [{"from": "2026-01-01"}, {"until": "2026-01-01"}, {"until": "2027-01-01"}]


def some(items: list[Any], *, least: int = 1) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(items), min_size=least, max_size=3, unique_by=repr)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def permits(draw: st.DrawFn, name: str) -> dict[str, Any]:
    tables = draw(some(list(TABLES)))
    unmask = draw(some(["email", "birth", "money", "key"], least=0))
    free = [c for c in ("email", "birth", "money", "key") if c not in unmask]
    masked = draw(some(free, least=0)) if free else []
    rule = {
        "id": name,
        "effect": "permit",
        "principals": draw(some(PRINCIPALS)),
        "purposes": draw(some(["one", "two"])),
        "sources": ["src"],
        "tables": tables,
        "unmask": unmask,
        "masks": {c: draw(st.sampled_from(MASKS)) for c in masked},
        "row_filters": {
            t: draw(st.sampled_from(["x = 1", "y = 2"])) for t in draw(some(tables, least=0))
        },
        "columns": {
            t: draw(some(list(TABLES[t])))
            for t in draw(some(tables, least=0))
            if draw(st.booleans())
        },
        "limits": draw(
            optional(
                st.fixed_dictionaries({"rows": st.integers(1, 9), "seconds": st.integers(1, 9)})
            )
        ),
        "valid": draw(optional(st.sampled_from(WINDOWS))),
    }
    approvers = draw(optional(some(["ann", "bob", "cy"])))
    if approvers:
        rule["approval"] = {
            "approvers": approvers,
            "required": draw(st.integers(1, len(approvers))),
        }
    return {key: value for key, value in rule.items() if value is not None}


@st.composite
def forbids(draw: st.DrawFn, name: str) -> dict[str, Any]:
    rule = {
        "id": name,
        "effect": "forbid",
        "reason": "No.",
        "principals": draw(optional(some(PRINCIPALS))),
        "tables": draw(optional(some(list(TABLES)))),
        "classes": draw(optional(some(["email", "birth", "key"]))),
        "valid": draw(optional(st.sampled_from(WINDOWS))),
    }
    return {key: value for key, value in rule.items() if value is not None}


@st.composite
def rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Permits that often match, and now and then a forbid."""
    count = draw(st.integers(1, 4))
    found = [draw(permits(f"p{i}")) for i in range(count)]
    return found + [draw(forbids(f"f{i}")) for i in range(draw(st.integers(0, 1)))]


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from([*TABLES, "s.unlisted"]), min_size=1, max_size=2))
    weight = st.sampled_from([0, 0, 0, 1])
    return {
        "request": ExtractRequest(
            source="src", sql="", purpose=draw(st.sampled_from(["one", "two"]))
        ),
        "identity": RunIdentity(
            orchestrator=draw(st.sampled_from(["airflow", "cli"])),
            pipeline="p1",
            task="t",
            run="r",
            team=draw(st.sampled_from([None, "data"])),
            triggered_by="dana",
            trust=draw(st.sampled_from(list(Trust))),
            environment="prod" if draw(weight) == 0 else "default",
        ),
        "relations": [_relation(name) for name in names],
        "now": datetime(2026, 6, 1, tzinfo=UTC),
    }


def _relation(text: str) -> Relation:
    schema, name = text.split(".")
    columns = [*TABLES.get(text, {"id": "key"}), "unlisted"]
    return Relation(
        name=RelationName(schema=schema, name=name),
        kind="table",
        columns=tuple(
            CatalogColumn(name=c, native_type="text", family=TypeFamily.TEXT) for c in columns
        ),
    )


def build(given_rules: list[dict[str, Any]]) -> Policy | None:
    """Check the policy; a forbid that can never fire is rightly refused and proves nothing."""
    try:
        return parse_policy(json.dumps(BASE | {"rules": given_rules}))
    except PolicyInvalid as error:
        if "never fire" not in str(error):
            raise
        return None


def readable(obligations: Obligations) -> set[str]:
    return {str(ref) for ref, rule in obligations.columns.items() if rule.mask is not None}


def no_weaker(new: Mask, old: Mask) -> bool:
    """A mask that was combined with another one stays as it is when combined again."""
    return ORDER.index(type(new)) <= ORDER.index(type(old)) and strongest([new, old]) == new


def no_looser(after: Decision, before: Decision) -> None:
    new, old = after.obligations, before.obligations
    assert readable(new) <= readable(old)
    for ref, rule in old.columns.items():
        now = new.columns[ref].mask
        assert now is None or (rule.mask is not None and no_weaker(now, rule.mask))
    assert new.keep_classes <= old.keep_classes
    for relation, conditions in old.row_filters.items():
        assert set(conditions) <= set(new.row_filters[relation])
    for kind in ("rows", "seconds"):
        limit = getattr(old.limits, kind)
        assert limit is None or getattr(new.limits, kind) <= limit
    if old.approval:
        assert new.approval is not None
        assert answers(new.approval, old.approval)


def answers(new: ApprovalTerms, old: ApprovalTerms) -> bool:
    """Whoever meets the new terms meets the old ones."""
    groups = itertools.combinations(new.approvers, new.required)
    return all(len(set(group) & set(old.approvers)) >= old.required for group in groups)


@settings(max_examples=60, deadline=None)
@given(rules(), forbids("extra"), questions())
def test_a_forbid_never_permits_more(
    some_rules: list[dict[str, Any]], extra: dict[str, Any], question: dict[str, Any]
) -> None:
    before, after = build(some_rules), build([*some_rules, extra])
    if before is None or after is None:
        return
    was, now = decide(before, **question), decide(after, **question)
    assert was.permitted or not now.permitted
    if now.permitted:
        no_looser(now, was)


@settings(max_examples=60, deadline=None)
@given(rules(), permits("extra"), questions())
def test_a_further_permit_never_loosens_what_is_permitted(
    some_rules: list[dict[str, Any]], extra: dict[str, Any], question: dict[str, Any]
) -> None:
    before, after = build(some_rules), build([*some_rules, extra])
    if before is None or after is None:
        return
    was, now = decide(before, **question), decide(after, **question)
    if was.permitted:
        assert now.permitted
        no_looser(now, was)


@settings(max_examples=60, deadline=None)
@given(rules(), questions(), st.randoms())
def test_the_order_of_rules_means_nothing(
    some_rules: list[dict[str, Any]], question: dict[str, Any], luck: random.Random
) -> None:
    mixed = luck.sample(some_rules, len(some_rules))
    one, other = build(some_rules), build(mixed)
    if one is None or other is None:
        assert one is other
        return
    assert one.digest == other.digest
    assert explain(one, **question) == explain(other, **question)


@settings(max_examples=60, deadline=None)
@given(rules(), questions())
def test_what_always_holds(some_rules: list[dict[str, Any]], question: dict[str, Any]) -> None:
    policy = build(some_rules)
    if policy is None:
        return
    decision = decide(policy, **question)
    permitting = {
        v.rule for v in explain(policy, **question).verdicts if v.matched and v.effect == "permit"
    }
    if not decision.permitted:
        assert decision.reasons
        assert decision.obligations == Obligations()
        return
    assert "s.unlisted" not in {str(r.name) for r in question["relations"]}
    assert permitting == set(decision.rules) - {r.id for r in policy.forbids}
    for rule in decision.obligations.columns.values():
        if rule.data_class is None:
            assert rule.mask is None
        if isinstance(rule.mask, Keep):
            assert (
                rule.data_class == "public" or rule.data_class in decision.obligations.keep_classes
            )
        assert rule.data_class not in {"secret", "free_text"} or not isinstance(
            rule.mask, (Keep, Partial)
        )


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.characters(), max_size=400)
    | st.from_regex(r"([a-z&*!%{}\[\]:,?|>'\"#\-<~ \t\n\r0-9.]|rules|version: 1\n|name: x\n)*")
)
def test_any_text_is_a_policy_or_invalid(text: str) -> None:
    try:
        assert parse_policy(text).digest.startswith("sha256:")
    except PolicyInvalid as error:
        first = str(error).splitlines()[1]
        line, column = first.split(":")[1:3]
        assert int(line) >= 1
        assert int(column) >= 1


LEAVES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        1,
        -1,
        0.5,
        10**20,
        "",
        "x",
        "s.a",
        "*",
        "2026-01-01",
        "24h",
        "\ud800",
        "a\u2028b",
        [],
        {},
        "email",
        "permit",
    ]
)


@settings(max_examples=150, deadline=None)
@given(permits("p"), forbids("f"), st.data())
def test_any_damage_to_a_policy_leaves_it_a_policy_or_invalid(
    permit: dict[str, Any], forbid: dict[str, Any], data: st.DataObject
) -> None:
    document: Any = json.loads(json.dumps(BASE | {"rules": [permit, forbid]}))
    for _ in range(data.draw(st.integers(1, 3))):
        node = document
        while True:
            keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(node[key], (dict, list)) and data.draw(st.booleans()):
                node = node[key]
                continue
            node[key] = data.draw(LEAVES)
            break
    text = json.dumps(document)
    try:
        policy = parse_policy(text)
    except PolicyInvalid:
        return
    assert policy.digest == parse_policy(text).digest
