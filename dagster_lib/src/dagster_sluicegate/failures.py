"""What could not be done, in Dagster's terms.

Dagster stores the message, the stack and the chain of causes of whatever a step raises. So nothing
foreign passes here, and the failure is raised outside of the handler: not even a suppressed
exception hangs on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from sluicegate import SluicegateError


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the gate raises into a ``dagster.Failure``.

    Failure mode: closed. What may pass (the database is away, the disk is full) leaves the step's
    own retry policy in force; all else fails it at once. Dagster's own exceptions and interrupts
    go through.
    """
    failure: dg.Failure | None = None
    try:
        yield
    except dg.Failure:
        raise
    except SluicegateError as error:
        failure = _known(error)
    except Exception as error:  # noqa: BLE001 - any text but our own may quote the data
        failure = _unknown(error)
    if failure is not None:
        raise failure


def _known(error: SluicegateError) -> dg.Failure:
    return dg.Failure(
        description=str(error),
        metadata={"sluicegate/code": error.code, "sluicegate/hint": error.hint or "none"},
        allow_retries=error.retryable,
    )


def _unknown(error: Exception) -> dg.Failure:
    kind = type(error).__name__
    return dg.Failure(
        description=f"[SG-INTERNAL] an unexpected {kind} stopped the extract; nothing was"
        " released, and its text is withheld because it may quote data",
        metadata={"sluicegate/code": "SG-INTERNAL", "sluicegate/exception": kind},
        allow_retries=False,
    )
