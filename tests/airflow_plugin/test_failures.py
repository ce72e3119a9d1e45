"""What leaves a failing task: a type and a text, and nothing that was at hand."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from sluicegate.errors import ConfigurationError, LedgerUnavailable, SourceUnavailable

pytestmark = pytest.mark.airflow
MARK = "marked-" + "value"


def raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        row = MARK  # a local variable, as a frame would show it
        try:
            int(f"bad row {row}")
        except ValueError as cause:
            raise error from cause

    return work


def caught(error: BaseException) -> BaseException:
    from airflow_provider_sluicegate.failures import carried_out

    try:
        carried_out(raising(error))
    except BaseException as failure:  # noqa: BLE001 - signals and timeouts pass through, too
        return failure
    pytest.fail("nothing was raised")


@pytest.mark.parametrize(
    ("error", "retried"),
    [
        (ConfigurationError("no policy"), False),
        (SourceUnavailable("nobody answers"), True),
        (LedgerUnavailable("locked"), True),
        (ValueError(f"cannot convert {MARK}"), False),
        (KeyError(MARK), False),
    ],
)
def test_only_what_may_pass_is_retried(error: Exception, retried: bool) -> None:
    from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

    failure = caught(error)
    assert isinstance(failure, AirflowException)
    assert isinstance(failure, AirflowFailException) is not retried


@pytest.mark.parametrize(
    "error",
    [ConfigurationError("no policy"), ValueError(MARK), KeyboardInterrupt(), SystemExit(143)],
)
def test_no_cause_context_text_or_frame_holds_what_was_at_hand(error: BaseException) -> None:
    failure = caught(error)
    assert failure.__cause__ is None
    assert failure.__context__ is None
    assert MARK not in "".join(traceback.format_exception(failure))
    frames = [frame for frame, _ in traceback.walk_tb(failure.__traceback__)]
    assert "work" not in [frame.f_code.co_name for frame in frames]
    shown = [repr(v) for f in frames if f.f_code.co_name != "caught" for v in f.f_locals.values()]
    assert not [text for text in shown if MARK in text]


def test_a_stranger_is_told_by_its_type() -> None:
    assert "ZeroDivisionError" in str(caught(ZeroDivisionError(MARK)))


def test_trouble_with_the_api_of_airflow_is_retried_and_not_quoted() -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time.comms import ErrorResponse

    failure = caught(
        AirflowRuntimeError(ErrorResponse(error=ErrorType.GENERIC_ERROR, detail={"row": MARK}))
    )
    assert not isinstance(failure, AirflowFailException)
    assert MARK not in str(failure)


def test_texts_of_others_do_not_pass_as_ours() -> None:
    from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

    for foreign in (AirflowFailException(MARK), AirflowException(MARK)):
        assert MARK not in str(caught(foreign))


@pytest.mark.parametrize("error", [ConfigurationError("no policy"), SourceUnavailable("nobody")])
def test_nested_it_says_the_same(error: Exception) -> None:
    from airflow_provider_sluicegate.failures import carried_out

    once = caught(error)
    with pytest.raises(type(once)) as twice:
        carried_out(lambda: carried_out(raising(error)))
    assert str(twice.value) == str(once)
    assert twice.value.__context__ is None


def test_a_result_passes_through() -> None:
    from airflow_provider_sluicegate.failures import carried_out

    assert carried_out(lambda: 7) == 7
