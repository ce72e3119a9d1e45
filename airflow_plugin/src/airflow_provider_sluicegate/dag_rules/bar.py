"""Bars a running task from guarded connections, whatever its code calls them by.

What the files of a DAG do not tell (an id that is computed, a library) is met here, where Airflow
hands connections out to tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from importlib import import_module
from typing import Any, Final

from airflow_provider_sluicegate.failures import Failed
from sluicegate.lint.guarded import Guarded, shown

_HOME: Final = "airflow.sdk.execution_time.context"
_PLACES: Final = ("_get_connection", "_async_get_connection")
"""What every way to a connection asks in a task: ``Connection.get``, hooks, ``conn`` in a context.
"""
_barred: ContextVar[tuple[Guarded, Callable[[str], None]] | None] = ContextVar(
    "sluicegate_barred", default=None
)


def bar(guarded: Guarded, refuse: Callable[[str], None]) -> None:
    """Let ``refuse`` be called when this task asks for a guarded connection.

    Raises:
        Failed: this Airflow hands connections out in another way, so nothing can be barred.
    """
    _install()
    _barred.set((guarded, refuse))


def unbar() -> None:
    """Let this task have any connection."""
    _barred.set(None)


def refusal(conn_id: str) -> Failed:
    """Return the failure of a task that asked for a guarded connection."""
    return Failed(
        f"sluicegate: [SG-A101] the task asked for the guarded connection {shown(conn_id)} "
        "(read it with GuardedExtractOperator)"
    )


def _install() -> None:
    home = import_module(_HOME)
    for place in _PLACES:
        given = getattr(home, place, None)
        if given is None and place == _PLACES[0]:
            raise Failed("sluicegate: [SG-A105] this Airflow has no place to bar connections at")
        if given is not None and not hasattr(given, "sluicegate_given"):
            setattr(home, place, _watched(given))


def _watched(given: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(given)
    def watched(conn_id: Any, *args: Any, **kwargs: Any) -> Any:
        # a text of a derived type may say one thing here and another there
        name = str.__str__(conn_id) if isinstance(conn_id, str) else str(conn_id)
        barred = _barred.get()
        if barred is not None and barred[0].connection(name):
            barred[1](name)
        return given(name, *args, **kwargs)

    watched.sluicegate_given = given  # type: ignore[attr-defined]  # marks what is watched
    return watched
