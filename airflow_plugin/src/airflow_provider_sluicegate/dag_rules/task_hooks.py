"""Hooks that run around a task: before it, the bar; after it, a look at what it returns."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partialmethod
from typing import Any, Final

from airflow.sdk import BaseOperator

from airflow_provider_sluicegate.dag_rules.messages import asset_events, watch_messages
from airflow_provider_sluicegate.dag_rules.modes import Mode
from airflow_provider_sluicegate.dag_rules.operators import guarded_uses, is_gate
from airflow_provider_sluicegate.dag_rules.telling import tell
from airflow_provider_sluicegate.failures import Failed, carried_out
from sluicegate.lint.guarded import Guarded

_LOG: Final = logging.getLogger(__name__)
_SMALL: Final = 1_000_000
"""Whole numbers below are let through without a scanner: they are too short for any detector."""
_MOST: Final = 10

Hook = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What is checked of a task while it runs."""

    guarded: Guarded
    mode: Mode
    """For connections."""
    returned: Mode
    """For what it returns."""

    def __bool__(self) -> bool:
        return self.returned is not Mode.OFF or (self.mode is not Mode.OFF and bool(self.guarded))

    def before(self, context: Any) -> None:
        """Bar the task from guarded connections, unless it is the gate.

        Raises:
            Failed: it already holds one.
        """
        from airflow_provider_sluicegate.dag_rules.bar import bar, refusal, unbar  # noqa: PLC0415 - a running task alone needs it

        task = context["task"]
        watch_messages(self.returned, anew=True)
        if self.mode is Mode.OFF or not self.guarded or is_gate(task):
            unbar()
        else:
            bar(self.guarded, lambda name: tell(refusal(name), self.mode))
            for use in guarded_uses(task, self.guarded):
                tell(_holds(use), self.mode)
        if self.returned is not Mode.OFF:
            _look_last(task, self.after)

    def after(self, context: Any, result: Any = None) -> None:
        """Look at what the task returned or told of assets, before Airflow keeps it.

        Raises:
            Failed: personal data or a secret is in it, or it cannot be looked into.
        """
        if self.returned is Mode.OFF:
            return
        held = {} if _is_plain(result) or not _kept(context) else {"return_value": result}
        held |= asset_events(context)
        found = carried_out(lambda: _looked_at(held)) if held else []
        if found:
            more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
            listed = ", ".join(found[:_MOST])
            text = f"sluicegate: [SG-A106] the task returns what must not be kept: {listed}{more}"
            tell(Failed(f"{text} (mask it, or return where it lies)"), self.returned)


def watch(task: Any, checks: Checks) -> None:
    """Hang the checks on a task, around the hooks of its author, mapped or not."""
    watch_messages(checks.returned)
    if hasattr(task, "partial_kwargs"):
        given = dict(task.partial_kwargs)
        given["pre_execute"] = around(given.get("pre_execute"), checks.before, first=True)
        given["post_execute"] = around(given.get("post_execute"), checks.after, first=False)
        task.partial_kwargs = given
        return
    task._pre_execute_hook = around(task._pre_execute_hook, checks.before, first=True)  # noqa: SLF001 - as Airflow's documentation of policies does
    task._post_execute_hook = around(task._post_execute_hook, checks.after, first=False)  # noqa: SLF001 - as above


def _call_each(around: Around, *args: Any) -> None:
    for hook in around.hooks:
        hook(*args)


@dataclass(frozen=True, slots=True)
class Around:
    """Calls hooks one after the other.

    Airflow writes the source of what it calls into each serialized DAG, and looks for it in every
    task each time. A partial method has none, which is told at once.
    """

    hooks: tuple[Hook, ...]

    __call__ = partialmethod(_call_each)


def around(theirs: Hook | None, ours: Hook, *, first: bool) -> Hook:
    """Return a hook that calls both. A hook that yields asset events keeps yielding them."""
    if theirs is None:
        return Around((ours,))
    if inspect.isgeneratorfunction(theirs):
        return _yielding(theirs, ours, first=first)
    return Around((ours, theirs) if first else (theirs, ours))


def _yielding(theirs: Hook, ours: Hook, *, first: bool) -> Hook:
    def both(*args: Any) -> Generator[Any, Any, None]:
        if first:
            ours(*args)
        yield from theirs(*args)
        if not first:
            ours(*args)

    return both


def _look_last(task: Any, look: Hook) -> None:
    """Look again after a ``post_execute`` of the task's class, which could change the result.

    Airflow gives that method no result, so it is remembered when the hook is called.
    """
    theirs = task.post_execute
    if getattr(theirs, "__func__", None) is BaseOperator.post_execute:
        return
    seen: list[Any] = []
    hook = task._post_execute_hook  # noqa: SLF001 - where Airflow keeps it

    def remember(context: Any, result: Any = None) -> Any:
        seen[:] = [result]
        return hook(context, result)

    def last(context: Any) -> None:
        theirs(context)
        look(context, seen[0] if seen else None)

    task._post_execute_hook = remember  # noqa: SLF001 - as above
    task.post_execute = last


def _looked_at(held: Mapping[str, Any]) -> list[str]:
    from airflow_provider_sluicegate.config import airflow_settings  # noqa: PLC0415 - a running task alone needs it
    from sluicegate.gate.values import ValueGuard  # noqa: PLC0415 - as above

    guard = ValueGuard.open(airflow_settings())
    found = (f for where, value in held.items() for f in guard.look(value, where=where))
    return list(dict.fromkeys(map(str, found)))


def _is_plain(result: Any) -> bool:
    kind = type(result)
    return result is None or kind is bool or (kind is int and abs(result) < _SMALL)


def _kept(context: Any) -> bool:
    """Tell whether Airflow keeps what the task returns."""
    return bool(getattr(context["task"], "do_xcom_push", True))


def _holds(use: str) -> Failed:
    return Failed(
        f"sluicegate: [SG-A101] the task holds a guarded connection: {use} "
        "(read it with GuardedExtractOperator)"
    )
