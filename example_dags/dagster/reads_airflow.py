"""What an Airflow DAG has released, read in Dagster.

Use this where one team works in Airflow and another in Dagster. The lake is a source of files that
must be attested: those that belong to no release, or are not as attested, are not read. The sums
name the release that they were made from, so ``sluicegate ledger chain`` shows the way from the
database on. A day is made once; take its release away to make it anew. The Airflow sides are
example_dags/incremental_by_day.py before and example_dags/reads_dagster.py behind.
"""

import os
from pathlib import Path

import dagster as dg

from dagster_sluicegate import SluicegateResource, Statement, guarded_asset

LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))
SQL = """
SELECT status, count(*) AS orders, sum(amount) AS amount FROM orders_by_day
WHERE day = :day GROUP BY status
"""


@guarded_asset(
    source="lake",
    purpose="churn_training",
    output=f"{LAKE}/shared/sums_by_day/day={{partition}}",
    partitions_def=dg.DailyPartitionsDefinition(start_date="2024-01-01"),
)
def sums_by_day(context: dg.AssetExecutionContext) -> Statement:
    """Orders of a day by their status."""
    return Statement(sql=SQL, parameters={"day": context.partition_key})


lake = f"files:///{LAKE}/shared?attested=required"
defs = dg.Definitions(
    assets=[sums_by_day],
    resources={"sluicegate": SluicegateResource(sources={"lake": lake})},
)
