"""Sketches against the tables that they stand for."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.risk import RiskMeter, Sketch

KEY = bytes(range(32))


def sketch(values: list[str | None], k: int, *, size: int = 100, key: bytes = KEY) -> Sketch:
    meter = RiskMeter(quasi=["city"])
    for start in range(0, max(1, len(values)), size):
        array = pa.array(values[start : start + size], pa.string())
        meter.add(pa.RecordBatch.from_arrays([array], ["city"]))
    return Sketch.of(*meter.keyed(key), k)


def distance(a: list[str | None], b: list[str | None]) -> int:
    one, two = Counter(a), Counter(b)
    return sum(abs(one[v] - two[v]) for v in one.keys() | two.keys())


names = st.lists(st.sampled_from(["a", "b", "c", "dd", "", None, "a\0"]), max_size=30)


@settings(max_examples=120, deadline=None)
@given(names, names, st.integers(2, 20))
def test_small_differences_are_told_and_large_ones_are_not(
    a: list[str | None], b: list[str | None], k: int
) -> None:
    real = distance(a, b)
    assert (sketch(a, k) - sketch(b, k)).difference(k) == (real if real < k else None)


@pytest.mark.parametrize("k", [2, 5, 50, 500])
def test_a_few_among_very_many(k: int) -> None:
    generator = np.random.default_rng(k)
    whole: list[str | None] = [f"person {n}" for n in range(20_000)]
    failed = 0
    for size in {n for n in (1, 2, k // 2, k - 1) if 0 < n < k}:
        gone = set(generator.choice(20_000, size, replace=False).tolist())
        rest = [v for n, v in enumerate(whole) if n not in gone]
        found = (sketch(whole, k, size=9000) - sketch(rest, k, size=7000)).difference(k)
        assert found == size
        failed += (sketch(whole, k, size=9000) - sketch(rest[: -2 * k], k)).difference(k) is None
    assert failed


def test_it_survives_being_written() -> None:
    one = sketch(["a", "b", "b"], 5)
    again = Sketch.read(one.plain())
    assert (one - again).difference(5) == 0
    assert (again - sketch(["a", "b"], 5)).difference(5) == 1


def test_unions_are_told() -> None:
    a: list[str | None] = [f"p{n}" for n in range(300)]
    b: list[str | None] = [f"q{n}" for n in range(300)]
    parts = sketch(a, 5) + sketch(b, 5)
    assert (parts - sketch([*a, *b, "alone"], 5)).difference(5) == 1


def test_nothing_can_be_looked_up_without_the_key() -> None:
    one, other = sketch(["a"] * 9, 5), sketch(["a"] * 9, 5, key=bytes(32))
    assert (one - other).difference(500) == 18
    assert one.plain() != other.plain()


def test_counts_are_exact_up_to_many_rows() -> None:
    meters = []
    for more in (0, 1):
        meter = RiskMeter(quasi=["city"])
        batch = pa.RecordBatch.from_arrays([pa.array(["a", "b"])], ["city"])
        meter.add(batch, np.array([2**40 + more, 7]))
        meters.append(Sketch.of(*meter.keyed(KEY), 5))
    assert (meters[1] - meters[0]).difference(5) == 1
