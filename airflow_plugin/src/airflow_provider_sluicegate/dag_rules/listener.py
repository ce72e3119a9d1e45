"""Loads the rules once in a DAG processor, before it forks a process for each file.

Imported in every Airflow process, so it imports nothing but Airflow's marker of hooks.
"""

from __future__ import annotations

from typing import Any

from airflow.listeners import hookimpl


@hookimpl
def on_starting(component: Any) -> None:
    """Import and read what each of the forked processes would have to."""
    if getattr(component, "job_type", None) == "DagProcessorJob":
        from airflow_provider_sluicegate.dag_rules.judging import warm  # noqa: PLC0415 - as said above

        warm()
