"""Steps side by side: in order, one at a time, and ended when something fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from sluicegate.gate.pipeline import side_by_side


def test_results_come_in_order_from_one_other_thread() -> None:
    threads: set[int] = set()

    def step(item: int) -> int:
        threads.add(threading.get_ident())
        time.sleep(0.002 if item % 2 else 0)
        return item * 10

    assert list(side_by_side(range(50), step)) == [item * 10 for item in range(50)]
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_items_are_taken_in_the_callers_thread_and_not_far_ahead() -> None:
    taken: list[int] = []
    done: list[int] = []

    def items() -> Iterator[int]:
        for item in range(20):
            assert threading.current_thread() is threading.main_thread()
            assert len(taken) - len(done) <= 2
            taken.append(item)
            yield item

    for _ in side_by_side(items(), done.append):
        pass
    assert done == taken == list(range(20))


def test_the_next_item_is_fetched_while_one_is_worked_on() -> None:
    fetched = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        fetched.set()
        yield 2

    def step(item: int) -> bool:
        return item == 2 or fetched.wait(10)

    assert list(side_by_side(items(), step)) == [True, True]


def test_an_error_of_the_step_ends_it() -> None:
    done: list[int] = []

    def step(item: int) -> None:
        if item == 3:
            raise ValueError("three")
        done.append(item)

    with pytest.raises(ValueError, match="three"):
        list(side_by_side(range(100), step))
    before = threading.active_count()
    assert done[:3] == [0, 1, 2]
    assert len(done) <= 4
    assert threading.active_count() <= before


def test_an_error_of_the_items_comes_after_the_step_that_runs() -> None:
    running = threading.Event()
    ended = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        running.wait(10)
        raise ValueError("no more")

    def step(_: int) -> None:
        running.set()
        time.sleep(0.05)
        ended.set()

    with pytest.raises(ValueError, match="no more"):
        list(side_by_side(items(), step))
    assert ended.is_set()


def test_left_in_the_middle_it_ends() -> None:
    done: list[int] = []
    results = side_by_side(range(1000), done.append)
    next(results)
    results.close()
    size = len(done)
    time.sleep(0.02)
    assert len(done) == size < 5


def test_steps_can_be_chained() -> None:
    doubled = side_by_side(range(30), lambda n: n * 2)
    assert list(side_by_side(doubled, lambda n: n + 1)) == [n * 2 + 1 for n in range(30)]
