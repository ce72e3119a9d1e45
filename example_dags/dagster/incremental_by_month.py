"""Orders by month, each partition an extract of its own.

Use this where a table grows and only its new rows are to be read. The partition is part of the run
identity and of the folder's name, a retry of a step that had released reads nothing again, and a
backfill runs a month at a time. A month that is made anew stands beside the old release, which is
never replaced; the last materialization tells where. The bounds are bound parameters: no date is
ever spliced into SQL.
"""

import os
from pathlib import Path

import dagster as dg

from dagster_sluicegate import SluicegateResource, Statement, guarded_asset

LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2024-01-01")
SQL = """
SELECT id, customer_id, placed_at, amount, status FROM orders
WHERE placed_at >= :since AND placed_at < :until
"""


@guarded_asset(
    source="shop_prod",
    purpose="churn_training",
    output=f"{LAKE}/orders/{{partition}}/{{run}}",
    partitions_def=MONTHS,
    retry_policy=dg.RetryPolicy(max_retries=2, delay=30),
)
def orders_by_month(context: dg.AssetExecutionContext) -> Statement:
    """Orders of one month."""
    window = context.partition_time_window
    return Statement(sql=SQL, parameters={"since": window.start, "until": window.end})


defs = dg.Definitions(
    assets=[orders_by_month],
    resources={"sluicegate": SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})},
)
