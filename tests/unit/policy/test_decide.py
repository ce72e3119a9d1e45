"""The decision: deny by default, forbid beats permit, and rules combine to the stricter."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from sluicegate.errors import PolicyError
from sluicegate.model.data import (
    PUBLIC,
    CatalogColumn,
    ColumnRef,
    Relation,
    RelationName,
    TypeFamily,
)
from sluicegate.model.decision import ApprovalTerms, Decision, Effect, Limits
from sluicegate.model.identity import RunIdentity, Trust
from sluicegate.model.masks import (
    Bucket,
    Constant,
    Fake,
    GeneralizeDate,
    GeneralizeNumber,
    Keep,
    Mask,
    Partial,
    PreserveFormat,
    Pseudonymize,
    Redact,
    ShiftDate,
    Suppress,
    SuppressRow,
    Tokenize,
)
from sluicegate.model.request import ExtractRequest
from sluicegate.policy import Policy, decide, explain, parse_policy
from sluicegate.policy.obligations import combine_approvals
from sluicegate.policy.strength import strongest

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
RUN = RunIdentity(
    orchestrator="airflow",
    pipeline="guarded_customers",
    task="customers",
    run="r1",
    triggered_by="dana",
    trust=Trust.AUTHENTICATED,
    trigger="manual",
    owner="ml",
    team="data-ml",
    environment="prod",
)
REQUEST = ExtractRequest(source="shop", sql="SELECT 1", purpose="churn")


def relation(name: str, *columns: str, schema: str = "public") -> Relation:
    return Relation(
        name=RelationName(schema=schema, name=name),
        kind="table",
        columns=tuple(
            CatalogColumn(name=c, native_type="text", family=TypeFamily.TEXT) for c in columns
        ),
    )


CUSTOMERS = relation("customers", "id", "email", "phone", "plan", "notes", "token", "added")
ORDERS = relation("orders", "id", "customer_id", "email")


def permit(**changes: Any) -> dict[str, Any]:
    """A permit rule for everything in the small policy; a change of None removes the key."""
    rule = {
        "id": "all",
        "effect": "permit",
        "principals": [{"orchestrator": "airflow"}],
        "purposes": ["churn"],
        "sources": ["shop"],
        "tables": ["*"],
        **changes,
    }
    return {key: value for key, value in rule.items() if value is not None}


def forbid(**changes: Any) -> dict[str, Any]:
    return {"id": "no", "effect": "forbid", "reason": "Not this.", **changes}


def document(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "name": "small",
        "sources": {
            "shop": {
                "tables": {
                    "public.customers": {
                        "columns": {
                            "id": "customer_id",
                            "email": "email",
                            "phone": "phone",
                            "plan": "public",
                            "notes": "free_text",
                            "token": "secret",
                        }
                    },
                    "public.orders": {
                        "columns": {"id": "public", "customer_id": "customer_id", "email": "email"}
                    },
                }
            },
            "other": {"tables": {"main.things": {"columns": {"id": "public"}}}},
        },
        "classes": {
            "customer_id": {"mask": "pseudonymize"},
            "email": {"mask": "pseudonymize"},
            "phone": {"mask": "partial", "keep_last": 2},
        },
        "rules": list(rules),
        **changes,
    }


def policy(*rules: dict[str, Any], **changes: Any) -> Policy:
    return parse_policy(yaml.safe_dump(document(*rules, **changes), sort_keys=False))


def ask(
    checked: Policy,
    *relations: Relation,
    run: dict[str, Any] | None = None,
    now: datetime = NOW,
    **request: Any,
) -> Decision:
    return decide(
        checked,
        request=replace(REQUEST, **request),
        identity=replace(RUN, **(run or {})),
        relations=relations or (CUSTOMERS,),
        now=now,
    )


def column(table: str, name: str) -> ColumnRef:
    return ColumnRef(relation=RelationName(schema="public", name=table), column=name)


def codes(decision: Decision) -> set[str]:
    assert decision.effect is Effect.DENY
    assert decision.obligations.columns == {}
    return {reason.code for reason in decision.reasons}


# ------------------------------------------------------------------ deny by default


def test_an_empty_policy_permits_nothing() -> None:
    assert codes(ask(parse_policy("version: 1\nname: x\n"))) == {"POLICY-SOURCE-UNKNOWN"}
    assert codes(ask(policy())) == {"POLICY-NO-RULE"}


def test_what_matches_is_permitted() -> None:
    decision = ask(policy(permit()))
    assert decision.permitted
    assert decision.rules == ("all",)
    assert decision.reasons == ()
    assert set(decision.obligations.columns) == {
        column("customers", c.name) for c in CUSTOMERS.columns
    }


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"purpose": "ads"}, "POLICY-PURPOSE"),
        ({"purpose": "Churn"}, "POLICY-PURPOSE"),
        ({"purpose": "churn "}, "POLICY-PURPOSE"),
        ({"purpose": ""}, "POLICY-PURPOSE"),
        ({"source": "shopp"}, "POLICY-SOURCE-UNKNOWN"),
        ({"source": "SHOP"}, "POLICY-SOURCE-UNKNOWN"),
        ({"source": ""}, "POLICY-SOURCE-UNKNOWN"),
        ({"source": "other"}, "POLICY-RELATION-UNKNOWN"),
        ({"run": {"orchestrator": "cli"}}, "POLICY-NO-RULE"),
        ({"run": {"orchestrator": "Airflow"}}, "POLICY-NO-RULE"),
        ({"run": {"orchestrator": ""}}, "POLICY-NO-RULE"),
        ({"run": {"pipeline": "x\u200b"}}, "POLICY-IDENTITY"),
        ({"run": {"orchestrator": "airflow\n"}}, "POLICY-IDENTITY"),
        ({"run": {"triggered_by": "a\x00b"}}, "POLICY-IDENTITY"),
    ],
)
def test_what_does_not_match_is_denied(asked: dict[str, Any], code: str) -> None:
    assert codes(ask(policy(permit()), **asked)) == {code}


@pytest.mark.parametrize(
    "name",
    [
        relation("refunds"),
        relation("Customers"),
        relation("customers "),
        relation("\u0441ustomers"),
        relation("customers", schema="PUBLIC"),
        relation("customers", schema=""),
        relation("customers", schema="archive"),
        relation("", schema="public.customers"),
        relation("pg_stats", "most_common_vals", schema="pg_catalog"),
        relation("tables", schema="information_schema"),
        relation("pg_stat_statements"),
        relation("sqlite_master", schema="main"),
        relation("SQLITE_SCHEMA", schema="main"),
    ],
    ids=lambda r: str(r.name),
)
def test_a_relation_that_is_not_listed_is_denied_even_under_a_star(name: Relation) -> None:
    assert codes(ask(policy(permit()), name)) == {"POLICY-RELATION-UNKNOWN"}
    assert codes(ask(policy(permit()), CUSTOMERS, name)) == {"POLICY-RELATION-UNKNOWN"}


def test_a_dot_in_a_name_does_not_make_it_another_relation() -> None:
    sources = {
        "shop": {
            "tables": {
                'a."b.c"': {"columns": {"id": "public"}},
                "public.customers": {"columns": {"id": "public"}},
            }
        }
    }
    checked = policy(permit(), sources=sources)
    assert ask(checked, relation("b.c", "id", schema="a")).permitted
    assert codes(ask(checked, relation("c", "id", schema="a.b"))) == {"POLICY-RELATION-UNKNOWN"}


def test_a_statement_that_reads_nothing_is_denied() -> None:
    decision = decide(policy(permit()), request=REQUEST, identity=RUN, relations=(), now=NOW)
    assert codes(decision) == {"POLICY-NO-RELATION"}


def test_every_relation_needs_a_rule() -> None:
    checked = policy(permit(tables=["public.customers"]))
    assert ask(checked).permitted
    decision = ask(checked, CUSTOMERS, ORDERS)
    assert codes(decision) == {"POLICY-NO-RULE"}
    assert [r.place for r in decision.reasons] == ["public.orders"]


def test_two_rules_may_cover_the_relations_between_them() -> None:
    checked = policy(
        permit(id="a", tables=["public.customers"]), permit(id="b", tables=["public.orders"])
    )
    assert ask(checked, CUSTOMERS, ORDERS).rules == ("a", "b")


def test_a_rule_for_another_purpose_does_not_help() -> None:
    checked = policy(
        permit(id="a", tables=["public.customers"]),
        permit(id="b", tables=["public.orders"], purposes=["ads"]),
    )
    assert codes(ask(checked, CUSTOMERS, ORDERS)) == {"POLICY-NO-RULE"}


# ------------------------------------------------------------------ principals


@pytest.mark.parametrize(
    ("principal", "run", "permitted"),
    [
        ({"pipeline": "guarded_*"}, {}, True),
        ({"pipeline": "Guarded_*"}, {}, False),
        ({"pipeline": "guarded_customer?"}, {}, True),
        ({"pipeline": "guarded_"}, {}, False),
        ({"pipeline": "customers"}, {}, False),
        ({"pipeline": "guarded_*", "team": "data*"}, {}, True),
        ({"pipeline": "guarded_*", "team": "web"}, {}, False),
        ({"team": "*"}, {"team": None}, False),
        ({"team": "*"}, {"team": ""}, False),
        ({"owner": "*"}, {"owner": None}, False),
        ({"triggered_by": "*"}, {"triggered_by": None}, False),
        ({"database_login": "*"}, {}, False),
        ({"database_login": "reader"}, {"database_login": "reader"}, True),
        ({"environment": "prod"}, {}, True),
        ({"environment": "prod"}, {"environment": "default"}, False),
        ({"trigger": "manual"}, {}, True),
        ({"task": "customers"}, {}, True),
        ({"triggered_by": "dana"}, {}, True),
        ({"triggered_by": "dana"}, {"trust": Trust.ASSERTED}, False),
        ({"triggered_by": "dana"}, {"trust": Trust.UNKNOWN}, False),
        ({"pipeline": "*"}, {"trust": Trust.ASSERTED}, True),
        ({"pipeline": "*", "trust": "authenticated"}, {}, True),
        ({"pipeline": "*", "trust": "authenticated"}, {"trust": Trust.ASSERTED}, False),
        ({"pipeline": "*", "trust": "authenticated"}, {"triggered_by": None}, False),
    ],
)
def test_a_principal_matches_by_all_that_is_given(
    principal: dict[str, Any], run: dict[str, Any], permitted: bool
) -> None:
    assert ask(policy(permit(principals=[principal])), run=run).permitted is permitted


def test_any_principal_of_a_rule_is_enough() -> None:
    assert ask(policy(permit(principals=[{"pipeline": "x"}, {"team": "data*"}]))).permitted


def test_a_forbid_holds_for_whoever_claims_to_be_the_one() -> None:
    checked = policy(permit(), forbid(principals=[{"triggered_by": "dana"}]))
    assert codes(ask(checked, run={"trust": Trust.ASSERTED})) == {"POLICY-FORBIDDEN"}
    assert ask(checked, run={"triggered_by": "lee"}).permitted


# ------------------------------------------------------------------ forbid


@pytest.mark.parametrize(
    ("rule", "denied"),
    [
        ({}, True),
        ({"principals": [{"pipeline": "guarded_*"}]}, True),
        ({"principals": [{"pipeline": "other"}]}, False),
        ({"purposes": ["churn"]}, True),
        ({"purposes": ["quality"]}, False),
        ({"sources": ["shop"]}, True),
        ({"sources": ["other"]}, False),
        ({"tables": ["public.customers"]}, True),
        ({"tables": ["*.c*"]}, True),
        ({"tables": ["public.orders"]}, False),
        ({"valid": {"until": "2026-01-01"}}, False),
        ({"valid": {"from": "2026-01-01"}}, True),
    ],
)
def test_a_forbid_beats_a_permit(rule: dict[str, Any], denied: bool) -> None:
    checked = policy(permit(purposes=["churn", "quality"]), forbid(**rule))
    decision = ask(checked)
    assert decision.permitted is not denied
    if denied:
        assert codes(decision) == {"POLICY-FORBIDDEN"}
        assert decision.rules == ("no",)
        assert decision.reasons[0].message == "Not this."


def test_a_forbidden_table_denies_a_join_with_it() -> None:
    checked = policy(permit(), forbid(tables=["public.orders"]))
    assert ask(checked).permitted
    assert codes(ask(checked, CUSTOMERS, ORDERS)) == {"POLICY-FORBIDDEN"}


def test_a_forbid_with_classes_makes_their_columns_unreadable() -> None:
    decision = ask(policy(permit(), forbid(classes=["email", "phone"])), CUSTOMERS, ORDERS)
    assert decision.permitted
    closed = {str(ref) for ref, rule in decision.obligations.columns.items() if rule.rule == "no"}
    assert closed == {"public.customers.email", "public.customers.phone", "public.orders.email"}
    assert decision.obligations.columns[column("customers", "email")].mask is None
    assert decision.rules == ("all", "no")


def test_a_forbid_with_classes_and_tables_closes_only_there() -> None:
    columns = ask(
        policy(permit(), forbid(classes=["email"], tables=["public.orders"])), CUSTOMERS, ORDERS
    ).obligations.columns
    assert columns[column("orders", "email")].mask is None
    assert columns[column("customers", "email")].mask == Pseudonymize()


def test_a_forbid_beats_an_unmask_grant() -> None:
    obligations = ask(policy(permit(unmask=["email"]), forbid(classes=["email"]))).obligations
    assert obligations.columns[column("customers", "email")].mask is None
    assert obligations.keep_classes == frozenset()


# ------------------------------------------------------------------ window

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "permitted"),
    [
        (JANUARY, True),
        (JANUARY - timedelta(microseconds=1), False),
        (datetime(2027, 1, 1, tzinfo=UTC), False),
        (datetime(2027, 1, 1, tzinfo=UTC) - timedelta(microseconds=1), True),
        (datetime.fromisoformat("2026-01-01T00:30:00+01:00"), False),
        (datetime.fromisoformat("2025-12-31T23:30:00-01:00"), True),
    ],
)
def test_a_window_begins_with_its_first_day_and_ends_before_its_last(
    now: datetime, permitted: bool
) -> None:
    decision = ask(policy(permit(valid={"from": "2026-01-01", "until": "2027-01-01"})), now=now)
    assert decision.permitted is permitted
    if permitted:
        assert decision.valid_until == datetime(2027, 1, 1, tzinfo=UTC)
    else:
        assert codes(decision) == {"POLICY-OUTSIDE-WINDOW"}


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(PolicyError, match="zone"):
        ask(policy(permit()), now=datetime(2026, 6, 1))  # noqa: DTZ001 - the naive time is the case


def test_a_rule_out_of_force_takes_no_part() -> None:
    checked = policy(
        permit(),
        permit(id="old", masks={"email": {"mask": "suppress"}}, valid={"until": "2026-01-01"}),
    )
    assert ask(checked).rules == ("all",)


# ------------------------------------------------------------------ columns and masks


def test_each_column_has_its_default_mask_and_says_who_decided() -> None:
    columns = ask(policy(permit())).obligations.columns
    told = {ref.column: (rule.mask, rule.data_class, rule.rule) for ref, rule in columns.items()}
    assert told == {
        "id": (Pseudonymize(), "customer_id", "default:customer_id"),
        "email": (Pseudonymize(), "email", "default:email"),
        "phone": (Partial(keep_last=2), "phone", "default:phone"),
        "plan": (Keep(), "public", "built-in:public"),
        "notes": (Redact(), "free_text", "built-in:free_text"),
        "token": (Suppress(), "secret", "built-in:secret"),
        "added": (None, None, "default:unclassified"),
    }


def test_an_unclassified_column_is_suppressed_only_if_the_source_says_so() -> None:
    sources = document()["sources"]
    sources["shop"]["unclassified"] = "suppress"
    rule = ask(policy(permit(), sources=sources)).obligations.columns[column("customers", "added")]
    assert (rule.mask, rule.data_class) == (Suppress(), None)


def test_a_column_in_another_case_is_unclassified() -> None:
    columns = ask(policy(permit()), relation("customers", "Plan", "plan ")).obligations.columns
    assert [rule.mask for rule in columns.values()] == [None, None]


def test_a_relation_that_is_read_twice_is_covered_whole() -> None:
    columns = ask(
        policy(permit()), relation("customers", "id"), relation("customers", "email")
    ).obligations.columns
    assert {ref.column for ref in columns} == {"id", "email"}


def test_a_rule_may_open_some_columns_only() -> None:
    columns = ask(
        policy(permit(columns={"public.customers": ["id", "plan"]})), CUSTOMERS, ORDERS
    ).obligations.columns
    readable = {str(ref) for ref, rule in columns.items() if rule.mask is not None}
    assert readable == {
        "public.customers.id",
        "public.customers.plan",
        *(f"public.orders.{c}" for c in ("id", "customer_id", "email")),
    }
    assert columns[column("customers", "email")].rule == "all"


def test_the_stronger_of_two_masks_counts() -> None:
    rules = (
        permit(id="a", masks={"phone": {"mask": "pseudonymize"}}),
        permit(id="b", masks={"email": {"mask": "suppress"}}),
    )
    columns = ask(policy(*rules)).obligations.columns
    assert (
        columns[column("customers", "phone")].mask,
        columns[column("customers", "phone")].rule,
    ) == (Pseudonymize(), "a")
    assert (
        columns[column("customers", "email")].mask,
        columns[column("customers", "email")].rule,
    ) == (Suppress(), "b")


@pytest.mark.parametrize(
    ("masks", "expected"),
    [
        ([Keep(), Partial()], Partial()),
        ([Partial(keep_last=4), Partial(keep_last=4)], Partial(keep_last=4)),
        ([Partial(keep_last=4), Partial(keep_last=2)], Partial(keep_last=0)),
        ([Partial(keep_last=4), Partial(keep_last=4, fill="#")], Partial(keep_last=4, fill="#")),
        ([Partial(), GeneralizeNumber(width=10)], GeneralizeNumber(width=10)),
        ([GeneralizeNumber(width=10), GeneralizeNumber(width=15)], GeneralizeNumber(width=30)),
        ([GeneralizeNumber(width=10**12), GeneralizeNumber(width=10**12 - 1)], Suppress()),
        ([GeneralizeNumber(), GeneralizeDate()], GeneralizeDate()),
        ([GeneralizeDate(unit="day"), GeneralizeDate(unit="week")], GeneralizeDate(unit="week")),
        ([GeneralizeDate(unit="week"), GeneralizeDate(unit="month")], Suppress()),
        (
            [
                GeneralizeDate(unit="year"),
                GeneralizeDate(unit="quarter"),
                GeneralizeDate(unit="day"),
            ],
            GeneralizeDate(unit="year"),
        ),
        ([GeneralizeDate(unit="week"), GeneralizeDate(unit="month"), Redact()], Redact()),
        ([Redact(), Pseudonymize()], Pseudonymize()),
        ([Pseudonymize(length=64), Pseudonymize(length=16)], Pseudonymize(length=16)),
        ([Pseudonymize(), Suppress(), Keep()], Suppress()),
        ([SuppressRow(), Suppress(), Keep()], SuppressRow()),
        ([Constant(value="a"), Constant(value="b")], Suppress()),
        ([Constant(value="a"), Pseudonymize()], Constant(value="a")),
        ([Fake(kind="name"), Pseudonymize()], Fake(kind="name")),
        ([Fake(kind="name"), Fake(kind="email")], Suppress()),
        ([Pseudonymize(form="uuid"), Pseudonymize()], Suppress()),
        ([Pseudonymize(), Tokenize(), PreserveFormat()], Pseudonymize()),
        ([Tokenize(), Tokenize(store="vault")], Suppress()),
        ([Redact(labels="numbered"), Redact()], Redact()),
        ([Bucket(bounds=(1, 2, 3)), Bucket(bounds=(0, 2, 3))], Bucket(bounds=(2, 3))),
        ([Bucket(bounds=(1,)), Bucket(bounds=(2,))], Suppress()),
        ([ShiftDate(subject="a"), ShiftDate(subject="b")], Suppress()),
        ([ShiftDate(subject="a"), GeneralizeDate()], GeneralizeDate()),
        ([Partial(keep="domain"), Partial(keep="domain")], Partial(keep="domain")),
        (
            [Partial(keep_first=0, keep_last=0, keep="domain"), Partial(keep_last=4)],
            Partial(keep_first=0, keep_last=0),
        ),
    ],
)
def test_the_order_of_masks(masks: list[Mask], expected: Mask) -> None:
    for order in itertools.permutations(masks):
        assert strongest(order) == expected


@pytest.mark.parametrize("text", ["", "9", "99", "199", "1199", "55501199"])
def test_two_partial_masks_show_no_character_that_one_of_them_hides(text: str) -> None:
    def kept(mask: Mask) -> set[int]:
        assert isinstance(mask, Partial)
        if len(text) <= mask.keep_first + mask.keep_last:
            return set()
        return {*range(mask.keep_first), *range(len(text) - mask.keep_last, len(text))}

    for a, b, c, d in itertools.product(range(4), repeat=4):
        one, other = Partial(keep_first=a, keep_last=b), Partial(keep_first=c, keep_last=d)
        assert kept(strongest([one, other])) <= kept(one) & kept(other)


# ------------------------------------------------------------------ unmasking


def test_unmasking_is_a_grant_of_its_own() -> None:
    obligations = ask(policy(permit(unmask=["email"]))).obligations
    assert obligations.columns[column("customers", "email")].mask == Keep()
    assert obligations.columns[column("customers", "email")].rule == "all"
    assert obligations.keep_classes == {"email"}


def test_public_columns_are_kept_and_are_no_grant() -> None:
    assert ask(policy(permit())).obligations.keep_classes == frozenset()


def test_a_grant_counts_only_if_every_rule_for_the_class_gives_it() -> None:
    a, b = (
        permit(id="a", tables=["public.customers"], unmask=["email"]),
        permit(id="b", tables=["public.orders"]),
    )
    obligations = ask(policy(a, b), CUSTOMERS, ORDERS).obligations
    assert obligations.keep_classes == frozenset()
    assert obligations.columns[column("customers", "email")].mask == Pseudonymize()
    assert ask(policy(a, b)).obligations.keep_classes == {"email"}


def test_a_grant_for_a_class_that_is_not_read_opens_nothing() -> None:
    assert ask(policy(permit(unmask=["phone"])), ORDERS).obligations.keep_classes == frozenset()


# ------------------------------------------------------------------ filters, limits, approvals


def test_all_row_filters_hold() -> None:
    rules = [permit(id=i, row_filters={"public.customers": f"region = '{i}'"}) for i in ("b", "a")]
    filters = ask(policy(*rules, permit(id="c")), CUSTOMERS, ORDERS).obligations.row_filters
    assert filters == {CUSTOMERS.name: ("region = 'a'", "region = 'b'")}


def test_the_smallest_limits_count() -> None:
    a, b = (
        permit(id="a", limits={"rows": 10, "bytes": "2GiB"}),
        permit(id="b", limits={"rows": 20, "bytes": "2GB", "seconds": 1.5}),
    )
    assert ask(policy(a, b)).obligations.limits == Limits(rows=10, bytes=2_000_000_000, seconds=1.5)
    assert ask(policy(permit())).obligations.limits == Limits()


def test_an_approval_obliges_with_its_terms() -> None:
    checked = policy(
        permit(approval={"required": 1, "approvers": ["lee", "dana"], "expires": "30m"})
    )
    assert ask(checked).obligations.approval == ApprovalTerms(
        required=1, approvers=("dana", "lee"), expires_seconds=1800
    )


def test_an_approval_of_one_rule_is_not_lost_beside_a_rule_without() -> None:
    checked = policy(permit(id="a"), permit(id="b", approval={"approvers": ["dana"]}))
    assert ask(checked).obligations.approval == ApprovalTerms(approvers=("dana",))


def test_whoever_meets_combined_terms_meets_each_of_them() -> None:
    people = "abcd"
    lists = [c for n in (1, 2, 3) for c in itertools.combinations(people, n)]
    terms = [
        ApprovalTerms(required=r, approvers=names)
        for names in lists
        for r in range(1, len(names) + 1)
    ]
    for one, other in itertools.product(terms, repeat=2):
        both = combine_approvals([one, other])
        assert both is not None
        assert both.required <= len(both.approvers)
        for answer in itertools.combinations(both.approvers, both.required):
            for each in (one, other):
                assert len(set(answer) & set(each.approvers)) >= each.required


# ------------------------------------------------------------------ what a refusal tells


def test_purposes_are_told_only_of_rules_that_name_the_principal() -> None:
    checked = policy(
        permit(purposes=["churn"]),
        permit(id="hidden", principals=[{"team": "legal"}], purposes=["lawsuit"]),
    )
    told = " ".join(str(r) for r in ask(checked, purpose="x").reasons)
    assert "churn" in told
    assert "lawsuit" not in told
    stranger = " ".join(
        str(r) for r in ask(checked, purpose="lawsuit", run={"orchestrator": "cli"}).reasons
    )
    assert "churn" not in stranger
    assert "`legal`" not in stranger


def test_a_refusal_names_the_nearest_rule_and_what_it_lacks() -> None:
    checked = policy(permit(principals=[{"pipeline": "nightly_*"}]))
    (reason,) = ask(checked).reasons
    assert reason.hint == "nearest rule: `all`; its `pipeline` is another"
    assert "nightly_" not in str(reason)


def test_a_name_in_another_case_is_pointed_out() -> None:
    (reason,) = ask(policy(permit()), relation("Customers")).reasons
    assert "`public.customers` is listed, and case counts" in reason.hint


# ------------------------------------------------------------------ explain


def explained(checked: Policy, **run: Any) -> dict[str, tuple[bool, str]]:
    explanation = explain(
        checked, request=REQUEST, identity=replace(RUN, **run), relations=[CUSTOMERS], now=NOW
    )
    assert explanation.decision == ask(checked, run=run)
    assert explanation.decided_by == explanation.decision.rules
    return {v.rule: (v.matched, v.reason) for v in explanation.verdicts}


def test_every_rule_is_explained_by_the_first_thing_that_it_lacks() -> None:
    checked = policy(
        permit(),
        permit(
            id="principal",
            principals=[{"pipeline": "nightly_*"}, {"orchestrator": "airflow", "team": "web"}],
        ),
        permit(id="trust", principals=[{"triggered_by": "dana"}]),
        permit(id="purpose", purposes=["ads", "quality"]),
        permit(id="source", sources=["other"]),
        permit(id="early", valid={"from": "2030-01-01"}),
        permit(id="late", valid={"until": "2020-01-01"}),
        permit(id="table", tables=["public.orders"]),
        forbid(id="f-table", tables=["public.orders"]),
        forbid(id="f-class", classes=["phone"]),
        forbid(id="f-other-class", classes=["email"], tables=["public.orders"]),
    )
    assert explained(checked, trust=Trust.ASSERTED) == {
        "f-class": (True, "Not this."),
        "f-other-class": (False, "none of its tables is read"),
        "f-table": (False, "none of its tables is read"),
        "all": (True, ""),
        "early": (False, "it is not in force before 2030-01-01T00:00:00+00:00"),
        "late": (False, "it is in force until 2020-01-01T00:00:00+00:00 only"),
        "principal": (False, "`team` `data-ml` does not match `web`"),
        "purpose": (False, "the purpose is `churn`, not one of `ads`, `quality`"),
        "source": (False, "the source is `shop`, not one of `other`"),
        "table": (False, "public.customers is not among its tables"),
        "trust": (False, "the person behind the run is not authenticated"),
    }


def test_an_explanation_holds_every_column() -> None:
    explanation = explain(
        policy(permit()), request=REQUEST, identity=RUN, relations=[CUSTOMERS], now=NOW
    )
    assert [c.column.column for c in explanation.columns] == [c.name for c in CUSTOMERS.columns]


def test_a_system_table_stays_closed_even_if_a_policy_object_lists_it() -> None:
    stats = relation("pg_stats", "most_common_vals", schema="pg_catalog")
    checked = policy(permit())
    source = replace(checked.sources["shop"], tables={stats.name: {"most_common_vals": PUBLIC}})
    rule = replace(checked.permits[0], tables={"shop": frozenset({stats.name})})
    forged = replace(checked, sources={"shop": source}, permits=(rule,))
    assert codes(ask(forged, stats)) == {"POLICY-RELATION-UNKNOWN"}
