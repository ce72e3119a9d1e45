"""A training set out of two guarded extracts, used only if it is attested.

Use this where a model is trained on several tables. The extracts are for one purpose, so their
pseudonyms join. The policy demands of ``people`` that nobody stands alone in it: rows of groups
that are too small are left out, or nothing is released. ``train`` reads through ``open_dataset``,
which checks the signature and every byte, and what is demanded besides, at the moment of reading.

Not for joins that need raw keys of other purposes: pseudonyms of two purposes never join.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, task

from airflow_provider_sluicegate import (
    GuardedExtractOperator,
    RequireAttestationOperator,
    SluicegateHook,
)

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))
DEMANDS: dict[str, Any] = {
    "purposes": ["churn_training"],
    "producers": ["airflow:training_set.*"],
    "not_older_than": "24h",
}


@task.guarded
def train(people: str, orders: str) -> dict[str, int]:
    """Join the releases; whatever this returned that is personal would fail the task."""
    from sluicegate import Demands, open_dataset  # noqa: PLC0415 - a DAG file is parsed often

    with SluicegateHook(None).get_conn() as gate:
        demands = Demands.of(DEMANDS)
        who = open_dataset(people, trusted_keys=gate.trusted, demands=demands).to_table()
        paid = open_dataset(orders, trusted_keys=gate.trusted, demands=demands).to_table()
    joined = who.join(paid, keys="id", right_keys="customer_id", join_type="inner")
    return {"people": who.num_rows, "joined": joined.num_rows}


with DAG("training_set", schedule=None, tags=["team:growth"]) as dag:
    output = f"{LAKE}/training/{{{{ run_id }}}}"
    people = GuardedExtractOperator(
        task_id="people",
        conn_id="shop_prod",
        sql="SELECT id, plan, region FROM customers WHERE created_at >= :since",
        parameters={"since": "2024-01-01"},
        output=f"{output}/people",
        purpose="churn_training",
    )
    orders = GuardedExtractOperator(
        task_id="orders",
        conn_id="shop_prod",
        sql="SELECT customer_id, amount FROM orders WHERE status = 'paid'",
        output=f"{output}/orders",
        purpose="churn_training",
    )
    require = RequireAttestationOperator.partial(task_id="require", demands=DEMANDS).expand(
        output=[f"{output}/people", f"{output}/orders"]
    )
    [people, orders] >> require >> train(f"{output}/people", f"{output}/orders")
