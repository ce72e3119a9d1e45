"""Columns of few values are scanned once a value, and told once a row."""

from __future__ import annotations

import pyarrow as pa
import pytest

from sluicegate.detect import Scanner, open_scanner
from sluicegate.detect.repeated import encoded_if_repeated

MAIL = "jane.roe" + "@example.com"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return open_scanner()


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_few_values_become_a_dictionary(kind: pa.DataType) -> None:
    column = pa.array(["open", "paid", None, "sent"] * 1000, kind)
    encoded = encoded_if_repeated(column)
    assert pa.types.is_dictionary(encoded.type)
    assert encoded.dictionary_decode().equals(column)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([f"v{n}" for n in range(4000)]),
        pa.array(["same"] * 100),
        pa.array(["same"] * 1500 + [f"v{n}" for n in range(4000)]),
        pa.array([b"open"] * 4000),
        pa.array([1] * 4000),
    ],
)
def test_others_stay_as_they_are(column: pa.Array) -> None:
    assert encoded_if_repeated(column) is column


def test_every_row_that_holds_a_value_counts(scanner: Scanner) -> None:
    values = ["open", f"mail {MAIL} now", None, "paid"] * 1000
    spans = scanner.spans(pa.array(values), column="state")
    assert spans.row.tolist() == list(range(1, 4000, 4))
    assert set(spans.start.tolist()) == {5}
    found = scanner.scan(pa.record_batch({"state": values, "n": list(range(4000))}), first_row=7)
    assert found.total == 1000
    [leaf] = found.leaves
    assert leaf.locate(0).row == 8


def test_a_slice_counts_its_own_rows(scanner: Scanner) -> None:
    column = pa.array(["open", MAIL] * 3000).slice(1, 5000)
    spans = scanner.spans(column)
    assert spans.row.tolist() == list(range(0, 5000, 2))
