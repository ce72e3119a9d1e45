"""What Airflow tells of runs and tasks, handed on to the ledger.

Task hooks run in the process of the task, after Airflow was told the state; hooks of DAG runs run
in the scheduler. Whatever goes wrong here is counted and logged and breaks nothing: extracts have
records of their own, and fail closed by themselves. A hook of a DAG run only puts its message into
a queue; a hook of a task waits until it is written, five seconds at most.

Imported in every Airflow process, so it imports nothing of the gate.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from airflow.listeners import hookimpl

_log = logging.getLogger(__name__)


@hookimpl
def on_task_instance_running(task_instance: Any) -> None:
    """Record that a try began. A task that waited comes here again, and is recorded once."""
    _quietly(lambda: _told().task(task_instance, "started"))


@hookimpl
def on_task_instance_success(task_instance: Any) -> None:
    """Record that a try succeeded."""
    _quietly(lambda: _told().task(task_instance, "succeeded"))


@hookimpl
def on_task_instance_failed(task_instance: Any, error: Any) -> None:
    """Record that a try failed: the type of its error and our codes, never the text."""
    _quietly(lambda: _told().task(task_instance, "failed", error))


@hookimpl
def on_task_instance_skipped(task_instance: Any) -> None:
    """Record that a try was skipped."""
    _quietly(lambda: _told().task(task_instance, "skipped"))


@hookimpl
def on_dag_run_running(dag_run: Any) -> None:
    """Record that a run began."""
    _quietly(lambda: _told().run_started(dag_run))


@hookimpl
def on_dag_run_success(dag_run: Any) -> None:
    """Record how a run ended, and seal it."""
    _quietly(lambda: _told().run_ended(dag_run, "success"))


@hookimpl
def on_dag_run_failed(dag_run: Any) -> None:
    """Record how a run ended, and seal it."""
    _quietly(lambda: _told().run_ended(dag_run, "failed"))


@hookimpl
def before_stopping() -> None:
    """Write what still waits, for a few seconds at most."""
    _quietly(lambda: _told().flush())


def _told() -> Any:
    from airflow_provider_sluicegate import listener_records  # noqa: PLC0415 - light to import

    return listener_records


def _quietly(tell: Callable[[], None]) -> None:
    try:
        tell()
    except Exception as error:  # noqa: BLE001 - no listener may break what it listens to
        _log.warning("sluicegate: a listener broke off with %s", type(error).__name__)
