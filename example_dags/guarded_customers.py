"""Masked customers and their orders, for training a churn model.

Use this where a pipeline begins with personal data from a database: one task instead of a hook and
a script. Needs the connection ``shop_prod`` and the settings of Sluicegate; see
docs/how-to/airflow.md. The asset tells others what was released, by counts and digests.

Not for reading the same rows again every day: see ``incremental_by_day``.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import DAG, Asset

from airflow_provider_sluicegate import GuardedExtractOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))

with DAG("guarded_customers", schedule=None, tags=["team:growth"]) as dag:
    GuardedExtractOperator(
        task_id="customers",
        conn_id="shop_prod",
        sql="sql/customers_for_churn.sql",
        parameters={"since": "2024-01-01"},
        output=f"{LAKE}/train/customers/{{{{ run_id }}}}",
        purpose="churn_training",
        outlets=[Asset("churn_customers")],
    )
