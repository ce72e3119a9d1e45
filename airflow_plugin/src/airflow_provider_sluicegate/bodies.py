"""Runs the code of a task so that its exceptions tell no value: type, place and a code, no text."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from traceback import walk_tb
from types import CodeType
from typing import Final, TypeVar

from airflow.providers.common.compat.sdk import AirflowFailException, AirflowSkipException

from airflow_provider_sluicegate.failures import Failed, FailedNow
from sluicegate.errors import SluicegateError

T = TypeVar("T")

CODE: Final = "SG-BODY"
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}", re.ASCII)


def without_text(body: Callable[[], T], code: CodeType | None, clean: Callable[[str], bool]) -> T:
    """Run ``body``; when it raises, raise anew what Airflow acts on alike, without any of its text.

    Texts, notes, causes and the locals of frames may all hold data, and Airflow logs or stores
    each of them. What is raised here has none: it is raised after the handler has ended.

    Args:
        body: Runs the user's function.
        code: The function's code, to tell the line of it that was reached.
        clean: Whether a text holds no finding. Our own errors hold no value, and keep their text;
            but anybody can raise one.

    Raises:
        Failed: for ``AirflowFailException`` and errors of ours that stay.
        FailedNow: for everything else; Airflow retries as the task says.
        AirflowSkipException: as the body did, without its text.
    """
    failure: BaseException
    try:
        return body()
    except SluicegateError as error:
        kind = FailedNow if error.retryable else Failed
        failure = kind(_own(f"sluicegate: {error}", error, code, clean))
    except (Failed, FailedNow) as error:
        kind = FailedNow if isinstance(error, FailedNow) else Failed
        failure = kind(_own(str(error), error, code, clean))
    except AirflowSkipException:
        failure = AirflowSkipException("sluicegate: the task's body skipped it")
    except AirflowFailException as error:
        failure = Failed(_told(error, code))
    except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote the data
        failure = FailedNow(_told(error, code))
    except BaseException as error:  # noqa: BLE001 - a deferral, a timeout or a signal; it must go on
        failure = error.with_traceback(None)
        failure.__context__ = failure.__cause__ = None
    raise failure


def _own(text: str, error: Exception, code: CodeType | None, clean: Callable[[str], bool]) -> str:
    return text if clean(text) else _told(error, code)


def _told(error: Exception, code: CodeType | None) -> str:
    return f"sluicegate: [{CODE}] {_type(error)} {_place(error, code)}; its text is withheld"


def _type(error: Exception) -> str:
    """Name the class as it was defined; a metaclass could answer with anything."""
    name = type.__dict__["__name__"].__get__(type(error))
    return name if _NAME.fullmatch(name) else "an exception"


def _place(error: Exception, code: CodeType | None) -> str:
    if code is None:
        return "in the task's body"
    lines = [
        line
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename == code.co_filename
    ]
    where = f"at {Path(code.co_filename).name}"
    return f"{where}:{lines[-1]}" if lines else where
