"""An attestation proves, offline and with the public key only, that the ledger holds its record."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sluicegate.errors import ChainBroken
from sluicegate.evidence import Demands, attestation_schema, manifest_digest, verify_output
from sluicegate.evidence.inclusion import VERIFIED, prove_release
from sluicegate.ledger import Checkpoint, Ed25519Signer, open_ledger
from sluicegate.ledger.proof import check_proof, prove_growth, prove_record
from sluicegate.model.canonical import digest
from sluicegate.model.events import Event

SIGNER = Ed25519Signer(bytes(range(32)))
STRANGER = Ed25519Signer(bytes(32))
PART = "part-00000.parquet"

Change = Callable[[dict[str, Any]], None]


def codes(release: Any, demands: Demands | None = None) -> list[str]:
    found = verify_output(release.folder, release.trusted, demands=demands).problems
    return [problem.code for problem in found]


def test_the_record_is_proven_with_nothing_but_the_public_key(release: Any) -> None:
    verification = verify_output(release.folder, {SIGNER.key_id: SIGNER.public_key})
    assert verification.ok
    assert verification.checkpoint is not None
    assert verification.checkpoint.size == 5
    proven = check_proof(verification.predicate["inclusion"], release.trusted)
    assert proven.row is not None
    assert json.loads(proven.row.body)["manifest"] == manifest_digest(release.files())


def test_an_attestation_of_an_earlier_version_holds_and_is_not_proven(release: Any) -> None:
    def as_it_was(predicate: dict[str, Any]) -> None:
        del predicate["inclusion"], predicate["plan"]["source_schema"]
        for name in ("catalogue", "recognizers", "scorecard"):
            del predicate["scan"][name]

    release.attest(change=as_it_was)
    verification = verify_output(release.folder, release.trusted)
    assert (verification.ok, verification.checkpoint) == (True, None)
    schema = attestation_schema()
    statement = {**_statement(verification.predicate), "predicate": verification.predicate}
    jsonschema.Draft202012Validator(schema).validate(statement)
    assert codes(release, Demands(in_ledger=True)) == ["demand-ledger"]


def test_a_proof_can_be_demanded(release: Any) -> None:
    assert codes(release, Demands.of({"in_ledger": "true"})) == []


def _statement(predicate: Any) -> dict[str, Any]:
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "manifest", "digest": {"sha256": "0" * 64}}],
        "predicateType": "urn:sluicegate:attestation:extract:v1",
    }


def _proof(place: str, value: Any) -> Change:
    def change(predicate: dict[str, Any]) -> None:
        *parents, last = place.split(".")
        inner = predicate["inclusion"]
        for name in parents:
            inner = inner[name]
        inner[last] = value

    return change


def _whole(value: Any) -> Change:
    return lambda predicate: predicate.update(inclusion=value)


def _lacking(name: str) -> Change:
    def change(predicate: dict[str, Any]) -> None:
        del predicate["inclusion"][name]

    return change


def _flipped_step(predicate: dict[str, Any]) -> None:
    predicate["inclusion"]["path"] = [*predicate["inclusion"]["path"][::-1], "A" * 43 + "="]


def _other_body(predicate: dict[str, Any]) -> None:
    record = predicate["inclusion"]["record"]
    record["body"] = record["body"].replace("manifest", "manifezt")


def _signed_by_a_stranger(predicate: dict[str, Any]) -> None:
    """Record and path are right, and the root is signed by a key that nobody trusts."""
    right = Checkpoint.read(predicate["inclusion"]["checkpoint"])
    predicate["inclusion"]["checkpoint"] = Checkpoint.sign(
        origin=right.origin, size=right.size, root=right.root, time=right.time, signer=STRANGER
    ).note


@pytest.mark.parametrize(
    "change",
    [
        *map(_whole, (None, "", [], {}, {"type": "x"}, 7, [1], "x" * 1000)),
        *map(_lacking, ("type", "record", "index", "size", "path", "checkpoint")),
        _proof("index", 3),
        _proof("index", True),
        _proof("size", 6),
        _proof("path", []),
        _proof("path", None),
        _proof("record.hash", digest("another")),
        _proof("record.kind", "extract.intent"),
        _proof("record.subject", digest("another run")),
        _proof("record.signature", "AAAA"),
        _proof("record.sequence", 4),
        _proof("record.more", 1),
        _flipped_step,
        _other_body,
        _signed_by_a_stranger,
    ],
)
def test_a_proof_that_does_not_hold_is_a_problem_before_any_file_is_read(
    release: Any, change: Change
) -> None:
    release.attest(change=change)
    (release.folder / PART).write_bytes(b"changed too")
    assert codes(release) == ["ledger"]


def _other_attested(place: str, value: Any) -> Change:
    def change(predicate: dict[str, Any]) -> None:
        *parents, last = place.split(".")
        inner = predicate
        for name in parents:
            inner = inner[name]
        inner[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_other_attested("run_key", digest("another run")), "run"),
        (_other_attested("released_at", "2026-03-02T00:00:00+00:00"), "time"),
        (_other_attested("plan.digest", digest("another plan")), "plan"),
        (_other_attested("ledger.verified.sequence", 4), "sequence"),
        (_other_attested("ledger.verified.hash", digest("x")), "hash"),
    ],
)
def test_a_proof_of_another_record_is_none(release: Any, change: Change, told: str) -> None:
    release.attest(change=change)
    (problem,) = verify_output(release.folder, release.trusted).problems
    assert problem.code == "ledger"
    assert problem.message.endswith(told)


@pytest.mark.parametrize("sequence", [1, 5, 6])
def test_another_record_of_the_same_ledger_does_not_stand_for_this_release(
    release: Any, ledger: Any, verified_event: Any, sequence: int
) -> None:
    """Not an intent, and not the release of other files by the same run."""
    ledger.append(verified_event(release.files()[:1]))
    ledger.append(verified_event(release.files(), plan=digest("another plan")))
    ledger.checkpoint()
    proof = prove_record(ledger, sequence)

    def change(predicate: dict[str, Any]) -> None:
        predicate["inclusion"] = proof
        record = proof["record"]
        predicate["ledger"]["verified"] = {n: record[n] for n in ("sequence", "hash")}

    release.attest(change=change)
    assert codes(release) == ["ledger"]


def test_a_proof_of_growth_proves_no_record(release: Any, ledger: Any) -> None:
    older = ledger.checkpoint()
    ledger.append(Event(kind="x", subject="x", body={}))
    release.attest(change=_whole(prove_growth(ledger, older, ledger.checkpoint())))
    assert codes(release) == ["ledger"]


def test_others_may_write_meanwhile(ledger: Any, verified_event: Any) -> None:
    """Each proof leads to the tree that its own record completes."""

    def released(number: int) -> dict[str, Any]:
        record = ledger.append(verified_event((), number=number))
        return prove_release(ledger, record, SIGNER)

    with ThreadPoolExecutor(8) as pool:
        proofs = list(pool.map(released, range(40)))
    trusted = {SIGNER.key_id: SIGNER.public_key}
    states = [check_proof(proof, trusted).checkpoint for proof in proofs]
    assert sorted(state.size for state in states) == list(range(5, 45))
    report = ledger.verify(trusted, witnessed=states)
    assert (report.ok, report.checkpoints) == (True, 40)


def test_each_attestation_is_a_witness_of_its_ledger(
    ledger: Any, verified_event: Any, tmp_path: Path
) -> None:
    record = ledger.append(verified_event(()))
    state = check_proof(prove_release(ledger, record, SIGNER), ledger.trusted).checkpoint
    other = open_ledger(str(tmp_path / "rewritten.db"), SIGNER)
    for number in range(9):
        other.append(Event(kind="x", subject=str(number), body={}))
    assert not other.verify(ledger.trusted, witnessed=[state]).ok
    other.close()


def test_a_record_that_the_ledger_does_not_hold_is_not_proven(
    ledger: Any, verified_event: Any
) -> None:
    record = ledger.append(verified_event(()))
    with pytest.raises(ChainBroken):
        prove_release(ledger, replace(record, hash=digest("another")), SIGNER)


def test_the_proof_puts_nothing_on_record(ledger: Any, verified_event: Any) -> None:
    record = ledger.append(verified_event(()))
    prove_release(ledger, record, SIGNER)
    assert ledger.head() == record
    assert record.kind == VERIFIED
