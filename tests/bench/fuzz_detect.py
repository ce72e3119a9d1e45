"""Feeds the scanner what nobody would write: no crash, no span outside its cell, and how slow it gets.

    python tests/bench/fuzz_detect.py [--minutes 10] [--seed 1] [--cells 0]

Random bytes, odd Unicode, huge cells, pieces of every detector's examples repeated and mangled.
Prints the slowest kinds in milliseconds of processor time per megabyte, apart for texts that hold
little and for those full of findings, each of which has to be told: a list of addresses is no
attack. A failure prints seed and round, never the text. The cells follow the seed alone: with
``--cells`` two runs see the same ones, however fast they are. Patterns are compiled before.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from sluicegate.detect import Scanner
from sluicegate.detect.budget import UNREAD
from sluicegate.detect.text import of_rows

MEGABYTE = 1_000_000
TARGET = 50
"""Milliseconds per megabyte that no cell should take more of."""
FULL = 1.0
"""Findings per kilobyte from which on a cell is full of them."""
ODD = [
    "\u200b", "\u00ad", "\ufeff", "\u202e", "\uff20", "\uff11", "\u0660", "\U0001d7d8", "\u0430",
    "\u212a", "\u0130", "\ud7ff", "\U0010ffff", "\x00", "\x7f", "é", "密", "@", ".", "=", ":", "\n",
]  # fmt: skip


def cells(scanner: Scanner, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield cells of 1 KB to 1 MB without end, with the name of their kind."""
    examples = [(d.id, t.encode()) for d in scanner.detectors for t in d.examples.match]
    makers: list[tuple[str, Callable[[int], bytes]]] = [
        ("random bytes", rng.randbytes),
        ("odd characters", lambda n: "".join(rng.choices(ODD, k=n // 3)).encode()),
        ("digits and signs", lambda n: bytes(rng.choices(b"0123456789-. /()+", k=n))),
        (
            "names and signs",
            lambda n: b"password=".join(rng.choices([b"", b"x", b"token:"], k=n // 10)),
        ),
        ("hexadecimal", lambda n: rng.randbytes(n // 2).hex().encode()),
    ]
    while True:
        size = int(10 ** rng.uniform(3, 6))
        kind, make = rng.choice(makers)
        yield kind, make(size)
        name, text = rng.choice(examples)
        piece = text[: rng.randrange(1, len(text) + 1)]
        yield f"beginning of {name}", piece * (size // len(piece) + 1)
        yield f"{name}, mangled", _mangled(text, rng) * (size // len(text) + 1)
        some = [rng.choice(examples)[1] for _ in range(40)]
        yield "examples side by side", b" ".join(some) * (size // 4000 + 1)


def _mangled(text: bytes, rng: random.Random) -> bytes:
    raw = bytearray(text)
    for _ in range(rng.randrange(1, 4)):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", type=int, default=0, help="stop after so many; 0: after a time")
    arguments = parser.parse_args()
    scanner, rng = _warm(Scanner.load()), random.Random(arguments.seed)
    few, full = _Rates("with few findings"), _Rates("full of findings")
    end, rounds, size, unread = time.monotonic() + 60 * arguments.minutes, 0, 0, 0
    for kind, cell in cells(scanner, rng):
        if rounds == arguments.cells > 0 or (not arguments.cells and time.monotonic() > end):
            break
        rounds, size = rounds + 1, size + len(cell)
        rows = of_rows([b"", cell, cell[: len(cell) // 7]])
        start = time.thread_time()
        spans = scanner._engine.find(rows)
        took = time.thread_time() - start
        inside = (spans.start < spans.end) & (spans.end <= (rows.ends - rows.starts)[spans.row])
        same = spans.row[1:] == spans.row[:-1]
        if not inside.all() or (spans.start[1:] < spans.end[:-1])[same].any():
            print(f"seed {arguments.seed}, round {rounds}: spans overlap or leave their cell")
            return 1
        rate = 1000 * took / (rows.size / MEGABYTE)
        unread += bool((spans.detector == scanner.detectors.index(UNREAD)).any())
        if rows.size > MEGABYTE / 20:
            (full if 1000 * len(spans) >= FULL * rows.size else few).add(kind, rate)
    print(f"{rounds} cells, {size / 1e6:.0f} MB, no crash; {unread} cells were unread in part")
    few.tell()
    full.tell()
    return 0


def _warm(scanner: Scanner) -> Scanner:
    """Let a scanner compile what it compiles when it is first needed."""
    for detector in scanner.detectors:
        _ = detector.pattern, detector.head
    examples = [t.encode() for d in scanner.detectors for t in d.examples.match]
    scanner._engine.find(of_rows([*examples, b" ".join(examples)]))
    return scanner


class _Rates:
    """Milliseconds per megabyte of cells, by their kind.

    Args:
        title: What the cells have in common.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._all: dict[str, list[float]] = {}

    def add(self, kind: str, rate: float) -> None:
        self._all.setdefault(kind, []).append(rate)

    def tell(self) -> None:
        """Print how many are too slow, and which kinds are the slowest."""
        if not self._all:
            return
        rates = np.concatenate([np.array(own) for own in self._all.values()])
        worst = {kind: max(own) for kind, own in self._all.items()}
        print(
            f"{self._title}: {np.mean(rates > TARGET):.1%} of {len(rates)} cells took more than"
            f" {TARGET} ms/MB, the median {np.median(rates):.0f};"
        )
        middle, high = np.quantile(list(worst.values()), [0.5, 0.9])
        print(f"the worst of a kind is {middle:.0f} ms/MB at the median, {high:.0f} at 90 %;")
        over = sorted(((r, k) for k, r in worst.items() if r > TARGET), reverse=True)
        print(f"{len(over)} of {len(worst)} kinds were slower than that once, the slowest:")
        for rate, kind in over[:20]:
            print(f"  {rate:8.0f} ms/MB  {kind}")


if __name__ == "__main__":
    sys.exit(main())
