"""A training set out of two guarded extracts, with a check of its disclosure risk.

Use this where a model is trained on several tables. The extracts are masked under one purpose, so
their pseudonyms join. ``training_set`` takes them as Arrow tables: the I/O manager opens the
releases, and only if every file is as attested. What it returns is looked through before it is
stored, since code between the gate and the disk may do anything.
"""

import os
from pathlib import Path

import dagster as dg
import pyarrow as pa

from dagster_sluicegate import (
    GuardedIOManager,
    SluicegateResource,
    build_risk_check,
    guarded_asset,
)

LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))


@guarded_asset(source="shop_prod", purpose="churn_training", output=f"{LAKE}/people/{{run}}")
def people() -> str:
    """Customers by plan and year of birth."""
    return "SELECT id, plan, region, birth_date FROM customers"


@guarded_asset(source="shop_prod", purpose="churn_training", output=f"{LAKE}/spending/{{run}}")
def spending() -> str:
    """What each customer has paid."""
    return "SELECT customer_id, amount FROM orders WHERE status = 'paid'"


@dg.asset
def training_set(people: pa.Table, spending: pa.Table) -> pa.Table:
    """One row a customer: plan, region, and the sum of what was paid."""
    sums = spending.group_by("customer_id").aggregate([("amount", "sum")])
    joined = people.join(sums, keys="id", right_keys="customer_id", join_type="left outer")
    return joined.select(["plan", "region", "amount_sum"])


guard = SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})
defs = dg.Definitions(
    assets=[people, spending, training_set],
    asset_checks=[build_risk_check(people, quasi_identifiers=["plan"], k=2)],
    resources={
        "sluicegate": guard,
        "io_manager": GuardedIOManager(
            inner=dg.FilesystemIOManager(base_dir=str(LAKE / "values")), sluicegate=guard
        ),
    },
)
