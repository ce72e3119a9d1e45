"""Processes that append to one ledger and are killed at random moments: what is left of it."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

from sluicegate.ledger import Ed25519Signer, open_ledger
from sluicegate.model.events import Event

SIGNER = Ed25519Signer(bytes(range(32)))
BODY = {"identity": {"pipeline": "p" * 40, "run": "r" * 60}, "plan": {"columns": ["name"] * 40}}
FORK = multiprocessing.get_context("fork")
WORKERS = 8
THREADS = 8


def _write(url: str, worker: int, each: int, acknowledged: int) -> None:
    """Append from where it stopped; tell each record's number after it was acknowledged."""
    ledger = open_ledger(url, SIGNER, timeout_seconds=120)
    lock = threading.Lock()
    done = {int(r.subject.split("/")[1]) for r in ledger.records(kind=f"worker-{worker}")}
    left = iter([n for n in range(each) if n not in done])

    def work() -> None:
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                return
            once = f"{worker}/{number}"
            record = ledger.append(
                Event(kind=f"worker-{worker}", subject=once, body=BODY), once=once
            )
            os.write(acknowledged, f"{record.sequence} {once}\n".encode())

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def survive(url: str, *, each: int, kills: int, folder: Path, seed: int = 5) -> dict[str, float]:
    """Let processes append, kill some of them at random moments, and verify what is left.

    Returns:
        Records, kills, and how many were acknowledged, missing and doubled.
    """
    open_ledger(url, SIGNER, timeout_seconds=60).close()
    told = folder / "acknowledged"
    descriptor = os.open(told, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def start(worker: int) -> Any:
        return FORK.Process(target=_write, args=(url, worker, each, descriptor))

    workers = {w: start(w) for w in range(WORKERS)}
    for worker in workers.values():
        worker.start()
    chance, killed, began = random.Random(seed), 0, time.perf_counter()
    # by what was written and not by the clock, so that a fast machine is not done before
    moments = sorted(chance.sample(range(1, each * WORKERS * 4 // 5), kills))
    with told.open("rb") as written:
        records = 0
        while any(w.is_alive() for w in workers.values()):
            records += written.read().count(b"\n")
            alive = [n for n, worker in workers.items() if worker.is_alive()]
            if killed < kills and records >= moments[killed] and alive:
                number = chance.choice(alive)
                os.kill(workers[number].pid or 0, signal.SIGKILL)
                workers[number].join()
                killed += 1
                workers[number] = start(number)
                workers[number].start()
            else:
                time.sleep(0.002)
    took = time.perf_counter() - began
    assert all(w.exitcode == 0 for w in workers.values()), [w.exitcode for w in workers.values()]
    os.close(descriptor)
    ledger = open_ledger(url, SIGNER)
    found = {record.sequence: record.subject for record in ledger.records()}
    report = ledger.verify({SIGNER.key_id: SIGNER.public_key})
    assert report.ok, report.fault
    lines = [line.split() for line in told.read_text().splitlines()]
    return {
        "records": report.records,
        "kills": killed,
        "acknowledged": len(lines),
        "lost": sum(found.get(int(sequence)) != subject for sequence, subject in lines),
        "doubled": len(found) - len(set(found.values())),
        "missing": each * WORKERS - len(found),
        "events_per_second": each * WORKERS / took,
    }
