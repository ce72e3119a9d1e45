"""What could not be done, in Dagster's terms.

Dagster stores the message, the stack and the chain of causes of whatever a step raises. So nothing
foreign passes here, and the failure is raised when the handler has ended: not even a suppressed
exception hangs on it. (A context manager could not do that: what it raises has a context.)
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import dagster as dg

from sluicegate import SluicegateError

_P = ParamSpec("_P")
_R = TypeVar("_R")


class GuardedFailure(dg.Failure):
    """A failure whose description and metadata are Sluicegate's own, and hold no value."""


def translated(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make a function of ours raise ``GuardedFailure`` where it would raise anything else.

    Failure mode: closed. What may pass (the database is away, the disk is full) leaves the step's
    own retry policy in force; all else fails it at once. Dagster's own interrupts go through.
    """

    @wraps(work)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return work(*args, **kwargs)
        except GuardedFailure:
            raise
        except SluicegateError as error:
            failure = _known(error)
        except Exception as error:  # noqa: BLE001 - any text but our own may quote the data
            failure = _unknown(error)
        raise failure

    return run


def withheld(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make a function of somebody else's raise nothing whose text is not ours.

    Whether it is retried is as it was: by the step's policy, by a request, or not.
    """

    @wraps(work)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return work(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - any text but our own may quote the data
            failure = without_text(error)
        raise failure

    return run


def without_text(error: Exception) -> Exception:
    """Return what to raise instead of ``error``: its kind, and no text but our own."""
    if isinstance(error, SluicegateError):
        return _known(error)
    if isinstance(error, dg.RetryRequested):
        return dg.RetryRequested(error.max_retries, error.seconds_to_wait)
    if isinstance(error, GuardedFailure):
        return GuardedFailure(
            error.description, dict(error.metadata), allow_retries=error.allow_retries
        )
    kind = kind_of(error)
    return GuardedFailure(
        description=f"[SG-WITHHELD] a {kind} stopped the step; its text is withheld, because it may"
        " quote data",
        metadata={"sluicegate/code": "SG-WITHHELD", "sluicegate/exception": kind},
        allow_retries=error.allow_retries if isinstance(error, dg.Failure) else True,
    )


def kind_of(error: BaseException) -> str:
    """Name the class of an exception, unless it was made while running and its name may be data."""
    kind = type(error)
    home = sys.modules.get(kind.__module__)
    return kind.__name__ if getattr(home, kind.__name__, None) is kind else "exception"


def _known(error: SluicegateError) -> GuardedFailure:
    return GuardedFailure(
        description=str(error),
        metadata={"sluicegate/code": error.code, "sluicegate/hint": error.hint or "none"},
        allow_retries=error.retryable,
    )


def _unknown(error: Exception) -> GuardedFailure:
    kind = kind_of(error)
    return GuardedFailure(
        description=f"[SG-INTERNAL] an unexpected {kind} stopped the step; nothing was released,"
        " and its text is withheld because it may quote data",
        metadata={"sluicegate/code": "SG-INTERNAL", "sluicegate/exception": kind},
        allow_retries=False,
    )
