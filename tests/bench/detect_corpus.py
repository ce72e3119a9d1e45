"""Scores spans against labelled corpora: right if the class is the same and IoU is at least 0.5."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Found = tuple[int, int, str]

CLASSES = {
    "EMAIL": "email",
    "PHONE": "phone",
    "CREDIT_CARD": "card",
    "IBAN": "iban",
    "SSN": "us_ssn",
    "IP": "ip",
    "MAC": "mac",
    "SECRET": "secret",
}


@dataclass
class Score:
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def row(self, name: str | None = None) -> tuple[int, float, float, float]:
        def count(counter: Counter[str]) -> int:
            return counter.total() if name is None else counter[name]

        right, wrong, missed = map(count, (self.right, self.wrong, self.missed))
        precision = right / (right + wrong) if right + wrong else 1.0
        recall = right / (right + missed) if right + missed else 1.0
        f1 = 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0
        return right + missed, precision, recall, f1


def samples(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def score(path: Path, scan: Callable[[str], list[Found]]) -> Score:
    """Score one corpus; a finding of another class, or one not labelled here, counts as nothing."""
    total = Score()
    for sample in samples(path):
        labelled = sample.get("scope")
        gold = [
            (s["start"], s["end"], CLASSES[s["type"]])
            for s in sample["spans"]
            if s["type"] in CLASSES
        ]
        open_gold = list(gold)
        for start, end, name in scan(sample["text"]):
            if name not in CLASSES.values():
                continue  # not one of the classes that are compared
            if labelled is not None and name not in {CLASSES.get(t) for t in labelled}:
                continue
            hit = next((g for g in open_gold if g[2] == name and iou(g, (start, end)) >= 0.5), None)
            if hit is None:
                total.wrong[name] += 1
            else:
                open_gold.remove(hit)
                total.right[name] += 1
        for _, _, name in open_gold:
            total.missed[name] += 1
    return total


def iou(one: tuple[int, int, str], other: tuple[int, int]) -> float:
    both = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return both / (one[1] - one[0] + other[1] - other[0] - both)
