"""What a Dagster asset has released, read in Airflow.

Use this where one team works in Dagster and another in Airflow. ``wait`` waits for the release of
the day and demands who made it. ``lake`` is a connection of type fs whose extra says
``"attested": "required"``: files that belong to no release, or are not as attested, are not read.
What comes out names the release that it was made from, so ``sluicegate ledger chain`` shows all of
it, from the database on. The Dagster side is example_dags/dagster/reads_airflow.py.

Not for files that nobody has attested: scan them as ``verify_foreign_output`` does.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_sluicegate import AttestationSensor, GuardedExtractOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))
DAY = "{{ data_interval_start | ds }}"

with DAG(
    "reads_dagster",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["team:growth"],
) as dag:
    wait = AttestationSensor(
        task_id="wait",
        output=f"{LAKE}/shared/sums_by_day/day={DAY}",
        demands={"producers": ["dagster:*.sums_by_day"], "purposes": ["churn_training"]},
        deferrable=True,
        timeout=6 * 60 * 60,
    )
    report = GuardedExtractOperator(
        task_id="report",
        conn_id="lake",
        sql="SELECT status, orders, amount FROM sums_by_day WHERE day = :day",
        parameters={"day": DAY},
        output=f"{LAKE}/reports/{DAY}",
        purpose="churn_training",
    )
    wait >> report
