"""Approvals under many processes, and under somebody who writes to the file."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sluicegate.approvals import Approvals, ApprovalStatus
from sluicegate.errors import ApprovalError, ChainBroken
from sluicegate.ledger import Ed25519Signer, open_ledger

FORK = multiprocessing.get_context("fork")


def test_one_of_several_runs_gets_it(desk: Any, path: Path, signer: Ed25519Signer) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    start, results = FORK.Event(), FORK.Queue()

    def work(number: int) -> None:
        own = Approvals(open_ledger(str(path), signer), desk.clock)
        start.wait()
        results.put(own.consume(desk.digest, work_key=("run", str(number))))

    workers = [FORK.Process(target=work, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    start.set()
    passed = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert sorted(passed) == [False, False, False, True]
    assert desk.kinds().count("used") == 1


def test_two_tries_of_one_run_at_once_both_pass_with_one_use(
    desk: Any, path: Path, signer: Ed25519Signer
) -> None:
    desk.ask()
    desk.approvals.approve(desk.digest, person="bob")
    start, results = FORK.Event(), FORK.Queue()

    def work() -> None:
        own = Approvals(open_ledger(str(path), signer), desk.clock)
        start.wait()
        results.put(own.consume(desk.digest, work_key=("run", "1")))

    workers = [FORK.Process(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    start.set()
    passed = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert passed == [True, True, True]
    assert desk.kinds().count("used") == 1


def test_one_person_answering_from_two_places_counts_once(
    desk: Any, path: Path, signer: Ed25519Signer
) -> None:
    desk.ask(required=2)
    start, results = FORK.Event(), FORK.Queue()

    def work() -> None:
        own = Approvals(open_ledger(str(path), signer), desk.clock)
        start.wait()
        try:
            own.approve(desk.digest, person="bob")
            results.put("approved")
        except ApprovalError:
            results.put("refused")

    workers = [FORK.Process(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    start.set()
    answers = sorted(results.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    assert answers == ["approved", "refused", "refused"]
    assert desk.approvals.state(desk.digest).status is ApprovalStatus.PENDING


def test_requests_at_once_open_one_round(desk: Any, path: Path, signer: Ed25519Signer) -> None:
    start = FORK.Event()

    def work() -> None:
        start.wait()
        desk.ask()

    workers = [FORK.Process(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    start.set()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0, 0, 0]
    assert desk.kinds() == ["requested"]


def test_a_consent_written_past_the_key_is_noticed(desk: Any, path: Path) -> None:
    """Who can write to the file but does not hold the key cannot consent in another's name."""
    desk.ask()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO sluicegate_ledger SELECT 2, time, 'approval.approved', subject,"
            ' \'{"at":"2026-03-01T12:00:00+00:00","person":"bob","reason":"","round":1}\','
            " hash, 'sha256:forged', key_id, signature, NULL, salt, digest FROM sluicegate_ledger"
        )
    with pytest.raises(ChainBroken):
        desk.approvals.state(desk.digest)
    with pytest.raises(ChainBroken):
        desk.approvals.consume(desk.digest, work_key=("run",))
