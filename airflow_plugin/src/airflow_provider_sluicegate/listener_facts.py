"""Reads out of Airflow's objects what a record of a run or task says: names, numbers and codes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any, Final

from airflow_provider_sluicegate.failures import Failed, FailedNow
from airflow_provider_sluicegate.identity import work_identity
from sluicegate.gate.runs import RunName
from sluicegate.model.identity import RunIdentity

_PACKAGE: Final = "airflow_provider_sluicegate"
_CODES: Final = re.compile(r"(?<![\w-])(?:G\d{2,3}|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)(?=[]:])")
"""As ``[SG-BUDGET]`` and ``POLICY-NO-RULE:`` stand in the texts of our own errors."""


def task_identity(ti: Any) -> RunIdentity:
    """Name a try; its run is known only from the context of a task's process."""
    context = getattr(ti, "_ti_context_from_server", None)
    return work_identity(ti, getattr(context, "dag_run", None))


def run_name(dag_run: Any) -> RunName:
    """Name a DAG run."""
    return RunName(orchestrator="airflow", pipeline=dag_run.dag_id, run=dag_run.run_id)


def is_guarded(task: Any) -> bool:
    """Tell whether a task goes through the gate: in a task's process, or as the scheduler has it.

    The scheduler knows the module of an operator's class, and not what the class was made from.
    """
    kind = getattr(task, "operator_class", None) or type(task)
    bases = kind.__mro__ if isinstance(kind, type) else ()
    named = getattr(task, "_task_module", None) or ""
    return any(_ours(base.__module__) for base in bases) or _ours(str(named))


def holds_guarded(dag: Any) -> bool | None:
    """Tell whether a DAG holds a guarded task; ``None`` if the DAG is not at hand."""
    tasks = getattr(dag, "tasks", None)
    return any(map(is_guarded, tasks)) if isinstance(tasks, Iterable) else None


def error_type(error: Any) -> str:
    """Name the type of an error; empty for a text, or a type that was made on the way.

    The name of a class that stands in no module may have been put together from a value.
    """
    kind = type(error)
    if not isinstance(error, BaseException):
        return ""
    home = sys.modules.get(kind.__module__)
    return kind.__name__ if getattr(home, kind.__name__, None) is kind else "Exception"


def error_codes(error: Any) -> tuple[str, ...]:
    """Return our codes in an error of ours; the text of any other is not even looked at."""
    if type(error) not in {Failed, FailedNow}:
        return ()
    return tuple(dict.fromkeys(_CODES.findall(str(error.args[0]) if error.args else "")))


def _ours(module: str) -> bool:
    return module == _PACKAGE or module.startswith(f"{_PACKAGE}.")
