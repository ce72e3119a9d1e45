"""A decorator for functions of ops, assets and checks: what they tell holds no value."""

import inspect
import logging
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Self, TypeVar

import dagster as dg

from dagster_sluicegate.failures import GuardedFailure, translated, without_text
from dagster_sluicegate.redactor import open_guard
from dagster_sluicegate.telling import plain, telling

F = TypeVar("F", bound=Callable[..., Any])


def leakproof(function: F) -> F:
    """Guard what the function of an op, an asset or an asset check tells Dagster.

    * An exception becomes a failure with its type and place, without text, causes and locals.
    * Descriptions, metadata and tags of what it returns or yields, and metadata that it adds to its
      outputs, are looked through; with a finding the step fails for good.
    * Messages to ``context.log`` are redacted, and those of Python's loggers that Dagster captures.

    It stands below Dagster's decorator::

        @dg.asset
        @leakproof
        def customers(context: dg.AssetExecutionContext) -> dg.MaterializeResult: ...

    What it returns as data is the matter of ``GuardedIOManager``, what it prints that of
    ``RedactingComputeLogManager``. Failure mode: closed.
    """
    if inspect.isgeneratorfunction(function):

        @wraps(function)
        def run_through(*args: Any, **named: Any) -> Iterator[Any]:
            with _Told(args, named) as told:
                yield from _yielded(function(*args, **named), told)

        return run_through  # type: ignore[return-value]
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError("leakproof is for functions and generators, not for coroutines")

    @wraps(function)
    def run(*args: Any, **named: Any) -> Any:
        with _Told(args, named) as told:
            try:
                result = function(*args, **named)
            except Exception as error:  # noqa: BLE001 - its text may quote data
                failure = without_text(error)
            else:
                return told.require_clean(result)
        raise failure

    return run  # type: ignore[return-value]


def _yielded(events: Iterator[Any], told: "_Told") -> Iterator[Any]:
    while True:
        try:
            event = next(events)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - its text may quote data
            failure = without_text(error)
        else:
            yield told.require_clean(event)
            continue
        raise failure


class _Told:
    """Watches what one run of a function tells."""

    def __init__(self, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        self._contexts = [one for one in (*args, *named.values()) if _is_context(one)]
        self._loggers = [dg.get_dagster_logger(), *(one.log for one in self._contexts)]
        self._filter = _Redacting()

    def __enter__(self) -> Self:
        for logger in self._loggers:
            logger.addFilter(self._filter)
        return self

    def __exit__(self, *_: object) -> None:
        for logger in self._loggers:
            logger.removeFilter(self._filter)

    @translated
    def require_clean(self, result: Any) -> Any:
        """Return what a function returned, if all that it tells is clean."""
        events = result if type(result) is tuple else (result,)
        told = [*map(telling, events), *self._added()]
        found = open_guard().look([one for one in told if one], where="reported")
        if found:
            kinds = sorted({str(one.data_class) for one in found})
            raise GuardedFailure(
                description=f"[SG-VALUE] what the step reports holds {', '.join(kinds)}",
                metadata={
                    "sluicegate/code": "SG-VALUE",
                    "sluicegate/places": [one.where for one in found],
                },
                allow_retries=False,
            )
        return result

    def _added(self) -> Iterator[dict[str, Any]]:
        """Yield the metadata that the function added to its outputs."""
        for context in self._contexts:
            step = getattr(context, "op_execution_context", context)
            for output in step.op_def.output_defs:
                yield {
                    k: plain(v) for k, v in (step.get_output_metadata(output.name) or {}).items()
                }


class _Redacting(logging.Filter):
    """Redacts the message of a record, its arguments and its exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _redacted_message(record), ()
        if record.exc_info and record.exc_info[1] is not None:
            record.msg += f" ({type(record.exc_info[1]).__name__}, its text is withheld)"
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _redacted_message(record: logging.LogRecord) -> str:
    try:
        return open_guard().redact_text(record.getMessage())
    except Exception:  # noqa: BLE001 - what could not be looked through is not told
        return "(message withheld: it could not be looked through)"


def _is_context(value: Any) -> bool:
    return isinstance(
        value, dg.AssetExecutionContext | dg.OpExecutionContext | dg.AssetCheckExecutionContext
    )
