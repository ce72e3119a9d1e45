"""Samples of secrets and of what only looks like one, written from formats before any tuning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sluicegate.detect.examples import expand

_FOLDER = Path(__file__).parent / "data"
_OPEN, _CLOSE, _BREAK = "⟦⟧⏎"


class Sample(NamedTuple):
    """A text, the kind it is of, and where its secrets stand (start, end)."""

    kind: str
    text: str
    secrets: tuple[tuple[int, int], ...]


def positives() -> list[Sample]:
    return list(_read("secret_positives.txt"))


def negatives() -> list[Sample]:
    return list(_read("secret_negatives.txt"))


def _read(name: str) -> Iterator[Sample]:
    kind = ""
    for line in (_FOLDER / name).read_text("utf-8").splitlines():
        if line.startswith("##"):
            kind = line[2:].strip()
        elif not line.startswith("#"):
            yield _sample(kind, expand(line.replace(_BREAK, "\n")))


def _sample(kind: str, marked: str) -> Sample:
    text, secrets, start = "", [], 0
    for character in marked:
        if character == _OPEN:
            start = len(text)
        elif character == _CLOSE:
            secrets.append((start, len(text)))
        else:
            text += character
    return Sample(kind, text, tuple(secrets))


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Intersection over union."""
    both = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return both / (one[1] - one[0] + other[1] - other[0] - both)
