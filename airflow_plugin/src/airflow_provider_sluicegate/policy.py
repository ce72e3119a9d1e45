"""Airflow's cluster policy: called for every DAG and task that a process reads.

Imported in every Airflow process, so it imports nothing but Airflow's marker of hooks; the rules
are imported with the first DAG.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.policies import hookimpl

if TYPE_CHECKING:
    from airflow.sdk import DAG


@hookimpl
def dag_policy(dag: DAG) -> None:
    """Look at the files that a DAG comes from, and at its tasks.

    Raises:
        AirflowClusterPolicyViolation: a rule is broken and the mode is ``enforce``.
    """
    from airflow_provider_sluicegate.dag_rules.judging import judge_dag  # noqa: PLC0415 - as said above

    judge_dag(dag)


@hookimpl
def task_policy(task: Any) -> None:
    """Hang checks on a task that run before and after it."""
    from airflow_provider_sluicegate.dag_rules.judging import watch_task  # noqa: PLC0415 - as said above

    watch_task(task)
