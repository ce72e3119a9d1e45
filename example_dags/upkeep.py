"""Old support notes are deleted, within a budget and after a look.

Use this where a pipeline has to change the database: retention, erasure, corrections. ``look`` runs
the statement, tells how many rows it would change, and takes it back. ``delete`` runs it in one
transaction, once over all tries of a run, and takes it back if it changes more rows than allowed
here or in the policy. ``shop_writer`` is a login that may write; extracts keep one that cannot.

Not for loads: rows that come from elsewhere belong into a guarded transfer.
"""

from __future__ import annotations

from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedQueryOperator

DELETE = "DELETE FROM support_notes WHERE written_at < :before"

with DAG("upkeep", schedule=None, params={"before": "2024-07-01"}, tags=["team:quality"]) as dag:
    look = GuardedQueryOperator(
        task_id="look",
        conn_id="shop_writer",
        sql=DELETE,
        parameters={"before": "{{ params.before }}"},
        dry_run=True,
        purpose="retention",
    )
    delete = GuardedQueryOperator(
        task_id="delete",
        conn_id="shop_writer",
        sql=DELETE,
        parameters={"before": "{{ params.before }}"},
        max_affected_rows=20,
        purpose="retention",
    )
    look >> delete
