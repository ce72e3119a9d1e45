"""Redacting each distinct text once gives what redacting every cell gives, and counts as much."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.detect import Scanner, open_scanner
from sluicegate.mask import Masker, TextFinder, masker
from sluicegate.mask.distinct import if_repeated

CELLS = [
    None, "", "nothing", "write to ann@example.com", "ann@example.com or bob@example.org",
    "call +1 202-555-0123 or ann@example.com", "ünïcode ann@example.com",
]  # fmt: skip


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return open_scanner()


def redacted(scanner: Scanner, cells: pa.Array, labels: Any) -> tuple[pa.Array, Any]:
    finder = TextFinder(
        spans=lambda texts, column: scanner.spans(texts, column=column),
        classes=[detector.data_class for detector in scanner.detectors],
    )
    one = Masker((), None, finder)  # type: ignore[arg-type]  # no column, so no key is asked for
    return one.redact("notes", cells, labels), one.redactions()


@pytest.mark.parametrize("labels", ["typed", "numbered"])
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("rows", [10, 3_000, 70_000])
def test_both_ways_are_one(
    scanner: Scanner, monkeypatch: pytest.MonkeyPatch, labels: Any, kind: pa.DataType, rows: int
) -> None:
    draw = random.Random(rows)
    cells = pa.array(draw.choices(CELLS, k=rows), kind)
    scanned: list[int] = []
    spans = scanner.spans

    def counted(texts: pa.Array, **more: Any) -> Any:
        scanned.append(len(texts))
        return spans(texts, **more)

    monkeypatch.setattr(scanner, "spans", counted)
    found, counts = redacted(scanner, cells[1:], labels)
    assert (max(scanned) < len(CELLS) + 1) is (rows > 1_024)
    monkeypatch.setattr(masker, "if_repeated", lambda _: None)
    plain, expected = redacted(scanner, cells[1:], labels)
    assert found.equals(plain)
    assert counts == expected
    assert sum(count.count for count in counts) > rows / 4


def test_texts_that_differ_are_not_encoded() -> None:
    assert if_repeated(pa.array([f"text {i}" for i in range(70_000)])) is None
    few = pa.array([f"text {i % 9_000 if i % 3 else i}" for i in range(9_000)])
    assert if_repeated(few) is None
