"""Numbered placeholders: the same value has the same number in a cell, two values never do."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.mask.numbered import redact_numbered
from sluicegate.mask.redact import Redactions, redact

LABELS = [b"{EMAIL}", b"{PHONE}", b"{EMAIL}"]
WORDS = re.compile(rb"(?P<a>[a-c]@x)|(?P<b>\+[0-9])|(?P<c>[d-f]@x)")


def spans(texts: pa.Array) -> Redactions:
    found = [
        (row, match.start(), match.end(), "abc".index(match.lastgroup or ""))
        for row, text in enumerate(texts.to_pylist())
        for match in WORDS.finditer((text or "").encode())
    ]
    row, start, end, detector = np.array(found, np.int64).reshape(-1, 4).T
    return Redactions(row, start, end, detector.astype(np.int32))


def redacted(*texts: str | None) -> list[str | None]:
    array = pa.array(texts, pa.string())
    result: list[str | None] = redact_numbered(array, spans(array), LABELS).to_pylist()
    return result


def test_numbers_count_within_a_cell_and_a_label() -> None:
    assert redacted("a@x to b@x, cc a@x, call +1 or +2", None, "b@x", "", "é +7 é") == [
        "{EMAIL_1} to {EMAIL_2}, cc {EMAIL_1}, call {PHONE_1} or {PHONE_2}",
        None,
        "{EMAIL_1}",
        "",
        "é {PHONE_1} é",
    ]


def test_two_detectors_with_one_label_count_together() -> None:
    assert redacted("a@x d@x a@x") == ["{EMAIL_1} {EMAIL_2} {EMAIL_1}"]


def test_a_placeholder_that_stands_there_is_passed_over() -> None:
    assert redacted("{EMAIL_1} wrote to a@x, {EMAIL_3} to b@x and +1") == [
        "{EMAIL_1} wrote to {EMAIL_2}, {EMAIL_3} to {EMAIL_4} and {PHONE_1}"
    ]


def test_a_second_round_goes_on_counting() -> None:
    first = redacted("a@x b@x")[0]
    assert redacted(f"{first} c@x") == ["{EMAIL_1} {EMAIL_2} {EMAIL_3}"]


def test_many_values_in_one_cell() -> None:
    cell = " ".join(f"{c}@x" for c in "abcdef") + " " + " ".join(f"+{i}" for i in range(10))
    (result,) = redacted(cell)
    assert result is not None
    assert result.endswith("{PHONE_10}")
    assert "{EMAIL_6}" in result


@given(
    st.lists(
        st.none() | st.lists(st.sampled_from(["a@x", "d@x", "+1", "+2", "é", " "])).map("".join)
    ),
    st.integers(0, 3),
)
def test_without_numbers_it_is_what_typed_redaction_gives(
    texts: list[str | None], skip: int
) -> None:
    array = pa.array(texts, pa.string())[skip:]
    found = spans(array)
    numbered = redact_numbered(array, found, LABELS)
    numbered.validate(full=True)
    plain = redact(array, found, LABELS).to_pylist()
    assert [t and re.sub(r"_\d+\}", "}", t) for t in numbered.to_pylist()] == plain
    for before, after in zip(array.to_pylist(), numbered.to_pylist(), strict=True):
        values = [m[0] for m in WORDS.finditer((before or "").encode())]
        labels = re.findall(r"\{\w+\}", after or "")
        assert len(set(zip(values, labels, strict=True))) == len(set(values)) == len(set(labels))
