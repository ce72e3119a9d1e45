"""Nothing of others is imported before it was looked at.

Use this where files come from outside, or from a pipeline without a guard, and where another
team's release is awaited. ``scan`` looks at every value of the delivery and fails on a finding or
where there is nothing. ``wait`` goes on when a release stands there that is signed by a trusted
key, unchanged and as demanded; only its lateness is waited for, anything else fails at once. Both
read only, and leave the files where they are: keep readers away until then.

Not for turning personal data into data that may be used: ``mask_files`` does that.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from airflow.sdk import DAG, task
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_sluicegate import AttestationSensor, VerifyOutputOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))
INBOX = os.environ.get("PARTNER_INBOX", str(Path.home() / "partner-inbox"))


@task
def imported() -> None:
    """Whatever is done with files that were found clean."""


with DAG(
    "verify_foreign_output",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
) as dag:
    scan = VerifyOutputOperator(task_id="scan", paths=[f"{INBOX}/segments.csv"])
    wait = AttestationSensor(
        task_id="wait",
        output=f"{LAKE}/shared/orders_by_day/day={{{{ data_interval_start | ds }}}}",
        demands={"purposes": ["churn_training"], "producers": ["airflow:incremental_by_day.*"]},
        deferrable=True,
        timeout=6 * 60 * 60,
    )
    [scan, wait] >> imported()
