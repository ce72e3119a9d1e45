"""Witnesses keep checkpoints, and show what happened to a ledger since."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sluicegate.errors import (
    ConfigurationError,
    LedgerUnavailable,
    MissingDependencyError,
    SignatureInvalid,
)
from sluicegate.ledger import (
    Checkpoint,
    Ed25519Signer,
    Ledger,
    Witness,
    open_ledger,
    open_witness,
    witness_file,
)
from sluicegate.model.events import Event


def signed(ledger: Ledger, number: int) -> list[Checkpoint]:
    found = []
    for _ in range(number):
        ledger.append_all([Event(kind="k", subject="s", body={})] * 3)
        found.append(ledger.checkpoint())
    return found


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "repo")], check=True)
    return tmp_path / "repo"


@pytest.fixture(params=["file", "git", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "file":
        return f"file:{tmp_path / 'witness'}"
    if request.param == "git":
        return f"git:{request.getfixturevalue('repository')}"
    store = request.getfixturevalue("object_store")
    bucket = f"witness-{uuid4().hex}"
    store.client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    return f"s3://{bucket}/checkpoints?days=30"


def test_what_was_kept_comes_back(ledger: Ledger, address: str) -> None:
    witness = open_witness(address)
    made = signed(ledger, 3)
    for checkpoint in (*made, made[0], made[-1]):
        witness.keep(checkpoint)
    kept = open_witness(address).kept()
    assert {c.note for c in kept} == {c.note for c in made}


def test_a_witness_shows_a_ledger_that_was_put_back(
    ledger: Ledger, address: str, path: Path, signer: Ed25519Signer
) -> None:
    witness = open_witness(address)
    signed(ledger, 1)
    ledger.close()
    backup = path.read_bytes()
    trusted = {signer.key_id: signer.public_key}
    with closing(open_ledger(str(path), signer)) as later:
        for checkpoint in signed(later, 2):
            witness.keep(checkpoint)
        assert later.verify(trusted, witnessed=witness.kept()).ok
    path.write_bytes(backup)
    with closing(open_ledger(str(path), signer)) as again:
        report = again.verify(trusted, witnessed=witness.kept())
    assert report.fault is not None
    assert (report.fault.code, report.fault.sequence) == ("truncated", 5)


def test_a_witness_of_a_stranger_is_no_witness(
    ledger: Ledger, tmp_path: Path, signer: Ed25519Signer
) -> None:
    with closing(open_ledger(str(tmp_path / "other.db"), Ed25519Signer(bytes(32)))) as other:
        (checkpoint,) = signed(other, 1)
    with pytest.raises(SignatureInvalid):
        ledger.verify({signer.key_id: signer.public_key}, witnessed=[checkpoint])


def test_threads_keep_all(ledger: Ledger, address: str) -> None:
    made = signed(ledger, 4)
    threads = [threading.Thread(target=open_witness(address).keep, args=(c,)) for c in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(open_witness(address).kept()) == 4


def test_a_note_that_a_crash_cut_off_hides_none_and_is_told(ledger: Ledger, tmp_path: Path) -> None:
    first, second = signed(ledger, 2)
    file = tmp_path / "witness"
    file.write_text(first.note[:80])
    witness = open_witness(f"file:{file}")
    witness.keep(second)
    with pytest.raises(SignatureInvalid, match="no checkpoint"):
        witness.kept()
    assert second.note in file.read_text()


def test_a_file_that_somebody_keeps_locked_is_given_up(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness_file, "_SECONDS", 0.2)
    (checkpoint,) = signed(ledger, 1)
    witness = open_witness(f"file:{tmp_path / 'witness'}")
    with (tmp_path / "witness").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(LedgerUnavailable, match=r"does not answer in 0\.2 s"):
            witness.keep(checkpoint)
    monkeypatch.undo()
    witness.keep(checkpoint)
    assert {c.note for c in witness.kept()} == {checkpoint.note}


def test_the_history_of_the_ref_is_read_not_its_end(ledger: Ledger, repository: Path) -> None:
    witness = open_witness(f"git:{repository}")
    made = signed(ledger, 3)
    for checkpoint in made:
        witness.keep(checkpoint)
    log = subprocess.run(
        ["git", "-C", str(repository), "log", "--format=%s", "refs/sluicegate/checkpoints"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert log.stdout.splitlines() == [f"checkpoint of {c.size} records" for c in reversed(made)]
    branches = subprocess.run(
        ["git", "-C", str(repository), "branch", "--all"], capture_output=True, check=True
    )
    assert branches.stdout == b""


def test_git_variables_of_a_hook_lead_nowhere_else(
    ledger: Ledger, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    witness = open_witness(f"git:{repository}")
    (checkpoint,) = signed(ledger, 1)
    witness.keep(checkpoint)
    assert [c.note for c in witness.kept()] == [checkpoint.note]


def test_s3_locks_what_it_keeps_and_reads_every_version(ledger: Ledger, object_store: Any) -> None:
    bucket = f"locked-{os.getpid()}"
    object_store.client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    witness = open_witness(f"s3://{bucket}/x?days=2")
    (checkpoint,) = signed(ledger, 1)
    witness.keep(checkpoint)
    (key,) = object_store.keys(bucket, "x/")
    version = object_store.client.head_object(Bucket=bucket, Key=key)["VersionId"]
    with pytest.raises(Exception, match=r"Access ?Denied"):
        object_store.client.delete_object(Bucket=bucket, Key=key, VersionId=version)
    object_store.client.delete_object(Bucket=bucket, Key=key)  # a marker, which hides the object
    assert [c.note for c in witness.kept()] == [checkpoint.note]


def test_a_bucket_that_locks_nothing_is_no_witness(ledger: Ledger, object_store: Any) -> None:
    bucket = f"open-{os.getpid()}"
    object_store.client.create_bucket(Bucket=bucket)
    (checkpoint,) = signed(ledger, 1)
    with pytest.raises((ConfigurationError, LedgerUnavailable)):
        open_witness(f"s3://{bucket}/x?days=2").keep(checkpoint)


@pytest.mark.parametrize(
    "act", [lambda w, c: w.keep(c), lambda w, _: w.kept()], ids=["keep", "kept"]
)
@pytest.mark.parametrize(
    "address",
    ["file:/no/such/folder/w", "git:/no/such/folder", "s3://no-such-bucket-here/x?days=1"],
)
def test_a_witness_that_is_not_there_is_unavailable(
    ledger: Ledger, object_store: Any, address: str, act: Callable[[Witness, Checkpoint], Any]
) -> None:
    (checkpoint,) = signed(ledger, 1)
    with pytest.raises((LedgerUnavailable, ConfigurationError)):
        act(open_witness(address), checkpoint)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "file:",
        "git:",
        "x:y",
        "s3://",
        "s3://b/x",
        "s3://b/x?days=0",
        "s3://b/x?days=-1",
        "s3://b/x?days=1&more=2",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError):
        open_witness(address)


def test_what_a_time_stamp_authority_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("timestamps", "witness_timestamp"):
        monkeypatch.delitem(sys.modules, f"sluicegate.ledger.{name}", raising=False)
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(MissingDependencyError, match=r"sluicegate\[timestamp\]"):
        open_witness("rfc3161:https://tsa.example.com/?keep=stamps&ca=ca.pem")
