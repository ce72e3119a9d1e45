"""A model of dbt, checked against the policy and extracted through the gate.

Use this where dbt builds what is extracted. ``check`` compares the policy with what the project
says of its columns and with what the compiled models give out: a personal column that somebody has
added to a model and nobody to the policy ends the run here. ``lint`` looks at the SQL of the
models. Put your ``dbt build`` before both; see docs/how-to/dbt.md.

Not for guarding dbt itself, which moves data within the warehouse: the gate stands where it leaves.
"""

from __future__ import annotations

import os
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

from airflow_provider_sluicegate import GuardedExtractOperator

HERE = Path(__file__).resolve().parent
LAKE = os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake"))
POLICY = os.environ.get("SHOP_JOBS_POLICY", str(HERE / "policies" / "jobs.yaml"))

with DAG("dbt_model", schedule=None, tags=["team:growth"]) as dag:
    check = BashOperator(
        task_id="check",
        bash_command='sluicegate policy from-dbt manifest.json -s shop_warehouse --check "$POLICY"',
        cwd=str(HERE / "dbt"),
        env={"POLICY": POLICY},
        append_env=True,
    )
    lint = BashOperator(
        task_id="lint",
        bash_command="sluicegate lint models --dialect duckdb",
        cwd=str(HERE / "dbt"),
    )
    extract = GuardedExtractOperator(
        task_id="customer_value",
        conn_id="shop_warehouse",
        sql="SELECT customer_id, contact, plan, spent FROM main.customer_value WHERE orders > 0",
        output=f"{LAKE}/models/customer_value/{{{{ run_id }}}}",
        purpose="churn_training",
    )
    [check, lint] >> extract
