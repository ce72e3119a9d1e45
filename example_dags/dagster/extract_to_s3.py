"""Masked orders on S3, one prefix a run.

Use this where a lake on S3 is fed from a database. The files and the attestation appear at once,
when all of them were scanned; a run that dies leaves nothing that a reader could list. Region,
endpoint and login are boto3's own.
"""

import os

import dagster as dg

from dagster_sluicegate import SluicegateResource, guarded_asset

BUCKET = os.environ.get("SHOP_LAKE_BUCKET", "shop-lake")


@guarded_asset(
    source="shop_prod",
    purpose="churn_training",
    output=f"s3://{BUCKET}/orders/{{run}}/",
    output_options={"compression": "zstd"},
    owners=["team:growth"],
)
def orders_on_s3() -> str:
    """Orders of all customers, without their keys of the payment gateway."""
    return "SELECT id, customer_id, placed_at, amount, status FROM orders"


defs = dg.Definitions(
    assets=[orders_on_s3],
    resources={"sluicegate": SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})},
)
