"""Whoever can write to the file changes it: each change is found, and the first bad record named."""

from __future__ import annotations

import base64
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sluicegate.errors import ChainBroken, LedgerError
from sluicegate.ledger import Checkpoint, Ed25519Signer, LedgerReport, open_ledger
from sluicegate.ledger.row import Row, hash_of, read_time, seal
from sluicegate.ledger.tiles import record_leaf
from sluicegate.ledger.tree import fold
from sluicegate.model.events import Event

SIGNER = Ed25519Signer(bytes(range(32)))
STRANGER = Ed25519Signer(bytes(32))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}
SIZE = 300
COLUMNS = Row._fields
SHA = "sha256:" + "0" * 64


def events(begin: int, end: int) -> list[Event]:
    return [Event(kind="k", subject=f"s{n}", body={"n": n}) for n in range(begin, end)]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Checkpoint]]:
    """300 records, among them two checkpoints, of 100 and 200 records, that a witness keeps."""
    path = tmp_path_factory.mktemp("original") / "ledger.db"
    with closing(open_ledger(str(path), SIGNER)) as ledger:
        ledger.append_all(events(0, 100))
        first = ledger.checkpoint()
        ledger.append_all(events(101, 200))
        second = ledger.checkpoint()
        ledger.append(Event(kind="k", subject="once", body={}), once="name")
        ledger.append_all(events(202, SIZE))
    return path, [first, second]


@pytest.fixture
def copy(original: tuple[Path, list[Checkpoint]], path: Path) -> Path:
    shutil.copy(original[0], path)
    return path


def tamper(path: Path, *statements: str) -> None:
    """Take triggers away, change, and put the triggers back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        kept = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        raw.execute("BEGIN")  # one flush of the disk, not one for each statement
        for name, _ in kept:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        for _, sql in kept:
            raw.execute(sql)
        raw.execute("COMMIT")


def verified(path: Path, witnessed: list[Checkpoint] | None = None) -> LedgerReport:
    with closing(open_ledger(str(path), None)) as ledger:
        return ledger.verify(TRUSTED, witnessed=witnessed or [])


def blamed(path: Path, witnessed: list[Checkpoint] | None = None) -> tuple[int, str]:
    report = verified(path, witnessed)
    assert report.fault is not None
    assert report.records < SIZE or report.fault.code in {"tree", "extra", "schema"}
    assert (
        report.head is None
        or report.head[0] < report.fault.sequence
        or report.fault.code == "extra"
    )
    return report.fault.sequence, report.fault.code


def test_the_original_holds(original: tuple[Path, list[Checkpoint]]) -> None:
    report = verified(*original)
    assert report.ok, report.fault
    assert (report.records, report.checkpoints) == (SIZE, 4)


@pytest.mark.parametrize("sequence", [1, 101, 256, 300])
@pytest.mark.parametrize(
    ("column", "value", "codes"),
    [
        ("time", "'2026-01-01T00:00:00.000000Z'", {"hash"}),
        ("time", "time || ' '", {"malformed"}),
        ("kind", "'kx'", {"hash"}),
        ("subject", "'x'", {"hash"}),
        ("subject", "CAST(x'ff' AS TEXT)", {"malformed"}),
        ("subject", "7.5", {"malformed", "hash"}),
        ("body", "'{\"n\":-1}'", {"hash"}),
        ("body", "body || ' '", {"hash"}),
        ("body", "''", {"malformed"}),
        ("body", "x'00'", {"malformed"}),
        ("previous", f"'{SHA}'", {"hash"}),
        ("hash", f"'{SHA}'", {"hash"}),
        ("key_id", f"'{STRANGER.key_id}'", {"hash"}),
        ("signature", f"'{base64.b64encode(bytes(64)).decode()}'", {"signature"}),
        ("signature", "signature || ' '", {"signature"}),
        ("signature", "replace(signature, '==', '')", {"signature"}),
        ("once", "'other'", {"hash"}),
        ("salt", f"'{'0' * 32}'", {"hash"}),
        ("salt", "NULL", {"malformed"}),
        ("salt", "'no hex'", {"malformed"}),
        ("digest", f"'{SHA}'", {"hash"}),
        ("digest", "NULL", {"malformed"}),
        ("digest", "upper(digest)", {"malformed"}),
    ],
)
def test_a_flipped_column_is_found_where_it_is(
    copy: Path, sequence: int, column: str, value: str, codes: set[str]
) -> None:
    tamper(copy, f"UPDATE sluicegate_ledger SET {column} = {value} WHERE sequence = {sequence}")
    at, code = blamed(copy)
    assert at == sequence
    assert code in codes


def test_every_flipped_bit_of_a_signature_is_found(copy: Path) -> None:
    """The last signature vouches for all before it: none of them may go unnoticed."""
    with closing(sqlite3.connect(copy)) as raw:
        query = "SELECT signature FROM sluicegate_ledger WHERE sequence = 250"
        (text,) = raw.execute(query).fetchone()
    for at in (0, 20, 63):
        changed = bytearray(base64.b64decode(text))
        changed[at] ^= 1
        told = base64.b64encode(changed).decode()
        tamper(copy, f"UPDATE sluicegate_ledger SET signature = '{told}' WHERE sequence = 250")
        assert blamed(copy) == (250, "signature")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM sluicegate_ledger WHERE sequence = 150"], (150, "missing")),
        (["DELETE FROM sluicegate_ledger WHERE sequence < 4"], (1, "missing")),
        (
            [
                "DELETE FROM sluicegate_ledger WHERE sequence = 150",
                "UPDATE sluicegate_ledger SET sequence = sequence - 1 WHERE sequence > 150",
            ],
            (150, "hash"),
        ),
        (
            [
                "UPDATE sluicegate_ledger SET sequence = 100000 WHERE sequence = 10",
                "UPDATE sluicegate_ledger SET sequence = 10 WHERE sequence = 11",
                "UPDATE sluicegate_ledger SET sequence = 11 WHERE sequence = 100000",
            ],
            (10, "hash"),
        ),
        (["UPDATE sluicegate_ledger SET sequence = 400 WHERE sequence = 300"], (300, "missing")),
        (["UPDATE sluicegate_ledger_nodes SET hash = 'x'"], (1, "tree")),
        (["DELETE FROM sluicegate_ledger_nodes"], (1, "tree")),
        (["INSERT INTO sluicegate_ledger_nodes VALUES (1, 1, 'x')"], (257, "tree")),
        (["INSERT INTO sluicegate_ledger_nodes VALUES (2, 0, 'x')"], (1, "tree")),
    ],
)
def test_deleted_reordered_and_added_is_found(
    copy: Path, statements: list[str], expected: tuple[int, str]
) -> None:
    tamper(copy, *statements)
    assert blamed(copy) == expected


def test_a_swapped_payload_is_found(copy: Path) -> None:
    """Body, salt and digest of one record take the places of another's: whole, but not there."""
    names = ("body", "salt", "digest")
    sets = ", ".join(
        f"{n} = (SELECT {n} FROM sluicegate_ledger WHERE sequence = 20)" for n in names
    )
    tamper(copy, f"UPDATE sluicegate_ledger SET {sets} WHERE sequence = 10")
    assert blamed(copy) == (10, "hash")


def rows_of(path: Path) -> list[Row]:
    with closing(sqlite3.connect(path)) as raw:
        query = "SELECT * FROM sluicegate_ledger ORDER BY sequence"
        return [Row._make(found) for found in raw.execute(query)]


def written_anew(path: Path, begin: int, signer: Ed25519Signer, end: int = SIZE) -> None:
    """Write the records from ``begin`` on anew, each whole and well chained, one with other words."""
    rows = rows_of(path)
    last = rows[begin - 2] if begin > 1 else None
    insert = f"INSERT INTO sluicegate_ledger VALUES ({', '.join('?' * len(COLUMNS))})"
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        kept = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        raw.execute("BEGIN")
        for name, _ in kept:
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute(f"DELETE FROM sluicegate_ledger WHERE sequence >= {begin}")
        raw.execute("DELETE FROM sluicegate_ledger_nodes")
        for row in rows[begin - 1 : end]:
            body = '{"n":"forged"}' if row.sequence == begin else row.body
            last = seal(
                sequence=row.sequence, time=read_time(row.time), kind=row.kind, subject=row.subject,
                body=body, previous=last, once=row.once, signer=signer,
            )  # fmt: skip
            raw.execute(insert, last)
        if end >= 256:
            leaves = [
                record_leaf(h)
                for (h,) in raw.execute(
                    "SELECT hash FROM sluicegate_ledger ORDER BY sequence LIMIT 256"
                )
            ]
            raw.execute(
                "INSERT INTO sluicegate_ledger_nodes VALUES (1, 0, ?)", (fold(leaves).hex(),)
            )
        for _, sql in kept:
            raw.execute(sql)
        raw.execute("COMMIT")


def test_a_history_written_anew_with_another_key_is_found(copy: Path) -> None:
    written_anew(copy, 120, STRANGER)
    assert blamed(copy) == (120, "key")


@pytest.mark.parametrize("begin", [2, 101, 150, 200])
def test_a_history_written_anew_with_the_key_is_found_by_its_own_checkpoints(
    copy: Path, begin: int
) -> None:
    """They are signed, but of the records as they were: so they would have to be written too."""
    written_anew(copy, begin, SIGNER)
    at, code = blamed(copy)
    assert code == "checkpoint"
    assert at == (101 if begin <= 101 else 201)


def test_a_history_written_anew_after_all_checkpoints_is_found_by_a_later_witness(
    copy: Path, original: tuple[Path, list[Checkpoint]]
) -> None:
    with closing(open_ledger(str(copy), SIGNER)) as ledger:
        witnessed = [*original[1], ledger.checkpoint()]
    written_anew(copy, 250, SIGNER, end=SIZE)
    assert verified(copy).ok, "nothing in the ledger itself can tell"
    report = verified(copy, witnessed)
    assert report.fault is not None
    assert (report.fault.code, report.fault.sequence) == ("rewritten", 201)
    assert "201 to 300" in report.fault.message


@pytest.mark.parametrize("left", [0, 1, 100, 150, 199])
def test_an_end_that_was_cut_off_is_found_by_a_witness(
    copy: Path, original: tuple[Path, list[Checkpoint]], left: int
) -> None:
    tamper(
        copy,
        f"DELETE FROM sluicegate_ledger WHERE sequence > {left}",
        "DELETE FROM sluicegate_ledger_nodes",
    )
    assert verified(copy).ok, "a chain cannot show it"
    report = verified(copy, original[1])
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (left + 1, "truncated")


def test_a_ledger_put_back_to_an_older_copy_is_found_by_a_witness(
    copy: Path, tmp_path: Path, original: tuple[Path, list[Checkpoint]]
) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(copy, backup)
    with closing(open_ledger(str(copy), SIGNER)) as ledger:
        ledger.append_all(events(0, 50))
        newest = ledger.checkpoint()
    shutil.copy(backup, copy)
    assert verified(copy, original[1]).ok
    report = verified(copy, [newest])
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (SIZE + 1, "truncated")


def test_two_forks_cannot_both_satisfy_a_witness(
    copy: Path, tmp_path: Path, original: tuple[Path, list[Checkpoint]]
) -> None:
    fork = tmp_path / "fork.db"
    shutil.copy(copy, fork)
    witnessed = []
    for path, number in ((copy, 5), (fork, 6)):
        with closing(open_ledger(str(path), SIGNER)) as ledger:
            ledger.append_all(events(0, number))
            witnessed.append(ledger.checkpoint())
    assert verified(copy, witnessed[:1]).ok
    assert verified(fork, witnessed[1:]).ok
    for path in (copy, fork):
        report = verified(path, [*original[1], *witnessed])
        assert report.fault is not None
        assert report.fault.sequence > 200


def test_a_key_that_was_replaced_is_found(copy: Path) -> None:
    report = None
    with closing(open_ledger(str(copy), None)) as ledger:
        report = ledger.verify({SIGNER.key_id: STRANGER.public_key})
    assert report.fault is not None
    # the key id is trusted, but the key behind it is another: the last signature is the first looked at
    assert report.fault.code in {"signature", "checkpoint"}


def test_a_forger_without_the_key_cannot_have_others_build_upon_it(copy: Path) -> None:
    """Appended past the key: found at once by the next writer, who builds nothing on it."""
    rows = rows_of(copy)
    forged = seal(
        sequence=301, time=read_time(rows[-1].time), kind="k", subject="s", body="{}",
        previous=rows[-1], once=None, signer=STRANGER,
    )._replace(key_id=SIGNER.key_id)  # fmt: skip
    forged = forged._replace(hash=hash_of(forged))
    with closing(sqlite3.connect(copy, isolation_level=None)) as raw:
        raw.execute(
            f"INSERT INTO sluicegate_ledger VALUES ({', '.join('?' * len(COLUMNS))})", forged
        )
    with closing(open_ledger(str(copy), SIGNER)) as ledger, pytest.raises(ChainBroken):
        ledger.append(events(0, 1)[0])
    report = verified(copy)
    assert report.fault is not None
    assert (report.fault.sequence, report.fault.code) == (301, "signature")


def test_every_signature_can_be_verified_too(copy: Path) -> None:
    with closing(open_ledger(str(copy), None)) as ledger:
        assert ledger.verify(TRUSTED, every_signature=True).ok


def test_a_body_that_is_gone_without_a_record_is_found(copy: Path) -> None:
    tamper(copy, "UPDATE sluicegate_ledger SET body = '', salt = NULL WHERE sequence = 42")
    assert blamed_code(copy) == (42, "dropped")


def blamed_code(path: Path) -> tuple[int, str]:
    fault = verified(path).fault
    assert fault is not None
    return fault.sequence, fault.code


@pytest.fixture
def flipped(copy: Path) -> Callable[[int], None]:
    def flip(at: int) -> None:
        data = bytearray(copy.read_bytes())
        data[at] ^= 0x40
        copy.write_bytes(data)

    return flip


def test_a_flipped_byte_anywhere_in_the_file_is_found_or_is_in_no_record(
    copy: Path, flipped: Callable[[int], None]
) -> None:
    """Free space of a page holds nothing; wherever a record is, the flip is found."""
    before = rows_of(copy)
    size = copy.stat().st_size
    moments = random.Random(11)
    found = 0
    for _ in range(25):
        at = moments.randrange(100, size)
        flipped(at)
        try:
            report = verified(copy)
        except LedgerError:
            found += 1
        else:
            if report.ok:
                assert rows_of(copy) == before
            else:
                found += 1
        flipped(at)
    assert verified(copy).ok
    assert found > 5
