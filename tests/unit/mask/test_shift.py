"""Dates move by their subject's days, numbers by its factor; nothing stays and nothing wraps."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import Counter
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import ConfigurationError, MaskingError
from sluicegate.mask import inner_digest
from sluicegate.mask.shift import _factors, noise, shift_dates
from sluicegate.model.data import DataClass
from sluicegate.model.sensitive import Sensitive

KEY = Sensitive(bytes(range(32)))
PERSON = DataClass("person_id")


def subjects(count: int, start: int = 0) -> pa.Array:
    return inner_digest(pa.array(range(start, start + count)), PERSON)


SUBJECTS = subjects(20_000)
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


def one(subject: int, count: int) -> pa.Array:
    return subjects(1, subject).take(pa.array([0] * count, pa.int64()))


@given(st.lists(st.none() | DATES), st.integers(0, 50), st.integers(1, 36_500))
def test_dates_of_a_subject_move_by_one_number_of_days(
    dates: list[dt.date | None], subject: int, days: int
) -> None:
    array = pa.array(dates, pa.date32())
    moved = shift_dates(one(subject, len(dates)), array, KEY, days)
    assert moved.type == array.type
    pairs = zip(dates, moved.to_pylist(), strict=True)
    by = {(b - a).days if a and b else (a, b) for a, b in pairs}
    by.discard((None, None))
    assert len(by) <= 1
    assert all(isinstance(d, int) and 1 <= abs(d) <= days for d in by)


def test_shifts_are_even_and_never_0() -> None:
    day = dt.date(2024, 2, 29)
    array = pa.array([day] * len(SUBJECTS), pa.date32())
    moved = shift_dates(SUBJECTS, array, KEY, 10).to_pylist()
    counts = Counter((other - day).days for other in moved)
    assert set(counts) == {*range(-10, 0), *range(1, 11)}
    expected = len(SUBJECTS) / 20
    assert sum((n - expected) ** 2 / expected for n in counts.values()) < 43.8  # chi², 19, 0.1 %


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
def test_timestamps_move_by_whole_days_of_24_hours(unit: str, zone: str | None) -> None:
    moment = dt.datetime(2024, 3, 30, 23, 59, 59, tzinfo=dt.UTC if zone else None)
    array = pa.array([moment] * 100, pa.timestamp(unit, zone))
    moved = shift_dates(SUBJECTS[:100], array, KEY, 30)
    assert moved.type == array.type
    per_day = 86_400 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    differences = moved.cast(pa.int64()).to_numpy() - array.cast(pa.int64()).to_numpy()
    assert not (differences % per_day).any()
    as_dates = shift_dates(SUBJECTS[:100], pa.array([moment.date()] * 100), KEY, 30)
    days = (
        as_dates.cast(pa.int32()).to_numpy() - pa.array([moment.date()]).cast(pa.int32())[0].as_py()
    )
    assert (differences // per_day).tolist() == days.tolist()  # one shift, whatever the type


def test_date64_moves_alike() -> None:
    day = dt.date(2024, 3, 30)
    expected = shift_dates(SUBJECTS[:50], pa.array([day] * 50, pa.date32()), KEY, 30)
    moved = shift_dates(SUBJECTS[:50], pa.array([day] * 50, pa.date64()), KEY, 30)
    assert moved.cast(pa.date32()).equals(expected)


def test_null_dates_and_dates_without_a_subject_are_null() -> None:
    day = dt.date(2024, 3, 30)
    digests = pa.concat_arrays([SUBJECTS[:1], pa.nulls(1, SUBJECTS.type), SUBJECTS[:1]])
    moved = shift_dates(digests, pa.array([day, day, None]), KEY, 30).to_pylist()
    assert moved[0] not in (None, day)
    assert moved[1:] == [None, None]
    moved = noise(digests, pa.array([1_000_000, 1_000_000, None]), KEY, 0.1, 1).to_pylist()
    assert moved[0] not in (None, 1_000_000)
    assert moved[1:] == [None, None]


def test_subjects_in_a_dictionary_give_the_same() -> None:
    day = pa.array([dt.date(2024, 3, 30)] * 50)
    encoded = SUBJECTS[:50].dictionary_encode()
    assert shift_dates(encoded, day, KEY, 9).equals(shift_dates(SUBJECTS[:50], day, KEY, 9))
    assert not shift_dates(SUBJECTS[:50], day, Sensitive(bytes(32)), 9).equals(
        shift_dates(SUBJECTS[:50], day, KEY, 9)
    )


@pytest.mark.parametrize(
    "edge",
    [
        pa.array([dt.date(9999, 12, 31)] * 40),
        pa.array([dt.date(1, 1, 1)] * 40),
        pa.array([dt.date(9999, 12, 31)] * 40).cast(pa.timestamp("us")),
        pa.array([2**31 - 1] * 40, pa.int32()).cast(pa.date32()),
        pa.array([2**63 - 1] * 40).cast(pa.timestamp("ns")),
        pa.array([-(2**63)] * 40).cast(pa.timestamp("ns")),
        pa.array([2**63 - 1] * 40).cast(pa.timestamp("s", "UTC")),
    ],
)
def test_a_date_that_would_leave_the_range_is_an_error(edge: pa.Array) -> None:
    with pytest.raises(MaskingError, match="leaves the") as caught:
        shift_dates(SUBJECTS[:40], edge, KEY, 365)
    assert "9999-12" not in caught.value.message
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_days_out_of_range_are_refused(days: int) -> None:
    with pytest.raises(ConfigurationError):
        shift_dates(SUBJECTS[:1], pa.array([dt.date(2024, 1, 1)]), KEY, days)


def test_what_is_no_date_number_or_digest_is_refused() -> None:
    with pytest.raises(MaskingError, match="string"):
        shift_dates(SUBJECTS[:1], pa.array(["2024-01-01"]), KEY, 9)
    with pytest.raises(MaskingError, match="bool"):
        noise(SUBJECTS[:1], pa.array([True]), KEY, 0.1, 1)
    with pytest.raises(MaskingError) as caught:
        shift_dates(pa.array(["ada"]), pa.array([dt.date(2024, 1, 1)]), KEY, 9)
    assert "ada" not in str(caught.value)


def test_factors_are_normal_around_1() -> None:
    numbers = pa.array([1e9] * len(SUBJECTS))
    factors = (noise(SUBJECTS, numbers, KEY, 0.2, 1e-3).to_numpy() / 1e9).tolist()
    assert statistics.mean(factors) == pytest.approx(1, abs=4 * 0.2 / math.sqrt(len(factors)))
    assert statistics.stdev(factors) == pytest.approx(0.2, rel=0.03)
    within = [abs(f - 1) < 0.2 for f in factors]
    assert statistics.mean(within) == pytest.approx(0.6827, abs=0.015)
    assert statistics.mean(abs(f - 1) < 0.4 for f in factors) == pytest.approx(0.9545, abs=0.007)
    skew = np.mean(((np.array(factors) - 1) / 0.2) ** 3)
    assert abs(skew) < 0.08


@pytest.mark.parametrize(
    "kind",
    [
        pa.int32(),
        pa.int64(),
        pa.uint64(),
        pa.float32(),
        pa.float64(),
        pa.decimal128(21, 2),
        pa.decimal256(40, 2),
    ],
)
def test_one_factor_for_all_types_and_the_type_stays(kind: pa.DataType) -> None:
    result = noise(SUBJECTS[:200], pa.array([1_000_000] * 200).cast(kind), KEY, 0.1, 1)
    assert result.type == kind
    expected = noise(SUBJECTS[:200], pa.array([1_000_000] * 200), KEY, 0.1, 1)
    assert [int(v) for v in result.to_pylist()] == expected.to_pylist()
    assert len(set(expected.to_pylist())) > 190


@given(st.integers(-(2**52), 2**52), st.sampled_from([1.0, 5.0, 100.0, 1000.0]))
def test_integers_are_exact_multiples(number: int, step: float) -> None:
    result = noise(SUBJECTS[:5], pa.array([number] * 5), KEY, 0.1, step).to_pylist()
    factors = noise(SUBJECTS[:5], pa.array([Decimal(10) ** 9] * 5), KEY, 0.1, 1).to_pylist()
    for value, factor in zip(result, factors, strict=True):
        exact = Decimal(number) * factor / 10**9
        assert value == (exact / Decimal(step)).to_integral_value("ROUND_HALF_EVEN") * int(step)


def test_decimals_keep_their_scale_and_may_be_rounded_to_a_part() -> None:
    prices = pa.array([Decimal("19.99"), Decimal("-0.05"), Decimal(0)], pa.decimal128(10, 2))
    result = noise(SUBJECTS[:3], prices, KEY, 0.1, 0.05).to_pylist()
    assert all(v % Decimal("0.05") == 0 for v in result)
    assert result[2] == 0
    with pytest.raises(MaskingError, match=r"multiples of 0\.001"):
        noise(SUBJECTS[:3], prices, KEY, 0.1, 0.001)
    with pytest.raises(MaskingError, match=r"multiples of 0\.5"):
        noise(SUBJECTS[:1], pa.array([7]), KEY, 0.1, 0.5)


def test_columns_have_their_own_factors_and_a_subject_one_in_each() -> None:
    numbers = pa.array([1_000_000, 2_000_000])
    first = noise(one(3, 2), numbers, KEY, 0.1, 1, column="salary").to_pylist()
    second = noise(one(3, 2), numbers, KEY, 0.1, 1, column="bonus").to_pylist()
    assert first != second
    assert first[1] == pytest.approx(2 * first[0], abs=2)


@pytest.mark.parametrize(
    "limit",
    [
        pa.array([2**63 - 1] * 40),
        pa.array([-(2**63)] * 40),
        pa.array([127] * 40, pa.int8()),
        pa.array([Decimal("99.99")] * 40, pa.decimal128(4, 2)),
        pa.array([Decimal(10**60)] * 40, pa.decimal256(61, 0)),
    ],
)
def test_a_number_that_would_leave_its_type_is_an_error_without_it(limit: pa.Array) -> None:
    with pytest.raises(MaskingError, match="does not fit") as caught:
        noise(SUBJECTS[:40], limit, KEY, 0.3, 1)
    assert str(limit[0].as_py()) not in str(caught.value)
    assert caught.value.__suppress_context__


def test_no_keyed_bits_give_an_infinite_factor() -> None:
    for byte in (0, 255):
        (factor,) = _factors(np.full((1, 16), byte, np.uint8), 10).to_pylist()
        assert abs(factor) < 90


def test_nan_and_infinity_stay() -> None:
    special = pa.array([math.nan, math.inf, -math.inf, 0.0])
    result = noise(SUBJECTS[:4], special, KEY, 0.1, 1).to_pylist()
    assert math.isnan(result[0])
    assert result[1:] == [math.inf, -math.inf, 0.0]


@pytest.mark.parametrize(("scale", "round_to"), [(0, 1), (-1, 1), (11, 1), (math.nan, 1), (0.1, 0)])
def test_parameters_out_of_range_are_refused(scale: float, round_to: float) -> None:
    with pytest.raises(ConfigurationError):
        noise(SUBJECTS[:1], pa.array([1]), KEY, scale, round_to)
