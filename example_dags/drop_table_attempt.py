"""A statement that would drop a table: refused before the database is asked to run anything.

Use this where somebody wants to see a refusal: the log names the rule and the place.

Not for copying: what really has to change a database is in ``upkeep``.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedExtractOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))

with DAG("drop_table_attempt", schedule=None) as dag:
    GuardedExtractOperator(
        task_id="customers",
        conn_id="shop_prod",
        sql="DROP TABLE customers",  # sluicegate: ignore G03 the gate is to refuse it
        output=f"{LAKE}/train/dropped/{{{{ run_id }}}}",
        purpose="churn_training",
        retries=2,
    )
