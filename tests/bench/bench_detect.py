"""How good the scanner is on labelled texts, beside others in the same run.

    python tests/bench/bench_detect.py --corpus FOLDER

How fast it is, ``bench_scan.py`` tells.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

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

KINDS = {"credit_card": "card", "social_security_number": "us_ssn", "credential": "secret"}


def peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name} is not installed: no figures beside it")
        return None


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
    scanner = Scanner.load()
    print(f"catalogue {scanner.version}")
    if arguments.corpus:
        quality(arguments.corpus, scanner, peer("scrubadub"))
    else:
        print("no corpus is named: nothing to measure")


if __name__ == "__main__":
    main()
