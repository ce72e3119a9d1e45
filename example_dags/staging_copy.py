"""A copy of production for tests, with fakes that fit together.

Use this where a test system needs data that looks real. Names and addresses are invented, chosen by
a keyed digest: the same person gets the same fake in every table and every run, so joins and
repeated copies agree, and nobody can be found by them. Each table is replaced in one transaction,
with its attestation beside it. The policy's rule for the purpose ``staging`` decides what is faked;
this file cannot.

Not for a copy that must keep every constraint of the original: two people may get one fake name.
"""

from __future__ import annotations

from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedTransferOperator

with DAG("staging_copy", schedule=None, tags=["team:quality"]) as dag:
    GuardedTransferOperator.partial(
        task_id="copy",
        conn_id="shop_prod",
        destination_conn_id="staging",
        output_options={"if_exists": "replace"},
        purpose="staging",
    ).expand_kwargs(
        [
            {
                "sql": "SELECT id, email, full_name, plan, region FROM customers",
                "destination": "public.customers",
            },
            {
                "sql": "SELECT id, customer_id, amount, status FROM orders",
                "destination": "public.orders",
            },
        ]
    )
