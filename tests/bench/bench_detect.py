"""How fast and how good the scanner is, beside others in the same run.

    python tests/bench/bench_detect.py [--corpus FOLDER]

Speeds are thread CPU time, best of three, one thread. Trust the ratios inside one run; between
runs a shared machine drifts by a quarter.
"""

from __future__ import annotations

import argparse
import importlib
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pyarrow as pa

from sluicegate.detect import Scanner
from sluicegate.detect.evaluation import (
    Finder,
    Found,
    Measures,
    Rate,
    corpus_files,
    evaluate,
    read_corpus,
    scanner_finder,
    standard_labels,
)

WORDS = [
    "auth",
    "key",
    "token",
    "service",
    "customer",
    "order",
    "shipped",
    "invoice",
    "amount",
    "quarter",
    "user",
    "login",
    "report",
    "data",
    "value",
    "system",
    "process",
    "request",
    "response",
    "error",
    "time",
    "window",
    "table",
    "column",
    "update",
    "select",
    "public",
    "license",
    "secret",
    "password",
    "policy",
    "review",
]
PLANTED = [
    "jane.roe@example.com",
    "4111 1111 1111 1111",
    "202-555-0143",
    "192.0.2.17",
    "GB82 WEST 1234 5698 7654 32",
]
KINDS = {"credit_card": "card", "social_security_number": "us_ssn", "credential": "secret"}


def texts() -> dict[str, list[str]]:
    rng = random.Random(3)

    def row(dirty: float) -> str:
        text = " ".join(rng.choice(WORDS) for _ in range(16))
        if rng.random() < 0.2:
            text += f" at 2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {rng.randint(0, 23):02}:00:00"
        return f"{text} {rng.choice(PLANTED)} ok" if rng.random() < dirty else text

    clean = [row(0) for _ in range(40_000)]
    return {
        "clean": clean,
        "dirty (5 % of rows)": [row(0.05) for _ in range(40_000)],
        "documents (30 KB)": ["\n".join(clean[i : i + 250]) for i in range(0, len(clean), 250)],
        "one cell (10 MB)": ["\n".join(clean)[:3_400_000] * 3],
        "dense email": [f"user{i}@example{i % 90}.com" for i in range(60_000)],
        "dense card": ["4111 1111 1111 1111", "5555 5555 5555 4444"] * 20_000,
    }


def cpu(run: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        run()
        best = min(best, time.thread_time() - start)
    return best


def plain_re(scanner: Scanner, rows: list[str]) -> int:
    """Run every pattern of the catalogue over every cell: what the engine saves."""
    cells = [row.encode() for row in rows]
    return sum(1 for d in scanner.detectors for cell in cells for _ in d.pattern.finditer(cell))


def peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name} is not installed: no figures beside it")
        return None


def speeds(scanner: Scanner, scrubadub: ModuleType | None) -> None:
    print(
        f"{'text':22}{'MB/s':>9}{'Mrows/s':>9}{'findings':>10}{'x plain re':>12}{'x scrubadub':>13}"
    )
    for name, rows in texts().items():
        array = pa.array(rows)
        seconds = cpu(lambda array=array: scanner.spans(array))  # type: ignore[misc]  # bound early
        rate = array.nbytes / seconds / 1e6
        few = [row[:20_000] for row in rows[:300]]
        size = sum(map(len, few)) / 1e6
        slow = size / cpu(lambda few=few: plain_re(scanner, few))  # type: ignore[misc]  # as above
        other = ""
        if scrubadub is not None:
            scrubber = scrubadub.Scrubber()
            some = few[:60]
            took = cpu(lambda s=scrubber, some=some: [list(s.iter_filth(t)) for t in some])  # type: ignore[misc]
            other = f"{rate / (sum(map(len, some)) / 1e6 / took):13.0f}"
        found = len(scanner.spans(array))
        print(
            f"{name:22}{rate:9.1f}{len(rows) / seconds / 1e6:9.3f}{found:10}{rate / slow:12.1f}{other:>13}"
        )


def scrubadub_finder(scrubadub: ModuleType) -> Finder:
    scrubber = scrubadub.Scrubber()

    def find(texts: Sequence[str]) -> list[list[Found]]:
        return [
            [
                Found(start=f.beg, end=f.end, data_class=KINDS.get(f.type, f.type), detector=f.type)
                for f in scrubber.iter_filth(text)
            ]
            for text in texts
        ]

    return find


def quality(folder: Path, scanner: Scanner, scrubadub: ModuleType | None) -> None:
    finders = {"sluicegate": scanner_finder(scanner)}
    if scrubadub is not None:
        finders["scrubadub"] = scrubadub_finder(scrubadub)
    core = standard_labels().core
    for name, path in corpus_files([folder]).items():
        for who, find in finders.items():
            result = evaluate(name, read_corpus(path), find, standard_labels(), only=core)
            for row in result.rows:
                told = f"{name:28}{who:12}{row.name:14}{row.support:6}"
                print(told, *(shown(*one) for one in figures(row.measures)), sep="  ")


def figures(measures: Measures) -> list[tuple[str, Rate | None]]:
    return [
        ("P", measures.precision), ("R", measures.recall), ("F1", measures.f1),
        ("F2", measures.f2), ("leak", measures.leak),
    ]  # fmt: skip


def shown(name: str, rate: Rate | None) -> str:
    return f"{name} {rate.value:.3f}" if rate else f"{name}   –  "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="folder of labelled samples (*.jsonl.gz)")
    arguments = parser.parse_args()
    start = time.perf_counter()
    scanner = Scanner.load()
    print(f"catalogue {scanner.version}, loaded and proven in {time.perf_counter() - start:.2f} s")
    scrubadub = peer("scrubadub")
    speeds(scanner, scrubadub)
    if arguments.corpus:
        quality(arguments.corpus, scanner, scrubadub)


if __name__ == "__main__":
    main()
