"""The orders of each day, released once however often the day is tried.

Use this where a table grows and only its new rows are to be read. The interval is bound as
parameters, and the folder is named after the day. A retry, or a run that was cleared after it had
released, gives back the same release and reads nothing; another run of the same day is refused. The
timetable has intervals: with ``@daily`` Airflow 3 gives both ends the same moment, and no row is
between.

Not for rows that change later: what was released stays as it was. Extract the whole table then.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from airflow.sdk import DAG, Asset
from airflow.timetables.interval import CronDataIntervalTimetable

from airflow_provider_sluicegate import GuardedExtractOperator

LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))

with DAG(
    "incremental_by_day",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    start_date=datetime(2024, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["team:growth"],
) as dag:
    GuardedExtractOperator(
        task_id="orders",
        conn_id="shop_prod",
        sql="SELECT id, customer_id, placed_at, amount, status FROM orders"
        " WHERE placed_at >= :since AND placed_at < :until",
        parameters={"since": "{{ data_interval_start }}", "until": "{{ data_interval_end }}"},
        output=f"{LAKE}/shared/orders_by_day/day={{{{ data_interval_start | ds }}}}",
        purpose="churn_training",
        outlets=[Asset("orders_by_day")],
        retries=3,
    )
