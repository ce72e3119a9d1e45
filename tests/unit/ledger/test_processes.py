"""Many processes on one file, and processes that die."""

from __future__ import annotations

import multiprocessing
import os
import random
import select
import signal
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.model.events import AlreadyRecorded, Event

FORK = multiprocessing.get_context("fork")


def _append_many(ledger: Ledger, worker: int, count: int) -> None:
    for n in range(count):
        ledger.append(Event(kind="k", subject=f"worker-{worker}", body={"n": n}))


@pytest.mark.slow
def test_eight_processes_lose_double_and_fork_nothing(path: Path, signer: Ed25519Signer) -> None:
    # forked with the ledger already open: nothing of it may be shared by accident
    ledger = open_ledger(str(path), signer, timeout_seconds=60)
    ledger.append(Event(kind="k", subject="parent", body={}))
    workers = [FORK.Process(target=_append_many, args=(ledger, w, 50)) for w in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0] * 8
    report = ledger.verify({signer.key_id: signer.public_key})
    assert report.ok, report.fault
    assert report.records == 401
    for w in range(8):
        own = [r.body["n"] for r in ledger.records(subject=f"worker-{w}")]
        assert own == list(range(50))


def test_processes_that_open_a_new_ledger_at_once_make_one(
    path: Path, signer: Ed25519Signer
) -> None:
    def work() -> None:
        with closing(open_ledger(str(path), signer)) as ledger:
            ledger.append(Event(kind="k", subject="s", body={}))

    workers = [FORK.Process(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0] * 6
    with closing(open_ledger(str(path), None)) as ledger:
        assert ledger.verify({signer.key_id: signer.public_key}).records == 6


def test_once_is_won_by_exactly_one_process(path: Path, signer: Ed25519Signer) -> None:
    open_ledger(str(path), signer).close()
    results = FORK.Queue()
    start = FORK.Event()

    def work(worker: int) -> None:
        ledger = open_ledger(str(path), signer)
        start.wait()
        for n in range(10):
            try:
                ledger.append(Event(kind="k", subject="s", body={"w": worker}), once=f"work-{n}")
                results.put((n, worker))
            except AlreadyRecorded:
                pass

    workers = [FORK.Process(target=work, args=(w,)) for w in range(3)]
    for worker in workers:
        worker.start()
    start.set()
    won: list[Any] = [results.get(timeout=60) for _ in range(10)]
    for worker in workers:
        worker.join()
    assert results.empty()
    assert sorted(n for n, _ in won) == list(range(10))


@pytest.mark.slow
def test_a_kill_in_the_middle_loses_nothing_that_was_acknowledged(
    path: Path, signer: Ed25519Signer
) -> None:
    open_ledger(str(path), signer).close()
    random_moments = random.Random(7)
    acknowledged = 0
    for _ in range(8):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            ledger = open_ledger(str(path), signer)
            while True:
                record = ledger.append(Event(kind="k", subject="s", body={"x": "y" * 9000}))
                os.write(writer, f"{record.sequence}\n".encode())
        os.close(writer)
        begun = select.poll()
        begun.register(reader, select.POLLIN)
        assert begun.poll(60_000), "it begins to append"
        time.sleep(random_moments.random() * 0.2)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reader) as told:
            acknowledged = max([acknowledged, *(int(line) for line in told)])
        with closing(open_ledger(str(path), signer)) as ledger:
            report = ledger.verify({signer.key_id: signer.public_key})
            assert report.ok, report.fault
            assert report.records in {acknowledged, acknowledged + 1}
    assert acknowledged > 8
