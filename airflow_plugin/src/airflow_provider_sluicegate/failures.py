"""Turns what could not be done into what Airflow understands, without a value in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

# Airflow 3.1 keeps two of these elsewhere than 3.3 does
from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException
from airflow.sdk.exceptions import AirflowRuntimeError

from sluicegate.errors import SluicegateError

T = TypeVar("T")


class Failed(AirflowFailException):
    """It cannot be done; Airflow does not retry. The text holds no value."""


class FailedNow(AirflowException):
    """It cannot be done now; Airflow retries as the task says. The text holds no value."""


def carried_out(work: Callable[[], T]) -> T:
    """Do ``work``; let no foreign text, cause or frame out when it fails.

    Airflow logs exceptions with their chain, and other tools read the local variables of their
    frames. So the exception is raised after the handler has ended: it has no cause, no context,
    and no frame in which data was at hand.

    Raises:
        Failed: for an error of ours that stays, and for any error that is not ours.
        FailedNow: for a retryable error of ours, and when Airflow's API does not answer.
    """
    failure: BaseException
    try:
        return work()
    except SluicegateError as error:
        failure = (FailedNow if error.retryable else Failed)(f"sluicegate: {error}")
    except (Failed, FailedNow) as error:
        failure = type(error)(*error.args)
    except AirflowRuntimeError:
        failure = FailedNow("sluicegate: Airflow's API did not answer as expected")
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote the data
        name = type(error).__name__
        failure = Failed(f"sluicegate: the task broke off with {name}; nothing was released")
    except BaseException as error:  # noqa: BLE001 - a timeout or a signal; it must go on
        failure = error.with_traceback(None)
        failure.__context__ = failure.__cause__ = None
    raise failure
