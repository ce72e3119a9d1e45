"""A model of dbt, checked against the policy and extracted through the gate.

Use this where dbt builds what is extracted. The check compares the policy with what the project
says of its columns and with what the compiled models give out: a personal column that somebody has
added to a model and nobody to the policy fails it, and the extract behind it does not start. The
asset ``customer_value`` stands for what dbt builds; with dagster-dbt it is dbt's own.
"""

import os
from pathlib import Path

import dagster as dg

from dagster_sluicegate import SluicegateResource, guarded_asset
from sluicegate.dbt import compare, read_manifest, trace
from sluicegate.policy import load_policy

HERE = Path(__file__).resolve().parent
LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))
POLICY = Path(os.environ.get("SLUICEGATE_POLICY", str(HERE.parent / "policies" / "jobs.yaml")))
MANIFEST = HERE.parent / "dbt" / "manifest.json"


@dg.asset
def customer_value() -> None:
    """The model, built."""


@dg.asset_check(asset=customer_value, blocking=True)
def policy_knows_the_models() -> dg.AssetCheckResult:
    """Whether the policy and the project say the same of every column."""
    told = compare(trace(read_manifest(MANIFEST)), load_policy(POLICY), source="shop_warehouse")
    errors = [f"{d.what}: {d.relation}.{d.column}" for d in told if d.level == "error"]
    return dg.AssetCheckResult(passed=not errors, metadata={"errors": errors})


@guarded_asset(
    source="shop_warehouse",
    purpose="churn_training",
    output=f"{LAKE}/models/customer_value/{{run}}",
    deps=[customer_value],
)
def released_customer_value() -> str:
    """Customers and what they spent."""
    return "SELECT customer_id, contact, plan, spent FROM main.customer_value WHERE orders > 0"


defs = dg.Definitions(
    assets=[customer_value, released_customer_value],
    asset_checks=[policy_knows_the_models],
    resources={
        "sluicegate": SluicegateResource(sources={"shop_warehouse": "env:SHOP_WAREHOUSE_URL"})
    },
)
