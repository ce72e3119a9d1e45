"""Decides what of Airflow's news is recorded, and hands it to the process's recorder."""

from __future__ import annotations

from typing import Any, Final

from airflow.configuration import conf

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.listener_facts import (
    error_codes,
    error_type,
    holds_guarded,
    is_guarded,
    run_name,
    task_identity,
)
from airflow_provider_sluicegate.metrics import record_lost
from airflow_provider_sluicegate.recorder import Recorder
from sluicegate.errors import ConfigurationError
from sluicegate.gate.runs import RunLog, RunName, TaskState

_WAIT_SECONDS: Final = 5.0
"""Longest that a task's process or an end of a process waits for a record."""
_MODES: Final = frozenset({"guarded", "all", "off"})


def task(ti: Any, state: str, error: Any = None) -> None:
    """Record what became of a try; wait for it a few seconds at most."""
    of_dag = holds_guarded(getattr(getattr(ti, "task", None), "dag", None))
    if not _wanted(of_dag):
        return
    identity, told = task_identity(ti), TaskState(state)
    guarded, kind, codes = (
        is_guarded(getattr(ti, "task", None)),
        error_type(error),
        error_codes(error),
    )

    def write(log: Any) -> None:
        if _known(log, RunName.of(identity), of_dag):
            RunLog(log).task(identity, told, guarded=guarded, error=kind, codes=codes)

    _RECORDER.submit(write, wait=_WAIT_SECONDS)


def run_started(dag_run: Any) -> None:
    """Record that a run began, if its DAG holds a guarded task."""
    if not (_mode() == "all" or (_mode() == "guarded" and _dag_of(dag_run))):
        return
    run, attempt = run_name(dag_run), _attempt(dag_run)
    trigger, who = _text(dag_run.run_type), dag_run.triggering_user_name

    def write(log: Any) -> None:
        RunLog(log).started(run, attempt=attempt, trigger=trigger, triggered_by=who)

    _RECORDER.submit(write)


def run_ended(dag_run: Any, state: str) -> None:
    """Record how a run ended, and seal it once its last task has told its end."""
    of_dag = _dag_of(dag_run)
    if not _wanted(of_dag or None):
        return
    run, attempt = run_name(dag_run), _attempt(dag_run)

    def write(log: Any) -> None:
        if _known(log, run, of_dag or None):
            RunLog(log).ended(run, state, attempt=attempt)

    _RECORDER.submit(write)
    _RECORDER.seal(run)


def flush(seconds: float = _WAIT_SECONDS) -> bool:
    """Write and seal what waits; tell whether all of it was done in time."""
    return _RECORDER.flush(seconds)


def _mode() -> str:
    mode = conf.get("sluicegate", "record_runs", fallback=None) or "guarded"
    if mode not in _MODES:
        raise ConfigurationError("[sluicegate] record_runs is guarded, all or off")
    return mode


def _wanted(of_dag: bool | None) -> bool:  # noqa: FBT001 - three states, private
    """Tell whether news of a DAG count; of one that is not at hand the ledger says it later."""
    mode = _mode()
    return mode == "all" or (mode == "guarded" and of_dag is not False)


def _known(log: Any, run: RunName, of_dag: bool | None) -> bool:  # noqa: FBT001 - as above
    """Tell whether a run is one to record: Airflow knows it, or the ledger holds some of it."""
    return bool(of_dag) or _mode() == "all" or any(True for _ in log.records(subject=run.subject))


def _dag_of(dag_run: Any) -> bool | None:
    return holds_guarded(getattr(dag_run, "dag", None))


def _attempt(dag_run: Any) -> int:
    return int(getattr(dag_run, "clear_number", None) or 0)


def _text(value: Any) -> str:
    return str(getattr(value, "value", value) or "")


def _open() -> Any:
    from sluicegate.gate.signed_ledger import has_ledger, open_signed_ledger  # noqa: PLC0415 - heavy

    settings = airflow_settings()
    return open_signed_ledger(settings, timeout_seconds=2.0) if has_ledger(settings) else None


_RECORDER: Final = Recorder(_open, lost=record_lost)
