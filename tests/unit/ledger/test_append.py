from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from sluicegate.errors import ChainBroken, LedgerError
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.model.events import AlreadyRecorded, Event


def event(number: int = 0, **body: Any) -> Event:
    return Event(kind="test.happened", subject=f"subject-{number}", body={"number": number, **body})


def test_a_record_comes_back_as_it_was_written(ledger: Ledger) -> None:
    written = ledger.append(event(7, nested={"list": [1, 2.5, None, True, "ü\x00"]}))
    assert written.sequence == 1
    assert written.time.tzinfo is UTC
    assert written.body == {"number": 7, "nested": {"list": [1, 2.5, None, True, "ü\x00"]}}
    assert list(ledger.records()) == [written] == [ledger.head()]


def test_records_are_numbered_and_each_names_the_one_before(ledger: Ledger) -> None:
    records = [ledger.append(event(n)) for n in range(5)]
    assert [r.sequence for r in records] == [1, 2, 3, 4, 5]
    # the link covers the signature too, so that the last signature vouches for all before it
    links = [hashlib.sha256(f"{r.hash}\n{r.signature}".encode()) for r in records[:-1]]
    assert [r.previous for r in records[1:]] == [f"sha256:{one.hexdigest()}" for one in links]


def test_an_empty_ledger_has_no_head(ledger: Ledger, signer: Ed25519Signer) -> None:
    assert ledger.head() is None
    assert list(ledger.records()) == []
    report = ledger.verify({signer.key_id: signer.public_key})
    assert report.ok
    assert (report.records, report.head) == (0, None)


def test_records_can_be_asked_by_kind_and_subject(ledger: Ledger) -> None:
    for n in range(3):
        ledger.append(event(n))
    ledger.append(Event(kind="other", subject="subject-1", body={}))
    assert [r.sequence for r in ledger.records(subject="subject-1")] == [2, 4]
    assert [r.sequence for r in ledger.records(kind="other")] == [4]
    assert [r.sequence for r in ledger.records(kind="other", subject="subject-0")] == []
    assert [r.sequence for r in ledger.records(newest_first=True)] == [4, 3, 2, 1]
    assert [r.sequence for r in ledger.records(subject="subject-1", newest_first=True)] == [4, 2]


def test_reading_goes_over_pages_and_does_not_stop_who_appends_meanwhile(ledger: Ledger) -> None:
    total = 510  # more than a page
    ledger.append_all([event(n) for n in range(total)])
    seen = 0
    for record in ledger.records():
        seen = record.sequence
        if seen == 3:
            ledger.append(event(total))  # would wait for itself if the reader held a lock
    assert seen == total + 1
    back = [record.sequence for record in ledger.records(newest_first=True)]
    assert back == list(range(total + 1, 0, -1))


def test_once_is_used_one_time_only(ledger: Ledger) -> None:
    ledger.append(event(1), once="work")
    with pytest.raises(AlreadyRecorded):
        ledger.append(event(2), once="work")
    ledger.append(event(3), once="other work")
    assert [r.body["number"] for r in ledger.records()] == [1, 3]


def test_threads_share_a_ledger(ledger: Ledger, signer: Ed25519Signer) -> None:
    threads = [
        threading.Thread(target=lambda: [ledger.append(event(n)) for n in range(10)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = ledger.verify({signer.key_id: signer.public_key})
    assert report.ok
    assert report.records == 40


def test_a_clock_that_goes_back_is_recorded_and_noted(path: Path, signer: Ed25519Signer) -> None:
    times = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=h) for h in (1, 0, 2)]
    told = iter(times)
    with closing(open_ledger(str(path), signer, clock=lambda: next(told))) as ledger:
        assert [ledger.append(event(n)).time for n in range(3)] == times
        report = ledger.verify({signer.key_id: signer.public_key})
    assert report.ok
    assert report.notes == ("record 2: the clock went back by 3600.000 s",)


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Thing:
    name: str


@pytest.mark.parametrize(
    "body",
    [
        {"x": b"bytes"},
        {"x": {1, 2}},
        {"x": object()},
        {"x": Thing("n")},
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": 2**53},
        {"x": 1e20},  # would be read back as an integer beyond 2**53
        {"x": "\ud800"},
        {"\ud800": 1},
        {1: "a"},
        {"x": {None: 1}},
        {"x": datetime(2026, 1, 1, tzinfo=UTC)},
        {"x": ["y" * 300_000]},
    ],
)
def test_a_body_that_has_no_exact_json_is_refused(ledger: Ledger, body: Any) -> None:
    with pytest.raises(LedgerError):
        ledger.append(Event(kind="k", subject="s", body=body))
    assert ledger.head() is None


def test_a_body_nested_too_deep_is_refused(ledger: Ledger) -> None:
    body: dict[str, Any] = {}
    for _ in range(5000):
        body = {"x": body}
    with pytest.raises(LedgerError, match="nested"):
        ledger.append(Event(kind="k", subject="s", body=body))


def test_enumerations_and_tuples_are_json(ledger: Ledger) -> None:
    assert ledger.append(event(x=Colour.RED, y=(1, 2))).body["x"] == "red"


@pytest.mark.parametrize("name", ["", "a\nb", "a\x00b", "x" * 513, "\ud800", "a\x1b[2Jb"])
@pytest.mark.parametrize("field", ["kind", "subject", "once"])
def test_names_that_cannot_be_stored_alike_everywhere_are_refused(
    ledger: Ledger, field: str, name: str
) -> None:
    names = {"kind": "k", "subject": "s", "once": "o", field: name}
    with pytest.raises(LedgerError, match="printable"):
        ledger.append(
            Event(kind=names["kind"], subject=names["subject"], body={}), once=names["once"]
        )


def test_errors_show_no_value(ledger: Ledger) -> None:
    secret = "canary-" + "value"
    with pytest.raises(LedgerError) as caught:
        ledger.append(Event(kind="k", subject="s", body={"x": [secret.encode()]}))
    assert secret not in str(caught.value)
    assert "/x/0" in str(caught.value)


def test_a_ledger_without_a_key_reads_only(path: Path, ledger: Ledger) -> None:
    ledger.append(event(1))
    with closing(open_ledger(str(path), None)) as reader:
        assert [r.body["number"] for r in reader.records()] == [1]
        with pytest.raises(LedgerError, match="without a key"):
            reader.append(event(2))


def test_a_closed_ledger_says_so(ledger: Ledger) -> None:
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.append(event(1))
    with pytest.raises(LedgerError, match="closed"):
        ledger.head()


def test_writers_with_other_keys_must_be_trusted(path: Path, ledger: Ledger) -> None:
    ledger.append(event(1))
    other = Ed25519Signer(bytes(32))
    with (
        closing(open_ledger(str(path), other)) as stranger,
        pytest.raises(ChainBroken, match="key"),
    ):
        stranger.append(event(2))
    mine = ledger.head()
    assert mine is not None
    trusted = {mine.key_id: Ed25519Signer(bytes(range(32))).public_key}
    with closing(open_ledger(str(path), other, trusted=trusted)) as colleague:
        colleague.append(event(2))
        assert [r.key_id for r in colleague.records()] == [mine.key_id, other.key_id]
    with pytest.raises(ChainBroken):
        list(ledger.records())


def test_without_trusted_keys_a_record_must_still_be_whole(path: Path, ledger: Ledger) -> None:
    ledger.append(event(1))
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER sluicegate_ledger_no_update")
        reader = Ledger(ledger._store, None)
        assert len(list(reader.records())) == 1
        for body in ("canary no json", '{"number":2}'):
            raw.execute("UPDATE sluicegate_ledger SET body = ?", (body,))
            with pytest.raises(ChainBroken) as caught:
                list(reader.records())
            assert "canary" not in str(caught.value)
            assert caught.value.__context__ is None
