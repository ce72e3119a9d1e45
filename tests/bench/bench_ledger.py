"""How fast the ledger appends, verifies and proves, beside a plain table of the same database.

Run: ``python tests/bench/bench_ledger.py [append|extract|processes|kills|big|evidence|attest]``,
all of them without a name. ``--events N`` changes how many, ``--postgres`` the database. On a busy
machine trust the ratios, which were measured side by side, and the processor time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.bench.bench_evidence import attest, evidence
from tests.bench.plain_table import PlainTable, place

from ledger_kills import BODY, SIGNER, WORKERS, survive
from sluicegate.ledger import Ledger, open_ledger
from sluicegate.ledger.proof import prove_record
from sluicegate.model.events import Event

TRUSTED = {SIGNER.key_id: SIGNER.public_key}
FORK = multiprocessing.get_context("fork")


def event(number: int, kind: str = "bench") -> Event:
    return Event(kind=kind, subject=f"0/{number}", body=BODY)


def timed(action: Callable[[], object]) -> float:
    """Return milliseconds."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def told(times: list[float]) -> str:
    return f"median {statistics.median(times):.1f} ms, p95 {sorted(times)[len(times) * 95 // 100]:.1f} ms"


def append(url: str, count: int) -> None:
    """One writer, a commit for each; then threads that share commits."""
    ledger, plain = open_ledger(url, SIGNER, timeout_seconds=60), PlainTable(url)
    ours, theirs = list[float](), list[float]()
    processor = time.process_time()
    for number in range(200):
        ours.append(timed(lambda: ledger.append(event(number), once=f"once-{number}")))  # noqa: B023
    processor = (time.process_time() - processor) / 200 * 1000
    for _ in range(200):
        theirs.append(timed(lambda: plain.insert(BODY)))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"one append: {told(ours)}, of these {processor:.1f} ms of our processor time")
    print(f"one plain INSERT: {told(theirs)}; an append takes {ratio:.1f} times as long")
    for threads in (1, 16, 64):
        each = max(1, count // threads)
        workers = [
            threading.Thread(target=_append_each, args=(ledger, each)) for _ in range(threads)
        ]

        def run() -> None:
            for worker in workers:  # noqa: B023
                worker.start()
            for worker in workers:  # noqa: B023
                worker.join()

        print(f"{threads:3} threads: {each * threads / timed(run) * 1000:,.0f} durable events/s")
    ledger.close()


def _append_each(ledger: Ledger, each: int) -> None:
    for number in range(each):
        ledger.append(event(number))


def extract(url: str, _: int) -> None:
    """What an extract pays for its records: intent, verified, outcome."""
    kinds = ("extract.intent", "extract.verified", "extract.outcome")

    def records(ledger: Ledger) -> None:
        for number, kind in enumerate(kinds):
            ledger.append(event(number, kind))

    def process() -> float:
        ledger = open_ledger(url, SIGNER, timeout_seconds=60)
        took = timed(lambda: records(ledger))
        ledger.close()
        return took

    print(
        f"records of an extract, the first of its process: {told([process() for _ in range(20)])}"
    )
    ledger = open_ledger(url, SIGNER, timeout_seconds=60)
    records(ledger)
    times = [timed(lambda: records(ledger)) for _ in range(40)]
    print(f"records of an extract, a later one: {told(times)}")
    ledger.close()


def processes(url: str, count: int) -> None:
    """Eight processes of eight threads, and eight processes that write to a plain table."""
    with tempfile.TemporaryDirectory() as folder:
        found = survive(url, each=count, kills=0, folder=Path(folder))
    PlainTable(url)
    workers = [FORK.Process(target=_insert_each, args=(url, count // 8)) for _ in range(WORKERS)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    rate = (count // 8) * WORKERS / (time.perf_counter() - began)
    ours = found["events_per_second"]
    print(f"{WORKERS} processes: {ours:,.0f} durable events/s; plain INSERTs: {rate:,.0f}/s,")
    print(f"  so {ours / rate:.2f} events for each plain INSERT")


def _insert_each(url: str, each: int) -> None:
    plain = PlainTable(url)
    for _ in range(each):
        plain.insert(BODY)


def kills(url: str, count: int) -> None:
    """Eight processes, twenty of them killed at random moments."""
    with tempfile.TemporaryDirectory() as folder:
        print(survive(url, each=count, kills=20, folder=Path(folder)))


def big(url: str, count: int) -> None:
    """A large ledger: how fast it is proven and verified."""
    ledger = open_ledger(url, SIGNER, timeout_seconds=120)

    def fill() -> None:
        for begin in range(0, count, 500):
            ledger.append_all([event(n) for n in range(begin, min(count, begin + 500))])

    print(f"{count:,} records in batches: {count / timed(fill) * 1000:,.0f} events/s")
    print(f"checkpoint: {timed(ledger.checkpoint):.1f} ms")
    times, sizes, numbers = [], [], random.Random(3)
    for _ in range(100):
        sequence = numbers.randint(1, count)
        times.append(timed(lambda: prove_record(ledger, sequence)))  # noqa: B023
        document = prove_record(ledger, sequence)
        record = document.pop("record")
        sizes.append((len(json.dumps(document)), len(json.dumps(record))))
    print(
        f"proof of one of {count:,}: {told(times)}, worst {max(times):.1f} ms; {max(sizes)[0]:,} bytes,"
        f" beside the record itself with {max(sizes)[1]:,}"
    )
    for _ in range(2):
        processor = time.thread_time()
        took = timed(lambda: _verify(ledger))
        processor = time.thread_time() - processor
        print(
            f"verify: {count / took * 1000:,.0f} events/s; {count / processor:,.0f} a second of processor time"
        )
    ledger.close()


def _verify(ledger: Ledger) -> None:
    report = ledger.verify(TRUSTED)
    assert report.ok, report.fault


ALL: dict[str, tuple[Callable[[str, int], None], int]] = {
    "append": (append, 2000),
    "extract": (extract, 0),
    "processes": (processes, 1000),
    "kills": (kills, 1000),
    "big": (big, 100_000),
    "evidence": (evidence, 10_000),
    "attest": (attest, 1000),
}
"""What is measured, and how many events or files by default."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*ALL, []], help="all if not given")
    parser.add_argument("--events", type=int)
    parser.add_argument("--postgres", action="store_true")
    asked, _ = parser.parse_known_args()  # `make bench ARGS=…` gives all benches the same
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for name in asked.what or ALL:
        measure, count = ALL[name]
        with place(postgres=asked.postgres) as url:
            print(f"-- {name}", flush=True)
            measure(url, asked.events or count)


if __name__ == "__main__":
    main()
