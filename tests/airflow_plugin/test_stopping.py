"""Signals reach a query at once, and nothing is left of the watching."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from airflow_provider_sluicegate.stopping import stopped_by_signals

pytestmark = pytest.mark.airflow


@pytest.fixture
def handled() -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGUSR1)
    before = [signal.signal(number, lambda *_: None) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_a_signal_that_ends_the_task_cancels_from_another_thread(handled: None) -> None:
    by: list[int] = []
    done = threading.Event()

    def cancel() -> None:
        by.append(threading.get_ident())
        done.set()

    with stopped_by_signals(cancel):
        os.kill(os.getpid(), signal.SIGTERM)
        assert done.wait(5)
    assert by
    assert threading.get_ident() not in by


def test_another_signal_does_not_and_what_was_set_before_is_set_again(handled: None) -> None:
    calls: list[int] = []
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing)
    try:
        with stopped_by_signals(lambda: calls.append(1)):
            os.kill(os.getpid(), signal.SIGUSR1)
        assert signal.set_wakeup_fd(before) == writing
    finally:
        os.close(reading)
        os.close(writing)
    assert not calls
    assert not [t for t in threading.enumerate() if "_watch" in t.name]


def test_outside_the_main_thread_it_does_nothing() -> None:
    ran: list[bool] = []

    def work() -> None:
        with stopped_by_signals(lambda: None):
            ran.append(threading.active_count() > 0)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [True]
