"""Masks over values: hand-made expectations, and laws that hold for all input."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import MaskingError
from sluicegate.mask import transform
from sluicegate.mask.redact import redact
from sluicegate.mask.transforms import holds
from sluicegate.model.masks import (
    DateUnit,
    GeneralizeDate,
    GeneralizeNumber,
    Keep,
    Mask,
    Partial,
    Suppress,
)


@dataclass
class FoundSpans:
    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    detector: np.ndarray


def test_partial_counts_characters_and_keeps_the_length() -> None:
    array = pa.array(["abcdef", "ab", "abc", "äöüßé€", None, ""])
    result = transform(Partial(keep_first=1, keep_last=2), array)
    assert result.to_pylist() == ["a***ef", "**", "***", "ä***é€", None, ""]


@given(st.lists(st.none() | st.text()), st.integers(0, 5), st.integers(0, 5))
def test_partial_by_its_definition(texts: list[str | None], first: int, last: int) -> None:
    def one(text: str) -> str:
        if len(text) <= first + last:
            return "*" * len(text)
        return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]

    mask = Partial(keep_first=first, keep_last=last)
    result = transform(mask, pa.array(texts, pa.string()))
    assert result.to_pylist() == [None if t is None else one(t) for t in texts]
    assert holds(mask, result)


@given(st.lists(st.none() | st.integers(-(2**62), 2**62)), st.integers(2, 10**6))
def test_integers_round_down(numbers: list[int | None], width: int) -> None:
    mask = GeneralizeNumber(width=width)
    result = transform(mask, pa.array(numbers, pa.int64()))
    assert result.to_pylist() == [None if n is None else n // width * width for n in numbers]
    assert holds(mask, result)


@given(st.lists(st.none() | st.decimals(-(10**9), 10**9, places=2)), st.integers(2, 10_000))
def test_decimals_round_down(numbers: list[Decimal | None], width: int) -> None:
    mask = GeneralizeNumber(width=width)
    result = transform(mask, pa.array(numbers, pa.decimal128(14, 2)))
    expected = [
        None if n is None else (n / width).to_integral_value("ROUND_FLOOR") * width for n in numbers
    ]
    assert result.to_pylist() == expected
    assert holds(mask, result)


def test_a_number_at_the_limit_fails_instead_of_wrapping() -> None:
    with pytest.raises(MaskingError, match="near the limit"):
        transform(GeneralizeNumber(width=10), pa.array([-(2**63)], pa.int64()))


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("year", dt.date(2026, 1, 1)),
        ("quarter", dt.date(2026, 10, 1)),
        ("month", dt.date(2026, 11, 1)),
        ("week", dt.date(2026, 11, 23)),
        ("day", dt.date(2026, 11, 25)),
    ],
)
def test_dates_go_to_the_start_of_their_unit(unit: DateUnit, expected: dt.date) -> None:
    mask = GeneralizeDate(unit=unit)
    dates = transform(mask, pa.array([dt.date(2026, 11, 25), None]))
    assert dates.to_pylist() == [expected, None]
    moments = pa.array([dt.datetime(2026, 11, 25, 3, 4, tzinfo=dt.UTC)], pa.timestamp("us", "UTC"))
    assert transform(mask, moments).to_pylist()[0].date() == expected
    assert holds(mask, dates)


def test_suppress_keeps_the_type_and_keep_keeps_all() -> None:
    array = pa.array([Decimal("1.50")])
    assert transform(Suppress(), array).equals(pa.nulls(1, array.type))
    assert transform(Keep(), array) is array


@pytest.mark.parametrize(
    ("mask", "raw"),
    [
        (Suppress(), pa.array(["x"])),
        (Partial(keep_last=2), pa.array(["4242424242"])),
        (GeneralizeNumber(width=10), pa.array([30, 37])),
        (GeneralizeDate(unit="year"), pa.array([dt.date(2020, 5, 5)])),
    ],
)
def test_a_raw_value_does_not_pass_for_a_masked_one(mask: Mask, raw: pa.Array) -> None:
    assert not holds(mask, raw)


@pytest.mark.parametrize(
    ("mask", "kind"),
    [
        (Partial(), pa.int64()),
        (GeneralizeDate(), pa.string()),
        (GeneralizeNumber(), pa.string()),
        (GeneralizeNumber(), pa.bool_()),
    ],
)
def test_a_mask_that_does_not_fit_names_the_type(mask: Mask, kind: pa.DataType) -> None:
    with pytest.raises(MaskingError, match=str(kind)):
        transform(mask, pa.nulls(1, kind))


@given(st.data())
def test_redaction_equals_the_same_by_hand(data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.none() | st.text(max_size=20), min_size=1))
    offset = data.draw(st.integers(0, len(texts) - 1))
    labels = [b"{A}", b"{LONGER}"]
    spans, expected = [], []
    for row, text in enumerate(texts[offset:]):
        raw = (text or "").encode()
        cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=4))) if text else []
        pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
        out, position = b"", 0
        for start, end in pairs:
            which = data.draw(st.integers(0, 1))
            spans.append((row, start, end, which))
            out += raw[position:start] + labels[which]
            position = end
        expected.append(None if text is None else out + raw[position:])
    columns = np.array(spans, np.int64).reshape(-1, 4).T
    found = FoundSpans(columns[0], columns[1], columns[2], columns[3].astype(np.int32))
    result = redact(pa.array(texts, pa.string())[offset:], found, labels)
    result.cast(pa.large_binary()).validate(full=True)
    assert result.cast(pa.large_binary()).to_pylist() == expected
