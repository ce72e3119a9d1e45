"""How fast the scanner is, beside others in the same run.

    python tests/bench/bench_scan.py

Thread CPU time, medians of five, one thread unless it says two. Trust the ratios inside one run:
between runs a shared machine drifts by a quarter and more. Peers are measured where they are
installed (`pip install datafog-core scrubadub presidio-analyzer spacy`), each on the same texts with
what it has: rule sets differ widely, so ratios of speed say nothing about what was found.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import statistics
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable

import pyarrow as pa

from sluicegate.detect import Scanner
from sluicegate.detect.anchors import Place
from sluicegate.detect.text import text_of
from sluicegate.mask import TextFinder
from sluicegate.mask.redact import redact

common_texts = importlib.import_module("common_texts").common_texts  # stands beside this script

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
    "(202) 555-0143",
    "192.0.2.17",
    "GB82 WEST 1234 5698 7654 32",
]
TARGETS = {  # MB/s, or million rows a second where the name says dense
    "clean": 300, "dirty": 120, "documents": 60, "dense email": 1, "dense phone": 1, "dense card": 1,
}  # fmt: skip


def card(number: int) -> str:
    """Write a number of the range that is for tests, with its check digit, in one of two forms."""
    digits = f"411111{number * 736_878_797 % 10**9:09}"
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(digits)]
    digits += str(-sum(d - 9 * (d > 9) for d in doubled) % 10)
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4)) if number % 2 else digits


def texts() -> dict[str, list[str]]:
    rng = random.Random(3)

    def row(dirty: float) -> str:
        text = " ".join(rng.choice(WORDS) for _ in range(16))
        if rng.random() < 0.2:
            text += f" at 2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {rng.randint(0, 23):02}:00:00"
        if rng.random() < dirty:
            planted = rng.sample(PLANTED, rng.choice((1, 1, 2)))
            text = f"{text} {' and '.join(planted)} ok"
        return text

    clean = [row(0) for _ in range(40_000)]
    return {
        "clean": clean,
        "dirty": [row(0.05) for _ in range(40_000)],
        "documents": ["\n".join(clean[i : i + 250]) for i in range(0, len(clean), 250)],
        "dense email": [f"user{i}@example{i % 90}.com" for i in range(60_000)],
        "dense phone": [f"(202) {200 + i // 10_000}-{i % 10_000:04}" for i in range(60_000)],
        "dense card": [card(i) for i in range(60_000)],
    }


def seconds(run: Callable[[], object], times: int = 5) -> float:
    """Median CPU time of this thread."""
    found = []
    for _ in range(times):
        start = time.thread_time()
        run()
        found.append(time.thread_time() - start)
    return statistics.median(found)


def speeds(scanner: Scanner) -> None:
    print(f"{'text':14}{'MB/s':>9}{'Mrows/s':>9}{'findings':>10}{'target':>9}")
    for name, rows in {**texts(), **common_texts()}.items():
        array = pa.array(rows)
        took = seconds(lambda array=array: scanner.spans(array))  # type: ignore[misc]  # bound early
        size = sum(len(row.encode()) for row in rows) / 1e6
        print(
            f"{name:14}{size / took:9.1f}{len(rows) / took / 1e6:9.3f}"
            f"{len(scanner.spans(array)):10}{TARGETS.get(name, '–'):>9}"
        )


def redaction(scanner: Scanner) -> None:
    """Scan the dirty text, and redact it too."""
    array = pa.array(texts()["dirty"], pa.large_string())
    labels = TextFinder(
        spans=lambda array, column: scanner.spans(array, column=column),
        classes=[d.data_class for d in scanner.detectors],
    ).labels
    size = sum(map(len, texts()["dirty"])) / 1e6
    scan = seconds(lambda: scanner.spans(array))
    both = seconds(lambda: redact(array, scanner.spans(array), labels))
    print(
        f"\nscan {size / scan:.1f} MB/s, scan and redact {size / both:.1f} MB/s (targets 120, 100)"
    )


def peers(scanner: Scanner) -> None:
    """Print how fast others read the same texts, and how many times faster the scan is."""
    sizes = {"datafog-core": 500_000, "scrubadub": 250_000, "Presidio": 60_000}
    found = {"datafog-core": _datafog, "scrubadub": _scrubadub, "Presidio": _presidio}
    print(f"\n{'on':12}{'the scan':>12}" + "".join(f"{name:>24}" for name in found))
    for kind in ("clean", "dirty", "documents"):
        rows = texts()[kind]
        ours = _rate(rows, lambda part: scanner.spans(pa.array(part)))
        line = f"{kind:12}{ours / 1e6:7.1f} MB/s"
        for name, load in found.items():
            try:
                one = load()
            except ImportError:
                line += f"{'not installed':>24}"
                continue
            count = max(2, sizes[name] * len(rows) // sum(map(len, rows)))
            rate = _rate(rows[:count], lambda part, one=one: [one(r) for r in part])  # type: ignore[misc]
            line += f"{rate / 1e6:10.3f} MB/s {ours / rate:6.1f} x"
        print(line)


def _rate(rows: list[str], read: Callable[[list[str]], object]) -> float:
    """Return the bytes a second; what is done once was done."""
    read(rows[:1])
    return sum(map(len, rows)) / seconds(lambda: read(rows))


def _datafog() -> Callable[[str], object]:
    return importlib.import_module("datafog_core").scan  # type: ignore[no-any-return]


def _scrubadub() -> Callable[[str], object]:
    scrubber = importlib.import_module("scrubadub").Scrubber()
    return lambda text: list(scrubber.iter_filth(text))


def _presidio() -> Callable[[str], object]:
    """Presidio's pattern recognizers over a blank tokenizer: no model, so its fastest form."""
    analyzer, spacy = (importlib.import_module(n) for n in ("presidio_analyzer", "spacy"))
    engines = importlib.import_module("presidio_analyzer.nlp_engine")
    suffixes = importlib.import_module("tldextract.tldextract")
    offline = suffixes.TLDExtract(suffix_list_urls=())  # never over the network
    vars(suffixes)["TLD_EXTRACTOR"] = offline
    engine = engines.SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.nlp = {"en": spacy.blank("en")}
    engine.load = lambda: None
    registry = analyzer.RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    patterns = [r for r in registry.recognizers if "Spacy" not in type(r).__name__]
    only = analyzer.RecognizerRegistry(recognizers=patterns, supported_languages=["en"])
    whole = analyzer.AnalyzerEngine(registry=only, nlp_engine=engine, supported_languages=["en"])
    return lambda text: whole.analyze(text, language="en")


def threads(scanner: Scanner) -> None:
    """Compare what a second thread adds here with what it adds to the bare regex engine."""
    engine = scanner._engine
    words, _ = engine._anchors._filters[Place.ANYWHERE]
    text = text_of(pa.array(texts()["clean"]))

    def ours() -> None:
        for _ in range(4):
            engine.find(text)

    def bare() -> None:
        for _ in range(4):
            for _, block in text.blocks():
                words.hits(block.buffer)

    gains = {
        name: [2 * _wall(run, 1) / _wall(run, 2) for _ in range(5)]
        for name, run in (("ours", ours), ("bare", bare))
    }
    mine, other = statistics.median(gains["ours"]), statistics.median(gains["bare"])
    print(
        f"\ntwo threads: {mine:.2f} x one; bare engine {other:.2f} x; ratio {mine / other:.2f} (target 0.85)"
    )


def _wall(run: Callable[[], None], count: int) -> float:
    workers = [threading.Thread(target=run) for _ in range(count)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start


def _in_a_process(*arguments: str) -> dict[str, float]:
    command = [sys.executable, __file__, *arguments]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(printed)  # type: ignore[no-any-return]


def start_up() -> None:
    """Load in a new process, with what the process before left on disk."""
    found = [_in_a_process("--load") for _ in range(6)][1:]
    warm = statistics.median(f["seconds"] for f in found)
    whole = statistics.median(f["with imports"] for f in found)
    print(
        f"start-up, warm cache: {warm * 1e3:.0f} ms (target 150), {whole * 1e3:.0f} ms with imports"
    )


def memory() -> None:
    """Scan in a new process; tell the most memory that is held, with the batch, over the batch."""
    for kind in ("dirty", "dense email", "dense phone", "dense card"):
        found = _in_a_process("--peak", kind)
        print(
            f"peak memory, {kind}: {found['ratio']:.1f} x the batch of {found['MB']:.0f} MB (target 6)"
        )


def _load() -> None:
    start = time.perf_counter()
    Scanner.load()
    end = time.perf_counter()
    usage = time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)
    print(json.dumps({"seconds": end - start, "with imports": usage}))


def _peak(kind: str) -> None:
    """Add up what Python and numpy hold at most, and what Arrow does, besides the batch itself."""
    scanner = Scanner.load()
    array = pa.array(texts()[kind] * 8)
    scanner.spans(array.slice(0, 1000))
    arrow = pa.system_memory_pool()
    pa.set_memory_pool(arrow)  # one that nothing was taken from yet
    tracemalloc.start()
    scanner.spans(array)
    grown = tracemalloc.get_traced_memory()[1] + (arrow.max_memory() or 0)
    print(json.dumps({"ratio": 1 + grown / array.nbytes, "MB": array.nbytes / 1e6}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.load:
        _load()
    elif arguments.peak:
        _peak(arguments.peak)
    else:
        scanner = Scanner.load()
        print(f"catalogue {scanner.version}\n")
        speeds(scanner)
        redaction(scanner)
        peers(scanner)
        threads(scanner)
        start_up()
        memory()


if __name__ == "__main__":
    main()
