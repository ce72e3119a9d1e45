"""Airflow's cluster policy: called for every DAG and task that a process reads.

Imported in every Airflow process, so it imports nothing but the standard library and Airflow's
marker of hooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.policies import hookimpl

if TYPE_CHECKING:
    from airflow.sdk import DAG


@hookimpl
def dag_policy(dag: DAG) -> None:
    """Look at the files that a DAG comes from, and at its tasks.

    Raises:
        AirflowClusterPolicyViolation: a rule is broken and the mode is ``enforce``.
    """
