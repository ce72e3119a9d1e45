"""Ledgers of the first version are read, verified, proven, and brought forward by who writes."""

from __future__ import annotations

import importlib.util
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sluicegate.errors import LedgerError
from sluicegate.ledger import Ed25519Signer, open_ledger
from sluicegate.ledger.proof import check_proof, prove_record
from sluicegate.model.events import Event

_SPEC = importlib.util.spec_from_file_location("early", Path(__file__).with_name("early.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_EARLY = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_EARLY)


@pytest.fixture
def trusted(path: Path, signer: Ed25519Signer) -> dict[str, bytes]:
    _EARLY.write_early(path, signer, 300)
    return {signer.key_id: signer.public_key}


def test_it_is_read_and_verified_as_it_is(path: Path, trusted: dict[str, bytes]) -> None:
    before = path.read_bytes()
    with closing(open_ledger(str(path), None, trusted=trusted)) as reader:
        assert [r.body["n"] for r in reader.records()] == list(range(1, 301))
        report = reader.verify(trusted)
        assert report.ok, report.fault
        assert report.root == reader.tree.root(300).hex()
    assert path.read_bytes() == before


def test_a_writer_brings_it_forward(
    path: Path, trusted: dict[str, bytes], signer: Ed25519Signer
) -> None:
    with closing(open_ledger(str(path), signer)) as ledger:
        ledger.append_all([Event(kind="k", subject="s", body={})] * 300)
        ledger.checkpoint()
        report = ledger.verify(trusted)
        assert report.ok, report.fault
        assert report.records == 601
        for sequence in (1, 256, 300, 301, 600):
            proven = check_proof(prove_record(ledger, sequence), trusted)
            assert proven.row is not None
    with closing(open_ledger(str(path), signer)) as again:
        assert again.verify(trusted).ok
    fresh = path.with_name("fresh.db")
    open_ledger(str(fresh), signer).close()
    schemas = []
    for file in (path, fresh):
        with closing(sqlite3.connect(file)) as raw:
            found = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            schemas.append({name: " ".join(sql.split()) for name, sql in found})
    assert schemas[0] == schemas[1]


@pytest.mark.parametrize("column", ["body", "subject", "signature", "hash", "time"])
@pytest.mark.parametrize("sequence", [1, 150, 300])
def test_a_change_is_found_where_it_is(
    path: Path, trusted: dict[str, bytes], column: str, sequence: int
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        (sql,) = raw.execute(
            "SELECT sql FROM sqlite_master WHERE name LIKE '%no_update'"
        ).fetchone()
        raw.execute("DROP TRIGGER sluicegate_ledger_no_update")
        raw.execute(
            f"UPDATE sluicegate_ledger SET {column} = (SELECT {column} FROM sluicegate_ledger WHERE sequence = 7) || ' ' WHERE sequence = {sequence}"
        )
        raw.execute(sql)
    with closing(open_ledger(str(path), None)) as reader:
        fault = reader.verify(trusted).fault
    assert fault is not None
    assert fault.sequence == sequence


def test_one_with_another_schema_is_refused(
    path: Path, trusted: dict[str, bytes], signer: Ed25519Signer
) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE more (x)")
    for opener in (None, signer):
        with pytest.raises(LedgerError, match="changed"):
            open_ledger(str(path), opener)
