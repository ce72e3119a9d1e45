"""Looks at what a task's process tells Airflow besides what it returns.

A task reaches Airflow by one channel alone: deferrals, asset events, questions to people, runs that
it triggers, variables, the state store and labels of mapped tasks are messages to its supervisor.
None of them passes an XCom backend. Nothing but this reads them before they are kept.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final

from airflow_provider_sluicegate.dag_rules.modes import Mode
from airflow_provider_sluicegate.dag_rules.telling import tell
from airflow_provider_sluicegate.failures import Failed, carried_out

_LOG: Final = logging.getLogger(__name__)
_RUNNER: Final = "airflow.sdk.execution_time.task_runner"
_CHANNEL: Final = "CommsDecoder"
_CHANNELS: Final = (_CHANNEL, "InProcessSupervisorComms", "TriggerCommsDecoder")
"""The channels of tasks, of `dag.test()` and of triggers; those of tasks are watched."""
_UNKNOWN: Final = (
    "sluicegate: [SG-A106] the channel between tasks and this version of Airflow is not known:"
    " what a task tells cannot be looked at"
)
_REQUESTS: Final = {
    "CreateHITLDetailPayload": ("subject", "body", "options", "defaults", "params"),
    "PutVariable": ("key", "value", "description"),
    "SetAssetStateStoreByName": ("key", "value"),
    "SetAssetStateStoreByUri": ("key", "value"),
    "SetTaskStateStore": ("key", "value"),
    "TriggerDagRun": ("conf", "note", "run_id"),
}
"""Messages that a task waits for the answer of, and their fields that a task fills."""
_ENDS: Final = {
    "AwaitInputTask": ("next_kwargs",),
    "DeferTask": ("trigger_kwargs", "next_kwargs"),
    "RetryTask": ("retry_reason",),
    "SucceedTask": ("outlet_events",),
}
"""Messages that end or suspend a task."""
_MAY: Final = {"DeferTask": "ip", "PutVariable": "secret"}
"""What has its place there: the address of a server that a trigger asks, and a secret that a task
renews, which Airflow encrypts and masks."""
_LABEL: Final = "rendered_map_index"
_MOST: Final = 10
_mode = Mode.OFF


def watch_messages(mode: Mode, *, anew: bool = False) -> None:
    """Look at the messages of this process from now on, if it is that of a task.

    Args:
        mode: ``enforce`` fails the task and does not retry it, a label is redacted; the others say
            what is found in the log.
        anew: Whether this mode counts; else the strictest that was given does, since a file is
            read, and labels are sent, before it is known which DAG of it runs.

    Raises:
        Failed: the mode is ``enforce`` and this Airflow has a channel that is not known.
    """
    global _mode  # noqa: PLW0603 - a process has one channel
    _mode = mode if anew else max(mode, _mode)
    channel = getattr(sys.modules.get(_RUNNER), "SUPERVISOR_COMMS", None)
    kind: Any = type(channel)
    if mode is Mode.OFF or channel is None:
        return
    if kind.__name__ not in _CHANNELS:
        tell(Failed(_UNKNOWN), mode)
    elif kind.__name__ == _CHANNEL and not hasattr(kind.send, "sluicegate_given"):
        for name in ("send", "asend"):
            if given := getattr(kind, name, None):
                setattr(kind, name, _watched(given))


def seen_by(message: Any, mode: Mode) -> Any:
    """Return the message that may be sent.

    What ends a task is not refused but replaced by its failure: a task whose last message is not
    sent counts as a success.

    Raises:
        Failed: something was found in a request.
    """
    name = type(message).__name__
    fields = _REQUESTS.get(name) or _ENDS.get(name, ())
    if found := carried_out(lambda: _found(message, fields)):
        failure = _failure(found)
        if mode is Mode.ENFORCE and name in _ENDS:
            _LOG.error("%s", failure)
            return _failed()
        tell(failure, mode)
    if mode is Mode.ENFORCE and isinstance(getattr(message, _LABEL, None), str):
        return carried_out(lambda: _labelled(message))
    return message


def asset_events(context: Any) -> dict[str, Any]:
    """Return what a task tells of its assets, as what will be kept of it; empty if it is nothing.

    Args:
        context: Of the task.
    """
    events = context.get("outlet_events") or ()
    told = [events[asset] for asset in events]
    extras = [event.extra for event in told if event.extra]
    made = [_of(e) for event in told for e in event.asset_alias_events]
    return {"asset event": [extras, made]} if extras or made else {}


def _of(event: Any) -> Any:
    """Return the fields of an event by which a task names an asset that it makes on the way."""
    asset = event.dest_asset_key
    return [asset.name, asset.uri, event.dest_asset_extra, event.extra]


def _watched(given: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(given)
    def watched(channel: Any, msg: Any, *args: Any, **kwargs: Any) -> Any:
        message = msg if _mode is Mode.OFF else seen_by(msg, _mode)
        return given(channel, message, *args, **kwargs)

    watched.sluicegate_given = given  # type: ignore[attr-defined]  # marks what is watched
    return watched


def _found(message: Any, fields: tuple[str, ...]) -> list[str]:
    held = {field: value for field in fields if (value := getattr(message, field, None))}
    if not held:
        return []
    from airflow_provider_sluicegate.values import value_guard  # noqa: PLC0415 - heavy

    found = value_guard().look(_plain(held), where=type(message).__name__)
    may = _MAY.get(type(message).__name__)
    return list(dict.fromkeys(str(f) for f in found if str(f.data_class) != may))


def _plain(value: Any) -> Any:
    """Turn Airflow's models of messages into what they will be sent as."""
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _failure(found: list[str]) -> Failed:
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return Failed(
        "sluicegate: [SG-A106] the task hands on what must not be kept: "
        f"{', '.join(found[:_MOST])}{more} (hand on a path, a count or a digest)"
    )


def _failed() -> Any:
    from airflow.sdk.execution_time.comms import TaskState  # noqa: PLC0415 - a running task alone needs it

    failed: Any = "failed"  # Airflow's name of the state
    return TaskState(state=failed, end_date=datetime.now(UTC))


def _labelled(message: Any) -> Any:
    from airflow_provider_sluicegate.values import text_redactor  # noqa: PLC0415 - heavy

    label = getattr(message, _LABEL)
    shown = text_redactor()(label)
    return message if shown == label else message.model_copy(update={_LABEL: shown})
