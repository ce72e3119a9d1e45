"""Arithmetic of limbs is that of whole numbers, above all where a carry is about to happen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.mask.limbs import Base, Column

RADIXES = st.sampled_from([2, 10, 36, 62, 256])


@st.composite
def numbers(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """A radix, a count of numerals, and two numbers, often at a limb's edge."""
    radix, numerals = draw(RADIXES), draw(st.integers(1, 40))
    end = radix**numerals
    edges = st.integers(0, numerals).map(lambda power: radix**power)
    number = st.integers(0, end - 1) | edges | edges.map(lambda edge: edge - 1)
    return radix, numerals, draw(number) % end, draw(number) % end


def column(numeral_of: list[int]) -> np.ndarray:
    return np.array(numeral_of, np.uint8).reshape(-1, 1)


def read(base: Base, radix: int, numerals: int, number: int) -> list[Column]:
    places = [number // radix**p % radix for p in range(numerals - 1, -1, -1)]
    return base.read(column(places))


def value(base: Base, radix: int, numerals: int, limbs: list[Column]) -> int:
    written = np.zeros((numerals, 1), np.uint8)
    base.write(limbs, written)
    total = 0
    for numeral in written[:, 0].tolist():
        assert numeral < radix
        total = total * radix + numeral
    return total


@given(numbers())
def test_sums_and_differences_are_those_of_whole_numbers(case: tuple[int, int, int, int]) -> None:
    radix, numerals, a, b = case
    base, end = Base(radix, numerals), radix**numerals
    left, right = read(base, radix, numerals, a), read(base, radix, numerals, b)
    assert value(base, radix, numerals, left) == a
    assert value(base, radix, numerals, base.add(left, right)) == (a + b) % end
    assert value(base, radix, numerals, base.subtract(left, right)) == (a - b) % end
    negated = read(base, radix, numerals, (end - a) % end)
    assert value(base, radix, numerals, base.add(left, negated)) == 0


@given(numbers(), st.binary(min_size=8, max_size=8), st.integers(0, 6), st.data())
def test_words_and_remainders_are_those_of_whole_numbers(
    case: tuple[int, int, int, int], first: bytes, more: int, data: st.DataObject
) -> None:
    radix, numerals, a, _ = case
    base = Base(radix, numerals)
    count = -(-(radix**numerals - 1).bit_length() // 32)
    words = base.words(read(base, radix, numerals, a), count)
    assert int.from_bytes(b"".join(int(w[0]).to_bytes(4) for w in words)) == a
    rest = [data.draw(st.integers(0, 2**32 - 1)) for _ in range(more)]
    whole = int.from_bytes(first + b"".join(word.to_bytes(4) for word in rest))
    columns = [np.array([w], np.uint64) for w in (int.from_bytes(first), *rest)]
    assert value(base, radix, numerals, base.reduce(columns)) == whole % radix**numerals


@pytest.mark.parametrize("radix", [2, 3, 10, 36, 62, 255, 256])
def test_no_product_of_a_limb_and_a_word_overflows(radix: int) -> None:
    for numerals in range(1, 80):
        assert all(2 <= int(bound) <= 2**32 - 1 for bound in Base(radix, numerals).bounds)
