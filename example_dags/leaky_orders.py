"""An extract that leaks, and is stopped.

The policy takes ``orders.gateway_ref`` for a harmless reference, but the payment gateway writes
access tokens into it. The scan of what leaves finds them: the task fails at once, whatever
``retries`` says, and nothing stands at the output.

Use this where somebody wants to see what a leak looks like before it happens: run it, and read the
log.

Not for copying: its policy is wrong on purpose.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedExtractOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))

with DAG("leaky_orders", schedule=None, tags=["team:growth"]) as dag:
    GuardedExtractOperator(
        task_id="orders",
        conn_id="shop_prod",
        sql="SELECT id, customer_id, placed_at, amount, gateway_ref FROM orders",
        output=f"{LAKE}/train/orders/{{{{ run_id }}}}",
        purpose="churn_training",
        retries=2,
    )
