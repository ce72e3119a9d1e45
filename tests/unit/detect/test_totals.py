from __future__ import annotations

import pickle

import pyarrow as pa

from sluicegate.detect import Scanner, ScanTotals
from sluicegate.model.data import DataClass


def run(scanner: Scanner, seen: list[bytes]) -> ScanTotals:
    def fingerprint(value: bytes) -> str:
        seen.append(value)
        return "0" * 32

    return ScanTotals(scanner, fingerprint, "key-1")


def test_counts_add_up_and_samples_are_the_first_twenty(scanner: Scanner) -> None:
    seen: list[bytes] = []
    totals = run(scanner, seen)
    for first in (0, 15, 30):
        mails = pa.array([f"u{first + i}@example.com" for i in range(15)])
        batch = pa.RecordBatch.from_arrays(
            [mails, pa.array(["202-555-0143"] * 15)], names=["mail", "note"]
        )
        totals.add(scanner.scan(batch, first_row=first))
    result = totals.summary(["sampled"])
    assert [(c.column, c.detector, c.count) for c in result.counts] == [
        ("mail", "email", 45),
        ("note", "phone_nanp", 45),
    ]
    assert [s.row for s in result.samples if s.column == "mail"] == list(range(20))
    assert result.by_class() == {DataClass("email"): 45, DataClass("phone"): 45}
    assert (result.rows, result.detectors, result.blind_spots) == (
        45,
        scanner.version,
        ("sampled",),
    )
    assert seen.count(b"u0@example.com") == 1
    assert all(s.fingerprint == "0" * 32 and s.key_id == "key-1" for s in result.samples)


def test_nothing_that_is_kept_holds_a_value(scanner: Scanner) -> None:
    totals = run(scanner, [])
    batch = pa.RecordBatch.from_arrays([pa.array(["marked.value@example.com"])], names=["c"])
    found = scanner.scan(batch)
    totals.add(found)
    kept = (
        pickle.dumps(totals.summary())
        + repr((found, totals.summary(), scanner.spans(batch.column(0)))).encode()
    )
    assert b"marked.value" not in kept


def test_an_empty_stream(scanner: Scanner) -> None:
    result = run(scanner, []).summary()
    assert (result.rows, result.bytes, result.total, result.samples) == (0, 0, 0, ())
