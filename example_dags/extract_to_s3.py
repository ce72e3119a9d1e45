"""Masked orders on S3, a prefix for each run.

Use this where a lake on S3 is fed from a database. Files and attestation appear at once, when every
value was looked at; of a run that dies nothing can be listed. ``lake_s3`` is a connection of type
aws; without ``destination_conn_id`` boto3 looks for a login where it always does.

Not for rows that others append to: a prefix is released once and never changed.
"""

from __future__ import annotations

import os

from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedTransferOperator

BUCKET = os.environ.get("SHOP_LAKE_BUCKET", "shop-lake")

with DAG("extract_to_s3", schedule=None, tags=["team:growth"]) as dag:
    GuardedTransferOperator(
        task_id="orders",
        conn_id="shop_prod",
        sql="SELECT id, customer_id, placed_at, amount, status FROM orders WHERE status <> 'test'",
        destination_conn_id="lake_s3",
        destination=f"s3://{BUCKET}/orders/{{{{ run_id }}}}/",
        output_options={"compression": "zstd"},
        purpose="churn_training",
        retries=3,
    )
