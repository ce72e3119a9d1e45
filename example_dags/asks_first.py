"""Support notes, extracted only after somebody has agreed.

Use this where the policy asks for a second pair of eyes. The task plans, asks, and waits without a
worker; the log shows the command that approves. The approval is for this plan, policy and identity
alone: whatever changes in the meantime asks anew, and whoever started the run cannot give it.

Not for approving what was extracted: nothing is read before the answer.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedExtractOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))

with DAG("asks_first", schedule=None, tags=["team:quality"]) as dag:
    GuardedExtractOperator(
        task_id="notes",
        conn_id="shop_prod",
        sql="SELECT customer_id, written_at, body FROM support_notes WHERE written_at >= :since",
        parameters={"since": "2024-01-01"},
        output=f"{LAKE}/quality/notes/{{{{ run_id }}}}",
        purpose="support_quality",
        wait_for_approval=timedelta(hours=8),
        approval_poll_seconds=1,
    )
