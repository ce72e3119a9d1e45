"""What could not be done, in Dagster's terms.

Dagster stores the message, the stack and the chain of causes of whatever a step raises. So nothing
foreign passes here, and the failure is raised when the handler has ended: not even a suppressed
exception hangs on it. (A context manager could not do that: what it raises has a context.)
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import dagster as dg

from sluicegate import SluicegateError

_P = ParamSpec("_P")
_R = TypeVar("_R")


def translated(work: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make a function raise ``dagster.Failure`` where it would raise anything else.

    Failure mode: closed. What may pass (the database is away, the disk is full) leaves the step's
    own retry policy in force; all else fails it at once. Dagster's own interrupts go through.
    """

    @wraps(work)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return work(*args, **kwargs)
        except dg.Failure:
            raise
        except SluicegateError as error:
            failure = _known(error)
        except Exception as error:  # noqa: BLE001 - any text but our own may quote the data
            failure = _unknown(error)
        raise failure

    return run


def _known(error: SluicegateError) -> dg.Failure:
    return dg.Failure(
        description=str(error),
        metadata={"sluicegate/code": error.code, "sluicegate/hint": error.hint or "none"},
        allow_retries=error.retryable,
    )


def _unknown(error: Exception) -> dg.Failure:
    kind = type(error).__name__
    return dg.Failure(
        description=f"[SG-INTERNAL] an unexpected {kind} stopped the step; nothing was released,"
        " and its text is withheld because it may quote data",
        metadata={"sluicegate/code": "SG-INTERNAL", "sluicegate/exception": kind},
        allow_retries=False,
    )
