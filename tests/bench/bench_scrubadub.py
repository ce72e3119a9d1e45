"""What scrubadub's detectors add to ours as a second opinion, and what they cost.

    python tests/bench/bench_scrubadub.py --corpus FOLDER

Recall can only rise and precision can only fall: where both claim the same bytes, ours name them.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from sluicegate.adapters.scrubadub import SluicegateDetector
from sluicegate.detect import Scanner
from sluicegate.detect.scrubadub import scrubadub_opinion

sys.path.insert(0, str(Path(__file__).parent))
detect_corpus = importlib.import_module("detect_corpus")  # stands beside this script
names_corpus = importlib.import_module("names_corpus")


def quality(folder: Path, scanners: dict[str, Scanner]) -> None:
    print(f"{'corpus':<28} {'who':<12} precision recall    F1")
    for path in sorted(folder.glob("*.jsonl.gz")):
        for name, scanner in scanners.items():

            def scan(text: str, scanner: Scanner = scanner) -> list[tuple[int, int, str]]:
                return [(s.start, s.end, s.data_class) for s in scanner.scan_text(text)]

            _, precision, recall, f1 = detect_corpus.score(path, scan).row()
            stem = path.name.removesuffix(".jsonl.gz")
            print(f"{stem:<28} {name:<12} {precision:9.3f} {recall:6.3f} {f1:5.3f}")


def speed(work: Callable[[], object], size: int) -> float:
    times = []
    for _ in range(3):
        began = time.thread_time()
        work()
        times.append(time.thread_time() - began)
    return size / min(times) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    given = parser.parse_args()
    ours, opinion = Scanner.load(), scrubadub_opinion()
    both = ours.with_recognizers([opinion])
    if given.corpus:
        quality(given.corpus, {"ours": ours, "and theirs": both})
    texts = [s.text for s in (*names_corpus.positives(), *names_corpus.negatives())] * 4
    array, size = pa.array(texts), sum(len(t.encode()) for t in texts)
    distinct = sum(len(t.encode()) for t in set(texts))
    detector = SluicegateDetector()
    names = ["x"] * len(texts)
    print(f"ours, as a batch         {speed(lambda: ours.spans(array), size):8.2f} MB/s")
    print(
        f"theirs, as a recognizer  {speed(lambda: opinion.marks(list(set(texts))), distinct):8.2f} MB/s"
    )
    print(
        "ours, called by theirs   "
        f"{speed(lambda: list(detector.iter_filth_documents(texts[:247], names[:247])), size // 4):8.3f} MB/s"
    )


if __name__ == "__main__":
    main()
