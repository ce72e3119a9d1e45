"""The policy of the demo: what the shop's data looks like to each of its runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sluicegate.model.data import CatalogColumn, Relation, TypeFamily
from sluicegate.model.decision import Decision
from sluicegate.model.identity import RunIdentity
from sluicegate.model.masks import Keep
from sluicegate.model.request import ExtractRequest
from sluicegate.policy import Policy, decide, load_policy

SHOP = Path(__file__).parents[3] / "example_dags" / "policies" / "shop.yaml"
RUN = RunIdentity(orchestrator="airflow", pipeline="guarded_customers", task="t", run="r")


@pytest.fixture(scope="module")
def shop() -> Policy:
    return load_policy(SHOP)


def ask(shop: Policy, *tables: str, purpose: str = "churn_training", **run: Any) -> Decision:
    listed = shop.sources["shop_prod"].tables
    relations = [
        Relation(
            name=name,
            kind="table",
            columns=tuple(
                CatalogColumn(name=c, native_type="text", family=TypeFamily.TEXT) for c in columns
            ),
        )
        for name, columns in listed.items()
        if name.name in tables
    ]
    return decide(
        shop,
        request=ExtractRequest(source="shop_prod", sql="", purpose=purpose),
        identity=replace(RUN, **run),
        relations=relations,
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize(
    ("run", "permitted"),
    [
        ({}, True),
        ({"pipeline": "leaky_orders"}, True),
        ({"pipeline": "drop_table_attempt"}, True),
        ({"pipeline": "unknown"}, False),
        ({"orchestrator": "dagster", "pipeline": "__ASSET_JOB"}, True),
        ({"orchestrator": "dagster", "pipeline": "nightly"}, False),
        ({"orchestrator": "cli", "pipeline": "checkout"}, True),
    ],
)
def test_the_runs_of_the_demo_may_train(shop: Policy, run: dict[str, Any], permitted: bool) -> None:
    assert ask(shop, "customers", "orders", **run).permitted is permitted
    assert not ask(shop, "support_notes", **run).permitted


def test_what_leaves_as_it_is_was_said_to_be_public(shop: Policy) -> None:
    obligations = ask(shop, "customers", "orders").obligations
    kept = {str(r) for r, rule in obligations.columns.items() if isinstance(rule.mask, Keep)}
    assert kept == {
        "public.customers.city",
        "public.customers.plan",
        "public.customers.region",
        "public.orders.amount",
        "public.orders.gateway_ref",
        "public.orders.status",
    }
    assert obligations.keep_classes == frozenset()
    assert obligations.approval is None


def test_keys_join_because_they_have_one_class(shop: Policy) -> None:
    keys = {
        str(ref): rule.data_class
        for ref, rule in ask(shop, "customers", "orders").obligations.columns.items()
    }
    assert keys["public.customers.id"] == keys["public.orders.customer_id"] == "customer_id"


def test_support_quality_needs_an_approval_and_sees_no_payment_data(shop: Policy) -> None:
    decision = ask(shop, "support_notes", "customers", purpose="support_quality")
    assert decision.permitted
    assert decision.obligations.approval is not None
    assert decision.obligations.approval.approvers == ("dana", "lee")
    closed = {str(r) for r, rule in decision.obligations.columns.items() if rule.mask is None}
    assert closed == {"public.customers.card_number", "public.customers.iban"}
    assert decision.rules == ("support-quality", "no-payment-data-for-quality")
