"""What the allow-list answers: exactly the value at exactly the place, in every layout."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.detect import BatchFindings, Scanner, ScanTotals, places_of
from sluicegate.gate.allowance import Allowance, faults
from sluicegate.gate.sift import Sifter
from sluicegate.mask import Keyring
from sluicegate.model.allow import AllowEntry
from sluicegate.model.sensitive import Sensitive

KEYRING = Keyring(Sensitive(bytes(range(32))))
PRINT = KEYRING.fingerprints()
ANN, BOB = "ann@example.com", "bob@example.com"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


def entry(value: str = ANN, place: str = "c", **changes: Any) -> AllowEntry:
    given: dict[str, Any] = {
        "where": "a.csv",
        "place": place,
        "detector": "email",
        "fingerprint": PRINT(value.encode()),
        "key_id": KEYRING.key_id("fingerprint"),
        "owner": "data team",
        "reason": "help desk",
        "expires": dt.date(2027, 1, 31),
    }
    return AllowEntry(**(given | changes))


def sift(
    scanner: Scanner, batch: pa.RecordBatch, *entries: AllowEntry
) -> tuple[BatchFindings, Allowance]:
    allowance = Allowance(entries)
    sifter = Sifter((allowance,), scanner.detectors, PRINT)
    return sifter.sift(scanner.scan(batch), batch.schema), allowance


def test_a_fingerprint_is_what_the_keyring_says() -> None:
    for value in (b"", b"x", ANN.encode(), b"\xff" * 1000):
        assert PRINT(value) == KEYRING.mac("fingerprint", value)


def test_every_finding_is_looked_at_not_only_the_first_twenty(scanner: Scanner) -> None:
    batch = pa.record_batch({"c": [ANN] * 5000 + [BOB] + [ANN] * 5000})
    left, allowance = sift(scanner, batch, entry())
    assert left.total == 1
    (allowed,) = allowance.allowed
    assert (allowed.count, allowed.column, allowed.owner) == (10_000, "c", "data team")
    totals = ScanTotals(scanner, PRINT, "k")
    totals.add(left, batch.schema)
    (sample,) = totals.summary().samples
    assert (sample.row, sample.fingerprint, sample.place) == (5000, PRINT(BOB.encode()), "c")


@pytest.mark.parametrize(
    "changes",
    [
        {"place": "other"},
        {"place": "c/*"},
        {"detector": "card"},
        {"fingerprint": PRINT(BOB.encode())},
        {"fingerprint": Keyring(Sensitive(bytes(range(1, 33)))).mac("fingerprint", ANN.encode())},
        {"fingerprint": "0" * 32},
    ],
)
def test_two_of_three_are_not_enough(scanner: Scanner, changes: dict[str, str]) -> None:
    left, allowance = sift(scanner, pa.record_batch({"c": [ANN]}), entry(**changes))
    assert left.total == 1
    assert allowance.allowed == ()
    assert len(allowance.unused()) == 1


def test_a_value_in_a_column_that_took_the_name_needs_its_fingerprint(scanner: Scanner) -> None:
    batch = pa.record_batch({"a": ["none"], "b": [BOB]}).rename_columns(["x", "c"])
    left, _ = sift(scanner, batch, entry())
    assert left.total == 1


def test_spaces_and_case_around_a_value_do_not_hide_another(scanner: Scanner) -> None:
    texts = [f"to {ANN}", f"{ANN}, {BOB}", f"x{ANN}", ANN.upper(), f"{ANN} {ANN}"]
    left, allowance = sift(scanner, pa.record_batch({"c": texts}), entry())
    assert left.total == 3, "the other person, the longer address, the other spelling"
    assert sum(a.count for a in allowance.allowed) == 4


LAYOUTS = {
    "string": pa.string(),
    "large_string": pa.large_string(),
    "binary": pa.binary(),
    "view": pa.string_view(),
    "dictionary": pa.dictionary(pa.int8(), pa.string()),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_sifted(scanner: Scanner, layout: str) -> None:
    plain = pa.array([ANN, None, BOB, ANN, "none", ANN])
    array = plain.dictionary_encode() if layout == "dictionary" else plain.cast(LAYOUTS[layout])
    batch = pa.RecordBatch.from_arrays([array], names=["c"])
    left, allowance = sift(scanner, batch, entry())
    assert left.total == 1
    assert [a.count for a in allowance.allowed] == [3]


@pytest.mark.parametrize(
    ("kind", "value", "place"),
    [
        (pa.list_(pa.string()), ["x", ANN], "c/*"),
        (pa.large_list(pa.string()), [ANN, ANN], "c/*"),
        (pa.list_(pa.dictionary(pa.int8(), pa.string())), ["x", ANN], "c/*"),
        (pa.struct([("mail", pa.string())]), {"mail": ANN}, "c/mail"),
        (pa.struct([("a/b#~", pa.string())]), {"a/b#~": ANN}, "c/a~1b~2~0"),
        (pa.struct([("0", pa.string())]), {"0": ANN}, "c/0"),
        (pa.list_(pa.struct([("m", pa.list_(pa.string()))])), [{"m": ["x", ANN]}], "c/*/m/*"),
        (pa.map_(pa.string(), pa.string()), [("k", ANN)], "c/*/value"),
        (pa.map_(pa.string(), pa.string()), [(ANN, "v")], "c/*/key"),
    ],
)
def test_a_nested_value_is_named_without_positions(
    scanner: Scanner, kind: pa.DataType, value: Any, place: str
) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([None, value], kind)], names=["c"])
    left, _ = sift(scanner, batch, entry(place=place))
    assert left.total == 0
    left, _ = sift(scanner, batch, entry(place="c"), entry(place=place + "/x"))
    assert left.total >= 1
    totals = ScanTotals(scanner, PRINT, "k")
    totals.add(scanner.scan(batch), batch.schema)
    assert {s.place for s in totals.summary().samples} == {place}


def test_columns_of_one_name_and_of_odd_names(scanner: Scanner) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([ANN]), pa.array([[BOB]])], names=["c", "c"])
    left, _ = sift(scanner, batch, entry(), entry(BOB, "c/*"))
    assert left.total == 1, "the list's type is not known by name, so its position stays"
    place = places_of(pa.schema([("a/b#c", pa.string())]))
    assert place("a/b#c", "") == "a~1b~2c"


def test_extension_and_run_length_types_are_looked_through() -> None:
    runs = pa.run_end_encoded(pa.int32(), pa.list_(pa.string()))
    schema = pa.schema([("r", runs), ("s", pa.list_(pa.json_(pa.string())))])
    place = places_of(schema)
    assert place("r", "/3") == "r/*"
    assert place("s", "/3/name/0") == "s/*/name/0", "inside a text positions are what it says"


def test_thousands_of_entries_and_findings_take_no_product_of_both(scanner: Scanner) -> None:
    mails = [f"user{n}@example.com" for n in range(20_000)]
    batch = pa.record_batch({"c": mails})
    entries = [entry(mail) for mail in mails[:10_000]]
    allowance = Allowance(entries)
    sifter, found = Sifter((allowance,), scanner.detectors, PRINT), scanner.scan(batch)
    began = time.monotonic()
    left = sifter.sift(found, batch.schema)
    assert left.total == 10_000
    assert len(allowance.allowed) == 10_000
    assert time.monotonic() - began < 10


def test_a_large_dictionary_is_sifted(scanner: Scanner) -> None:
    mails = [f"user{n}@example.com" for n in range(5000)]
    batch = pa.RecordBatch.from_arrays([pa.array(mails * 3).dictionary_encode()], names=["c"])
    left, allowance = sift(scanner, batch, *(entry(mail) for mail in mails[1:]))
    assert left.total == 3
    assert sum(a.count for a in allowance.allowed) == 3 * 4999


TODAY = dt.date(2026, 6, 15)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expires": dt.date(2026, 6, 15)}, ""),
        ({"expires": dt.date(2026, 6, 14)}, "ALLOW-EXPIRED"),
        ({"expires": dt.date(2027, 6, 16)}, ""),
        ({"expires": dt.date(2027, 6, 17)}, "ALLOW-TOO-LONG"),
        ({"expires": dt.date(9999, 12, 31)}, "ALLOW-TOO-LONG"),
        ({"added": dt.date(2026, 6, 16), "expires": dt.date(2026, 7, 1)}, "ALLOW-CLOCK"),
        ({"added": dt.date(2025, 6, 1), "expires": dt.date(2026, 7, 1)}, "ALLOW-TOO-LONG"),
        ({"added": dt.date(2025, 8, 1), "expires": dt.date(2026, 7, 1)}, ""),
        ({"key_id": "f" * 16, "expires": TODAY}, "ALLOW-KEY"),
        ({"detector": "nothing", "expires": TODAY}, "ALLOW-DETECTOR"),
    ],
)
def test_when_an_entry_holds(changes: dict[str, Any], code: str) -> None:
    found = faults(
        [entry(**changes)],
        today=TODAY,
        key_id=KEYRING.key_id("fingerprint"),
        detectors={"email"},
    )
    assert [r.code for r in found] == ([code] if code else [])
    for reason in found:
        assert "data team" in reason.message
        assert reason.hint
        assert ANN not in str(reason)
