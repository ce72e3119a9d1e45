"""Checkpoints and proofs, and what an attacker can do to them."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sluicegate.errors import ChainBroken, ConfigurationError, LedgerError, SignatureInvalid
from sluicegate.ledger import Checkpoint, Ed25519Signer, Ledger, open_ledger
from sluicegate.ledger.kinds import CHECKPOINT
from sluicegate.ledger.proof import check_proof, prove_growth, prove_record
from sluicegate.model.events import Event

SIGNER = Ed25519Signer(bytes(range(32)))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}
STRANGER = Ed25519Signer(bytes(32))


def events(number: int) -> list[Event]:
    return [Event(kind="k", subject=f"s{n}", body={"n": n, "text": 'ü"\\'}) for n in range(number)]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """700 records and a checkpoint of 600; nobody changes it."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    with closing(open_ledger(str(path), SIGNER)) as ledger:
        ledger.append_all(events(300))
        ledger.checkpoint()
        ledger.append_all(events(299))
        ledger.checkpoint()
        ledger.append_all(events(99))
        yield ledger


def test_a_checkpoint_covers_all_records_and_is_on_record(shared: Ledger) -> None:
    first, second = shared.records(kind=CHECKPOINT)
    assert first.body["size"] == 300
    assert second.body["size"] == 600
    assert second.body["before"] == {"sequence": 301, "size": 300}
    assert "rotated_from" not in second.body
    report = shared.verify(TRUSTED)
    assert (report.ok, report.checkpoints) == (True, 2)


def test_there_is_no_checkpoint_of_nothing(ledger: Ledger, path: Path) -> None:
    with pytest.raises(LedgerError, match="no record"):
        ledger.checkpoint()
    ledger.append(events(1)[0])
    with closing(open_ledger(str(path), None)) as reader, pytest.raises(LedgerError, match="key"):
        reader.checkpoint()


def test_another_key_that_signs_is_on_record(path: Path) -> None:
    with closing(open_ledger(str(path), SIGNER)) as ledger:
        ledger.append(events(1)[0])
        ledger.checkpoint()
    with closing(open_ledger(str(path), STRANGER, trusted=TRUSTED)) as ledger:
        ledger.checkpoint()
        newest = next(ledger.records(kind=CHECKPOINT, newest_first=True))
        assert newest.body["rotated_from"] == SIGNER.key_id
        assert base64.b64decode(newest.body["public_key"]) == STRANGER.public_key
        assert ledger.verify(ledger.trusted).ok


@pytest.mark.parametrize("sequence", [1, 256, 257, 300, 301, 599, 600])
def test_a_record_is_proven_and_the_proof_needs_no_ledger(shared: Ledger, sequence: int) -> None:
    document = json.loads(json.dumps(prove_record(shared, sequence)))
    proven = check_proof(document, TRUSTED)
    assert proven.row is not None
    assert proven.row.sequence == sequence
    assert proven.checkpoint.size == 600
    with pytest.raises(SignatureInvalid):
        check_proof(document, {STRANGER.key_id: STRANGER.public_key})


def test_what_no_checkpoint_covers_cannot_be_proven_yet(shared: Ledger) -> None:
    with pytest.raises(ConfigurationError, match="no checkpoint covers"):
        prove_record(shared, 601)
    with pytest.raises(ConfigurationError, match="no record"):
        prove_record(shared, 9000)


def test_growth_is_proven_between_checkpoints(shared: Ledger) -> None:
    old, new = (Checkpoint.read(r.body["note"]) for r in shared.records(kind=CHECKPOINT))
    proven = check_proof(json.loads(json.dumps(prove_growth(shared, old))), TRUSTED)
    assert (proven.older, proven.checkpoint) == (old, new)
    assert check_proof(prove_growth(shared, new), TRUSTED).older == new
    with pytest.raises(ConfigurationError, match="no checkpoint of"):
        prove_growth(shared, replace(new, size=601))


def test_a_fork_cannot_be_proven_to_have_grown(shared: Ledger, tmp_path: Path) -> None:
    """The key's holder writes another history with the same beginning."""
    with closing(open_ledger(str(tmp_path / "fork.db"), SIGNER)) as fork:
        fork.append_all(events(900))
        fork.checkpoint()
        old = next(Checkpoint.read(r.body["note"]) for r in shared.records(kind=CHECKPOINT))
        with pytest.raises(ChainBroken):
            prove_growth(fork, old)


def _set(document: dict[str, Any], way: str, value: Any) -> None:
    *parents, last = way.split("/")
    for name in parents:
        document = document[name]
    document[last] = value


@pytest.mark.parametrize(
    ("way", "value"),
    [
        ("type", "urn:sluicegate:ledger:consistency:v1"),
        ("type", None),
        ("index", 1),
        ("index", True),
        ("size", 599),
        ("path", []),
        ("path", ["AAAA"]),
        ("path", "text"),
        ("path", ["*"]),
        ("record/body", "{}"),
        ("record/body", ""),
        ("record/salt", "0" * 32),
        ("record/salt", None),
        ("record/digest", None),
        ("record/digest", "sha256:" + "0" * 64),
        ("record/subject", "other"),
        ("record/time", "2026-01-01T00:00:00.000000Z"),
        ("record/sequence", 1),
        ("record/sequence", True),
        ("record/hash", "sha256:" + "0" * 64),
        ("record/key_id", STRANGER.key_id),
        ("record/signature", base64.b64encode(bytes(64)).decode()),
        ("record/more", 1),
        ("record", []),
        ("checkpoint", ""),
        ("checkpoint", 7),
    ],
)
def test_a_changed_proof_proves_nothing(shared: Ledger, way: str, value: Any) -> None:
    document = json.loads(json.dumps(prove_record(shared, 100)))
    _set(document, way, value)
    with pytest.raises((ChainBroken, SignatureInvalid)):
        check_proof(document, TRUSTED)


def test_every_changed_character_of_a_note_is_noticed(shared: Ledger) -> None:
    note = next(shared.records(kind=CHECKPOINT)).body["note"]
    assert Checkpoint.read(note).note == note
    for at in range(len(note)):
        for other in ("0" if note[at] != "0" else "1", "", note[at] + note[at]):
            changed = note[:at] + other + note[at + 1 :]
            if changed == note:
                continue
            try:
                checkpoint = Checkpoint.read(changed)
            except SignatureInvalid:
                continue
            # the four bytes that name the key are a hint of the format and prove nothing
            assert (
                not checkpoint.holds(TRUSTED)
                or checkpoint.key_name != Checkpoint.read(note).key_name
            )


def test_a_kept_node_that_lies_gives_no_proof(path: Path) -> None:
    import sqlite3

    with closing(open_ledger(str(path), SIGNER)) as ledger:
        ledger.append_all(events(600))
        ledger.checkpoint()
        with closing(sqlite3.connect(path)) as raw, raw:
            raw.execute("DROP TRIGGER sluicegate_ledger_nodes_no_update")
            raw.execute(
                "UPDATE sluicegate_ledger_nodes SET hash = ? WHERE position = 1", ("0" * 64,)
            )
        with pytest.raises(ChainBroken):
            prove_record(ledger, 1)
        report = ledger.verify(TRUSTED)
        assert report.fault is not None
        assert (report.fault.code, report.fault.sequence) == ("tree", 257)


OFFLINE = """
import base64, hashlib, json, subprocess, sys, tempfile
proof, trusted = json.load(open(sys.argv[1])), dict(line.split() for line in open(sys.argv[2]))
sha = lambda data: hashlib.sha256(data).digest()
def signed_by(key_id, text, signature):
    der = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(trusted[key_id])
    with tempfile.NamedTemporaryFile() as k, tempfile.NamedTemporaryFile() as t, tempfile.NamedTemporaryFile() as s:
        for file, data in ((k, der), (t, text), (s, signature)):
            file.write(data); file.flush()
        subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", k.name,
                        "-rawin", "-in", t.name, "-sigfile", s.name], check=True, stdout=subprocess.DEVNULL)
def checkpoint(note):
    text, _, line = note.rpartition("\\n\\n")
    _, size, root, _ = (text + "\\n").splitlines()
    _, key_id, signature = line.split()
    signed_by(key_id, (text + "\\n").encode(), base64.b64decode(signature)[4:])
    return int(size), base64.b64decode(root)
size, root = checkpoint(proof["checkpoint"])
record = proof["record"]
if record["body"]:
    body = sha(bytes.fromhex(record["salt"]) + record["body"].encode()).hex()
    assert record["digest"] == "sha256:" + body
covered = {n: v for n, v in record.items() if n not in ("hash", "signature", "body", "salt") and v is not None}
told = json.dumps({**covered, "v": 2}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
assert record["hash"] == "sha256:" + sha(told.encode()).hex()
signed_by(record["key_id"], b"sluicegate ledger record v2\\n" + record["hash"].encode(), base64.b64decode(record["signature"]))
index, last, found = record["sequence"] - 1, size - 1, sha(b"\\0" + bytes.fromhex(record["hash"][7:]))
assert 0 <= index <= last
for step in map(base64.b64decode, proof["path"]):
    assert last
    if index & 1 or index == last:
        found = sha(b"\\1" + step + found)
        while index and not index & 1:
            index, last = index >> 1, last >> 1
    else:
        found = sha(b"\\1" + found + step)
    index, last = index >> 1, last >> 1
assert last == 0 and found == root
print("proven", record["sequence"], "of", size)
"""
"""Reads a proof with nothing but the standard library and openssl: none of our code is needed."""


def test_a_proof_can_be_checked_without_any_of_our_code(shared: Ledger, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"{SIGNER.key_id} {base64.b64encode(SIGNER.public_key).decode()}\n")
    proof = tmp_path / "proof.json"

    def offline(document: dict[str, Any]) -> tuple[int, str]:
        proof.write_text(json.dumps(document))
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", OFFLINE, str(proof), str(keys)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    document = prove_record(shared, 300)
    assert offline(document) == (0, "proven 300 of 600\n")
    for way, value in (
        ("record/subject", "x"),
        ("record/body", '{"n":1}'),
        ("path", document["path"][1:]),
    ):
        changed = json.loads(json.dumps(document))
        _set(changed, way, value)
        assert offline(changed)[0] == 1


def test_a_proof_is_small(shared: Ledger) -> None:
    document = prove_record(shared, 300)
    without = {name: value for name, value in document.items() if name != "record"}
    assert len(json.dumps(without)) < 1300
