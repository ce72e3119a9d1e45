"""Every layout in which Arrow may hold text."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from sluicegate.detect import Scanner, ScanTotals
from sluicegate.errors import DetectionError
from sluicegate.model.findings import ScanSummary

MAIL = "jane.roe@example.com"


def summary(scanner: Scanner, batch: pa.RecordBatch, first_row: int = 0) -> ScanSummary:
    totals = ScanTotals(scanner, lambda value: f"{len(value):032x}", "k1")
    totals.add(scanner.scan(batch, first_row=first_row))
    return totals.summary()


def column(array: pa.Array, name: str = "c") -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([array], names=[name])


def places(scanner: Scanner, array: pa.Array) -> list[tuple[int, int, int, str]]:
    s = scanner.spans(array)
    return [
        (int(r), int(a), int(b), scanner.detectors[d].id)
        for r, a, b, d in zip(s.row, s.start, s.end, s.detector, strict=True)
    ]


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.binary(),
        pa.large_binary(),
        pa.binary_view(),
    ],
    ids=str,
)
def test_every_string_layout_with_nulls_and_slices(scanner: Scanner, kind: pa.DataType) -> None:
    values = ["nothing", None, f"é {MAIL}", "", f"{MAIL} {MAIL}"]
    array = pa.array([v if v is None else v.encode() for v in values], pa.binary()).cast(kind)
    want = [(2, 3, 23, "email"), (4, 0, 20, "email"), (4, 21, 41, "email")]
    assert places(scanner, array) == want
    assert places(scanner, array.slice(2)) == [(r - 2, *rest) for r, *rest in want]
    assert places(scanner, array.slice(3, 1)) == []
    assert places(scanner, array.slice(0, 0)) == []


def test_places_are_bytes_of_the_cell(scanner: Scanner) -> None:
    text = f"é密 {MAIL}"
    ((_, start, end, _),) = places(scanner, pa.array([text]))
    assert text.encode()[start:end].decode() == MAIL
    (span,) = scanner.scan_text(text)
    assert text[span.start : span.end] == MAIL


def test_nothing_is_found_across_rows(scanner: Scanner) -> None:
    assert (
        places(
            scanner,
            pa.array(["jane@", "example.com", "4111 1111", "1111 1111", "4111111", "111111111"]),
        )
        == []
    )
    assert len(places(scanner, pa.array(["jane@example.com", "4111111111111111", "5"]))) == 2


def test_what_lies_under_a_null_is_no_value(scanner: Scanner) -> None:
    data = pa.py_buffer(f"a{MAIL}b".encode())
    offsets = pa.py_buffer(np.array([0, 1, 21, 22], dtype=np.int32).tobytes())
    array = pa.StringArray.from_buffers(3, offsets, data, pa.py_buffer(bytes([0b101])), 1)
    assert places(scanner, array) == []


def test_offsets_that_do_not_fit_are_refused(scanner: Scanner) -> None:
    offsets = pa.py_buffer(np.array([0, 5, 2], dtype=np.int32).tobytes())
    array = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(b"abcde"))
    with pytest.raises(DetectionError, match="offsets"):
        scanner.spans(array)


def test_dictionary_is_scanned_once_and_counted_for_every_row(scanner: Scanner) -> None:
    array = pa.DictionaryArray.from_arrays(
        pa.array([1, 0, 1, None, 1]), pa.array(["x", MAIL, "unused@example.com"])
    )
    assert [p[0] for p in places(scanner, array)] == [0, 2, 4]
    found = summary(scanner, column(array), first_row=100)
    assert [(c.detector, c.count) for c in found.counts] == [("email", 3)]
    assert [s.row for s in found.samples] == [100]
    assert found.bytes == len("x") + len(MAIL) + len("unused@example.com")


@pytest.mark.parametrize("index", [pa.int8(), pa.uint8(), pa.uint64()], ids=str)
def test_dictionaries_of_any_index(scanner: Scanner, index: pa.DataType) -> None:
    array = pa.array(["x", None, MAIL], pa.dictionary(index, pa.large_string()))
    assert [p[0] for p in places(scanner, array)] == [2]
    assert summary(scanner, column(array)).total == 1
    assert summary(scanner, column(array.slice(1))).samples[0].row == 1


def test_nested_values_are_found_with_their_path(scanner: Scanner) -> None:
    struct = pa.struct([("a/b", pa.list_(pa.string())), ("m", pa.map_(pa.string(), pa.string()))])
    rows = [
        {"a/b": ["x", MAIL], "m": []},
        None,
        {"a/b": None, "m": [("k", "x"), (MAIL, "202-555-0143")]},
    ]
    found = summary(scanner, column(pa.array(rows, struct), "nest"))
    got = {(s.row, s.path, s.detector) for s in found.samples}
    assert got == {
        (0, "/a~1b/1", "email"),
        (2, "/m/1/key", "email"),
        (2, "/m/1/value", "phone_nanp"),
    }
    assert all(s.column == "nest" for s in found.samples)


def test_null_parents_and_slices_of_nested_columns(scanner: Scanner) -> None:
    kind = pa.list_(pa.list_(pa.string()))
    array = pa.array([[["z"]], None, [[], None, ["x", MAIL]], []], kind)
    assert [(s.row, s.path) for s in summary(scanner, column(array)).samples] == [(2, "/2/1")]
    assert [(s.row, s.path) for s in summary(scanner, column(array.slice(2))).samples] == [
        (0, "/2/1")
    ]
    fixed = pa.FixedSizeListArray.from_arrays(
        pa.array([MAIL, "x", MAIL, MAIL]), 2, mask=pa.array([False, True])
    )
    assert [(s.row, s.path) for s in summary(scanner, column(fixed)).samples] == [(0, "/0")]
    masked = pa.StructArray.from_arrays(
        [pa.array([MAIL, MAIL])], ["f"], mask=pa.array([True, False])
    )
    assert [(s.row, s.path) for s in summary(scanner, column(masked)).samples] == [(1, "/f")]


def test_layouts_that_wrap_others(scanner: Scanner) -> None:
    arrays = [
        pa.array([["a"], ["b", MAIL]], pa.list_view(pa.string())),
        pa.RunEndEncodedArray.from_arrays([1, 2], ["a", MAIL]),
        pa.ExtensionArray.from_storage(pa.json_(), pa.array(["{}", f'{{"mail":"{MAIL}"}}'])),
        pa.ExtensionArray.from_storage(pa.opaque(pa.string(), "inet", "pg"), pa.array(["a", MAIL])),
        pa.array([["a"], [MAIL]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        pa.array([b"x" * 20, MAIL.encode()], pa.binary(20)),
    ]
    for array in arrays:
        found = summary(scanner, column(array))
        assert [(s.row, s.detector) for s in found.samples] == [(1, "email")], str(array.type)
        assert found.blind_spots == ()


def test_numbers_are_read_as_text_when_large_enough(scanner: Scanner) -> None:
    card = 4111111111111111
    for array in [
        pa.array([1, card, None]),
        pa.array([1, card, None], pa.uint64()),
        pa.array([1, -card, None]),
        pa.array([1.5, float(card), float("nan")]),
        pa.array([Decimal("1.00"), Decimal("4111111111111111.00"), None]),
        pa.array([Decimal(1), Decimal(card), None], pa.decimal256(40, 0)),
        pa.array([Decimal(1), Decimal(card), None], pa.decimal64(18, 0)),
    ]:
        found = summary(scanner, column(array))
        assert [(s.row, s.detector) for s in found.samples] == [(1, "card")], str(array.type)
    assert summary(scanner, column(pa.array([2025550143]), "phone")).total == 1
    small = summary(scanner, column(pa.array([1, 2])))
    assert (small.total, small.bytes) == (0, 0)


def test_a_column_name_is_context(scanner: Scanner) -> None:
    values = pa.array(["900703456", "2025550143"])
    assert summary(scanner, column(values, "value")).total == 0
    assert [s.row for s in summary(scanner, column(values, "customer_ssn")).samples] == [0]
    phones = summary(scanner, column(values, "homePhone"))
    assert [(c.data_class, c.count) for c in phones.counts] == [("phone", 2)]
    assert len(scanner.spans(values, column="mobile")) == 2


def test_bytes_that_are_no_text_are_scanned_and_named(scanner: Scanner) -> None:
    batch = column(pa.array([b"\xff\xfe " + MAIL.encode() + b"\xff", b"ok"]), "raw")
    found = summary(scanner, batch)
    assert [(s.detector, s.start, s.length) for s in found.samples] == [("email", 3, 20)]
    assert found.blind_spots == ("column 'raw': bytes that are not UTF-8 (scanned as ASCII only)",)


def test_types_that_cannot_be_read_are_named(scanner: Scanner) -> None:
    union = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([MAIL])])
    found = summary(scanner, column(union, "u"))
    assert len(found.blind_spots) == 1
    assert found.blind_spots[0].startswith("column 'u': type sparse_union")


def test_types_without_text_are_no_blind_spot(scanner: Scanner) -> None:
    batch = pa.RecordBatch.from_arrays(
        [
            pa.nulls(2),
            pa.array([True, False]),
            pa.array([0, 1], pa.timestamp("us")),
            pa.array([0, 1], pa.date32()),
            pa.nulls(2, pa.string()),
        ],
        names=list("abcde"),
    )
    found = summary(scanner, batch)
    assert (found.total, found.blind_spots, found.rows) == (0, (), 2)


def test_empty_batches(scanner: Scanner) -> None:
    schema = pa.schema(
        [
            ("a", pa.string()),
            ("b", pa.list_(pa.string())),
            ("c", pa.dictionary(pa.int8(), pa.string())),
            ("d", pa.int64()),
        ]
    )
    found = summary(
        scanner,
        schema.empty_table().to_batches()[0]
        if schema.empty_table().to_batches()
        else pa.RecordBatch.from_pylist([], schema=schema),
    )
    assert (found.rows, found.total) == (0, 0)


def test_two_columns_of_one_name(scanner: Scanner) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([MAIL]), pa.array([MAIL])], names=["a", "a"])
    assert [(c.column, c.count) for c in summary(scanner, batch).counts] == [("a", 2)]


def test_blocks_do_not_lose_rows(scanner: Scanner) -> None:
    filler = "lorem ipsum dolor " * 40
    values = [filler + (MAIL if i % 700 == 0 else "") for i in range(5000)]
    assert [p[0] for p in places(scanner, pa.array(values))] == list(range(0, 5000, 700))
