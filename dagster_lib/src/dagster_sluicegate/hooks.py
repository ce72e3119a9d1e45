"""Hooks and a sensor that tell of runs without showing a value."""

from collections.abc import Callable
from typing import Any

import dagster as dg

from dagster_sluicegate.events import SafeEvent, of_failed_step
from dagster_sluicegate.failures import GuardedFailure, kind_of, withheld

Tell = Callable[[SafeEvent], object]
"""What the user does with the event: send it, count it."""


def guarded_failure_hook(tell: Tell, *, name: str = "guarded_failure") -> dg.HookDefinition:
    """Build a hook that calls ``tell`` for each step that fails, with nothing that may be a value.

    An exception's text is told only if it is Sluicegate's own. What ``tell`` itself raises is
    reported without its text.

    Args:
        tell: Gets the event.
        name: Name of the hook.
    """

    @dg.failure_hook(name=name)
    def hook(context: dg.HookContext) -> None:
        withheld(tell)(_failed(context))

    made: dg.HookDefinition = hook
    return made


def guarded_success_hook(tell: Tell, *, name: str = "guarded_success") -> dg.HookDefinition:
    """Build a hook that calls ``tell`` for each step that succeeds. It sees no output.

    Args:
        tell: Gets the event.
        name: Name of the hook.
    """

    @dg.success_hook(name=name)
    def hook(context: dg.HookContext) -> None:
        step = SafeEvent(
            job=context.job_name, run=context.run_id, step=context.step_key, succeeded=True
        )
        withheld(tell)(step)

    made: dg.HookDefinition = hook
    return made


def guarded_run_failure_sensor(tell: Tell, *, name: str, **sensor: Any) -> dg.SensorDefinition:
    """Build a sensor that calls ``tell`` for each failed step of each run that fails.

    Args:
        tell: Gets the event. A run that failed outside of its steps is told as one event.
        name: Name of the sensor.
        sensor: Everything else that ``dagster.run_failure_sensor`` takes.
    """

    @dg.run_failure_sensor(name=name, **sensor)
    def made(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        failed = [of_failed_step(run, event) for event in context.get_step_failure_events()]
        whole = SafeEvent(job=run.job_name, run=run.run_id, step="the run", succeeded=False)
        for event in failed or [whole]:
            withheld(tell)(event)

    built: dg.SensorDefinition = made
    return built


def _failed(context: dg.HookContext) -> SafeEvent:
    error = context.op_exception
    own = error if isinstance(error, GuardedFailure) else None
    code = own.metadata.get("sluicegate/code") if own else None
    return SafeEvent(
        job=context.job_name,
        run=context.run_id,
        step=context.step_key,
        succeeded=False,
        code=str(code.value) if code is not None else "",
        kind=kind_of(error) if error is not None and own is None else "",
        told=(own.description or "") if own else "",
    )
