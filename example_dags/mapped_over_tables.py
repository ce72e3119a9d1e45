"""One guarded extract for each table of a list, side by side.

Use this where many tables are taken in the same way and the list changes. Each mapped task has a
run identity of its own: one that is refused does not stop the others, and each retries by itself.
The list could come from another task as well; Airflow stores it and shows it, so it must hold
names and never rows.

Not for lists that a pipeline's caller brings: the text of a statement belongs to its author.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedExtractOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))

with DAG("mapped_over_tables", schedule=None, tags=["team:growth"]) as dag:
    GuardedExtractOperator.partial(
        task_id="extract", conn_id="shop_prod", purpose="churn_training"
    ).expand_kwargs(
        [
            {
                "sql": "SELECT id, email, plan, notes FROM customers WHERE plan <> 'internal'",
                "output": f"{LAKE}/tables/{{{{ run_id }}}}/customers",
            },
            {
                "sql": "SELECT id, customer_id, amount, status FROM orders WHERE status <> 'test'",
                "output": f"{LAKE}/tables/{{{{ run_id }}}}/orders",
            },
        ]
    )
