"""Decimals round down alike in the quick way and in the general one."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.mask import transform
from sluicegate.mask.decimals import floor_decimal
from sluicegate.model.masks import DateUnit, GeneralizeDate


def expected(number: Decimal, width: int) -> Decimal:
    return (number / width).to_integral_value("ROUND_FLOOR") * width


@given(st.data(), st.integers(2, 10_000), st.integers(1, 38), st.integers(0, 6), st.integers(0, 2))
def test_quick_and_general_agree(
    data: st.DataObject, width: int, precision: int, scale: int, skip: int
) -> None:
    scale = min(scale, precision)
    top = 10**precision - 1
    whole = st.integers(-top, top) | st.integers(-min(top, 10**6), min(top, 10**6))
    numbers = data.draw(st.lists(st.none() | whole.map(lambda n: Decimal(f"{n}E-{scale}"))))
    array = pa.array(numbers, pa.decimal128(precision, scale))[skip:]
    try:
        general = floor_decimal(array.cast(pa.decimal256(precision, scale)), width)
    except pa.ArrowInvalid:
        with pytest.raises(pa.ArrowInvalid):
            floor_decimal(array, width)
        return
    result = floor_decimal(array, width)
    result.validate(full=True)
    assert result.type == array.type
    assert result.to_pylist() == general.to_pylist()
    if precision <= 20:  # Python's own arithmetic has 28 digits
        assert result.to_pylist() == [
            n if n is None else expected(n, width) for n in array.to_pylist()
        ]


def test_a_result_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(pa.ArrowInvalid):
        floor_decimal(pa.array([Decimal("-9.99")], pa.decimal128(3, 2)), 20)


@pytest.mark.parametrize("unit", ["year", "quarter", "month", "week", "day"])
@given(st.lists(st.none() | st.integers(-(10**16), 10**16)))
def test_moments_in_utc_go_where_those_without_a_zone_go(
    unit: DateUnit, microseconds: list[int | None]
) -> None:
    plain = pa.array(microseconds, pa.int64()).view(pa.timestamp("us"))
    zoned = plain.view(pa.timestamp("us", "UTC"))
    mask = GeneralizeDate(unit=unit)
    result = transform(mask, zoned)
    assert result.type == zoned.type
    assert result.cast(pa.int64()).equals(transform(mask, plain).cast(pa.int64()))
    other = plain.view(pa.timestamp("us", "Etc/UTC"))
    assert transform(mask, other).cast(pa.int64()).equals(result.cast(pa.int64()))
