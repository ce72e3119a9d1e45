"""Masked customers and their orders, for training a churn model, as a Dagster asset.

Use this where an asset begins with personal data from a database. Needs the variable
``SHOP_PROD_URL`` and the settings of Sluicegate; see docs/how-to/dagster.md.
"""

import os
from pathlib import Path

import dagster as dg

from dagster_sluicegate import SluicegateResource, build_attestation_check

HERE = Path(__file__).resolve().parent
LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))


@dg.asset(owners=["team:growth"])
def customers(
    context: dg.AssetExecutionContext, sluicegate: SluicegateResource
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Customers and what they ordered, masked for the purpose of churn training."""
    return sluicegate.extract(
        context,
        source="shop_prod",
        sql=(HERE.parent / "sql" / "customers_for_churn.sql").read_text(),
        parameters={"since": "2024-01-01"},
        output=f"{LAKE}/train/customers/{context.run.run_id}",
        purpose="churn_training",
    )


defs = dg.Definitions(
    assets=[customers],
    asset_checks=[build_attestation_check(customers)],
    resources={"sluicegate": SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})},
)
