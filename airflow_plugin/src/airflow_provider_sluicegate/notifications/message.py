"""The text of a message about a task: what happened, where, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from airflow_provider_sluicegate.failures import Failed, FailedNow
from airflow_provider_sluicegate.listener_facts import error_type
from airflow_provider_sluicegate.waiting import APPROVAL

_OURS: Final = (Failed, FailedNow)
_PREFIX: Final = "sluicegate: "
_FAILED: Final = ("failed", "up_for_retry")
"""States of a task, of which ``dag.test()`` of Airflow 3.1 and 3.2 does not hand on the error."""
_HEADLINES: Final = (
    ("refused: APPROVAL-MISSING", "needs an approval"),
    ("refused: ", "was refused"),
    ("quarantined: ", "was stopped: nothing was released"),
    ("not clean: ", "found what should not be there"),
)


def message_of(context: Mapping[str, Any]) -> str:
    """Tell in a few lines what became of a task.

    The text of our own errors holds no value. Of any other error only its type is told.

    Args:
        context: As Airflow hands it to a callback.
    """
    approval, error, ti = context.get(APPROVAL), context.get("exception"), context.get("ti")
    if isinstance(approval, Mapping):
        head = f"waits for an approval until {approval['until']}"
        lines = [str(approval["reason"]), f"sluicegate approvals approve {approval['digest']}"]
    elif isinstance(error, BaseException):
        head, lines = _failure(error)
    elif getattr(ti, "state", None) in _FAILED:
        head, lines = "failed", ["Airflow tells no reason here"]
    else:
        head, lines = _success(context)
    log = getattr(ti, "log_url", None)
    return "\n".join([f"{_place(ti)} {head}", *lines, *([f"log: {log}"] if log else [])])


def _failure(error: BaseException) -> tuple[str, list[str]]:
    if type(error) not in _OURS:
        return "failed", [f"{error_type(error)}; its text may hold data and is not sent"]
    text = str(error.args[0] if error.args else "").removeprefix(_PREFIX)
    head = next((told for start, told in _HEADLINES if text.startswith(start)), "failed")
    return head, [text]


def _success(context: Mapping[str, Any]) -> tuple[str, list[str]]:
    facts = getattr(context.get("task"), "evidence", None)
    if not isinstance(facts, Mapping) or not facts.get("attestation"):
        return "succeeded", []
    return "released", [f"attestation: {facts['attestation']}", f"record: {facts['record']}"]


def _place(ti: Any) -> str:
    index = getattr(ti, "map_index", None)
    mapped = f"[{index}]" if isinstance(index, int) and index >= 0 else ""
    names = (getattr(ti, name, None) or "?" for name in ("dag_id", "task_id"))
    return f"{'.'.join(names)}{mapped} in {getattr(ti, 'run_id', None) or '?'}"
