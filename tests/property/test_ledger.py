"""Whatever is changed in a ledger's file is found, and the first bad record is named."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.errors import LedgerError
from sluicegate.ledger import Ed25519Signer, LedgerReport, open_ledger
from sluicegate.ledger.body import body_text
from sluicegate.ledger.row import FORM, GENESIS, Row, fault, seal, write_time
from sluicegate.model.canonical import canonical_bytes, digest
from sluicegate.model.events import Event, Record

SIGNER = Ed25519Signer(bytes(range(32)))
THIEF = Ed25519Signer(bytes(32))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}
SIZE = 6
COLUMNS = [
    "time", "kind", "subject", "body", "previous", "hash", "key_id", "signature", "once", "salt",
    "digest",
]  # fmt: skip
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def original() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    path = folder / "ledger.db"
    with closing(open_ledger(str(path), SIGNER)) as ledger:
        for n in range(SIZE):
            ledger.append(
                Event(kind="k", subject=f"s{n % 2}", body={"n": n, "text": "ü"}), once=f"once-{n}"
            )
    yield path
    shutil.rmtree(folder)


@pytest.fixture
def forged(original: Path, tmp_path: Path) -> Path:
    return tmp_path / "forged.db"


def records(path: Path) -> list[Record]:
    with closing(open_ledger(str(path), None)) as ledger:
        return list(ledger.records())


def tamper(original: Path, forged: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    """Change a copy past the triggers, and put them back so that only the rows tell."""
    shutil.copy(original, forged)
    with closing(sqlite3.connect(forged, isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = triggers.fetchall()
        raw.execute("BEGIN")  # one flush of the disk, not one for each statement
        for name, _ in kept:
            raw.execute(f"DROP TRIGGER {name}")
        for sql, values in statements:
            raw.execute(sql, values)
        for _, sql in kept:
            raw.execute(sql)
        raw.execute("COMMIT")


def verify(path: Path, expect: tuple[tuple[int, str], ...] = ()) -> LedgerReport:
    with closing(open_ledger(str(path), None)) as ledger:
        return ledger.verify(TRUSTED, expect)


def test_the_untouched_ledger_holds(original: Path) -> None:
    report = verify(original, tuple((r.sequence, r.hash) for r in records(original)))
    assert report.ok, report.fault
    assert report.records == SIZE


@SETTINGS
@given(
    row=st.integers(1, SIZE),
    column=st.sampled_from(COLUMNS),
    place=st.integers(0, 10_000),
    bit=st.integers(0, 7),
)
def test_any_flipped_bit_of_any_cell_is_found(
    original: Path, forged: Path, row: int, column: str, place: int, bit: int
) -> None:
    with closing(sqlite3.connect(original)) as raw:
        sql = f"SELECT CAST({column} AS BLOB) FROM sluicegate_ledger WHERE sequence = ?"
        cell = bytearray(raw.execute(sql, (row,)).fetchone()[0])
    cell[place % len(cell)] ^= 1 << bit
    sql = f"UPDATE sluicegate_ledger SET {column} = CAST(? AS TEXT) WHERE sequence = ?"
    tamper(original, forged, (sql, (bytes(cell), row)))
    report = verify(forged)
    assert report.fault is not None
    assert report.fault.sequence == row
    assert report.records == row - 1


@SETTINGS
@given(
    row=st.integers(1, SIZE),
    column=st.sampled_from(COLUMNS),
    value=st.sampled_from([b"", b"x", 1, 1.5, "", "x", "null"]),
)
def test_any_other_value_or_type_in_a_cell_is_found(
    original: Path, forged: Path, row: int, column: str, value: Any
) -> None:
    sql = f"UPDATE sluicegate_ledger SET {column} = ? WHERE sequence = ?"
    tamper(original, forged, (sql, (value, row)))
    report = verify(forged)
    assert report.fault is not None
    assert report.fault.sequence == row


@pytest.mark.parametrize("row", range(1, SIZE + 1))
def test_a_removed_record_is_found(original: Path, forged: Path, row: int) -> None:
    known = tuple((r.sequence, r.hash) for r in records(original))
    tamper(original, forged, ("DELETE FROM sluicegate_ledger WHERE sequence = ?", (row,)))
    report = verify(forged, known)
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (
        row,
        "missing" if row < SIZE else "truncated",
    )


@pytest.mark.parametrize("kept", range(SIZE))
def test_a_cut_off_end_is_found_by_what_attestations_say(
    original: Path, forged: Path, kept: int
) -> None:
    last = records(original)[-1]
    tamper(original, forged, ("DELETE FROM sluicegate_ledger WHERE sequence > ?", (kept,)))
    assert verify(forged).ok  # a chain alone cannot know
    report = verify(forged, ((last.sequence, last.hash),))
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (last.sequence, "truncated")


@pytest.mark.parametrize("first", range(1, SIZE))
def test_two_swapped_records_are_found(original: Path, forged: Path, first: int) -> None:
    move = "UPDATE sluicegate_ledger SET sequence = ? WHERE sequence = ?"
    tamper(
        original, forged, (move, (99, first)), (move, (first, first + 1)), (move, (first + 1, 99))
    )
    report = verify(forged)
    assert report.fault is not None
    assert report.fault.sequence == first


def test_a_first_record_that_was_removed_with_the_rest_moved_up_is_found(
    original: Path, forged: Path
) -> None:
    tamper(
        original,
        forged,
        ("DELETE FROM sluicegate_ledger WHERE sequence = 1", ()),
        ("UPDATE sluicegate_ledger SET sequence = sequence - 1", ()),
    )
    report = verify(forged)
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (1, "hash")


def _rebuilt(original: Path, signer: Ed25519Signer, *, lie_at: int) -> list[Row]:
    """Write the whole history anew, with one lie in it, as whoever holds a key could."""
    rows: list[Row] = []
    for record in records(original):
        body = '{"n":777}' if record.sequence == lie_at else '{"n":0}'
        row = seal(
            sequence=record.sequence,
            time=record.time,
            kind=record.kind,
            subject=record.subject,
            body=body,
            previous=rows[-1] if rows else None,
            once=None,
            signer=signer,
        )
        rows.append(row)
    return rows


def _replace_all(rows: list[Row]) -> list[tuple[str, tuple[Any, ...]]]:
    names = ["sequence", *COLUMNS]
    insert = (
        f"INSERT INTO sluicegate_ledger ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    )
    return [
        ("DELETE FROM sluicegate_ledger", ()),
        *((insert, tuple(getattr(row, n) for n in names)) for row in rows),
    ]


def test_a_history_signed_with_another_key_is_found(original: Path, forged: Path) -> None:
    tamper(original, forged, *_replace_all(_rebuilt(original, THIEF, lie_at=3)))
    report = verify(forged)
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (1, "key")


def test_a_history_that_names_our_key_but_is_signed_with_another_is_found(
    original: Path, forged: Path
) -> None:
    class Impostor(Ed25519Signer):
        __slots__ = ()

    impostor = Impostor(bytes(32))
    impostor.key_id = SIGNER.key_id
    tamper(original, forged, *_replace_all(_rebuilt(original, impostor, lie_at=3)))
    report = verify(forged)
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (1, "signature")


def test_a_history_rewritten_with_the_true_key_is_found_by_what_attestations_say(
    original: Path, forged: Path
) -> None:
    known = tuple((r.sequence, r.hash) for r in records(original))
    tamper(original, forged, *_replace_all(_rebuilt(original, SIGNER, lie_at=3)))
    assert verify(forged).ok  # the key can do this; it needs a witness elsewhere
    report = verify(forged, known[3:])
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (4, "rewritten")


def test_two_attestations_that_name_different_records_cannot_both_hold(original: Path) -> None:
    second = records(original)[1]
    report = verify(original, ((2, second.hash), (2, GENESIS)))
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (2, "rewritten")


@pytest.mark.parametrize("sequence", [0, -1])
def test_an_attestation_that_names_an_impossible_record_does_not_hold(
    original: Path, sequence: int
) -> None:
    assert not verify(original, ((sequence, GENESIS),)).ok


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_file_never_gives_a_false_record(
    original: Path, forged: Path, place: int, bit: int
) -> None:
    """It is found, or it lay where nothing is kept: then every record is what it was."""
    content = bytearray(original.read_bytes())
    content[place % len(content)] ^= 1 << bit
    forged.write_bytes(content)
    with suppress(LedgerError):  # told on opening or by reading; any other error fails the test
        if not verify(forged).ok:
            return
        with closing(open_ledger(str(forged), None, trusted=TRUSTED)) as ledger:
            assert list(ledger.records()) == records(original)
            odd = [r for r in records(original) if r.subject == "s1"]
            assert list(ledger.records(subject="s1")) == odd


@SETTINGS
@given(body=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON))
def test_every_json_body_comes_back_equal_and_hashes_alike(body: dict[str, Any]) -> None:
    row = seal(
        sequence=1,
        time=datetime(2026, 1, 1, tzinfo=UTC),
        kind="k",
        subject="s",
        body=body_text(body),
        previous=None,
        once=None,
        signer=SIGNER,
    )
    assert fault(row, TRUSTED) is None
    # as anybody would compute it, from the record alone
    names = ("sequence", "time", "kind", "subject", "previous", "key_id", "digest")
    assert row.hash == digest({**{n: getattr(row, n) for n in names}, "v": FORM})
    salted = bytes.fromhex(row.salt or "") + canonical_bytes(body)
    assert row.digest == "sha256:" + hashlib.sha256(salted).hexdigest()
    once = row._replace(once="o")
    assert fault(once, TRUSTED) == "hash"
    assert row.record().body == body
    assert write_time(row.record().time) == row.time
