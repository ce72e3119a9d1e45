"""No text makes a secret's pattern run away: four times the text takes about four times as long."""

from __future__ import annotations

import time

import pytest

from sluicegate.detect.engine import Engine
from sluicegate.detect.loader import load_catalogue
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.text import of_rows

SECRETS = [d for d in load_catalogue(shelf=Shelf.of_user()).detectors if d.data_class == "secret"]
SMALL = 6_000


def cpu(engine: Engine, seed: str, size: int) -> float:
    text = of_rows([(seed * (size // len(seed) + 1))[:size].encode()])
    best = float("inf")
    for _ in range(3):  # a collection of garbage may fall into one of them
        start = time.thread_time()
        engine.raw(text)
        best = min(best, time.thread_time() - start)
    return best


def grows_alike(engine: Engine, seed: str) -> bool:
    """A pattern that runs away takes sixteen times as long and more; 20 ms is a slow machine.

    Who shares the machine only adds time, so a pattern that does not run away passes some try.
    """
    return any(
        cpu(engine, seed, 4 * SMALL) < 10 * cpu(engine, seed, SMALL) + 0.02 for _ in range(4)
    )


def test_there_are_two_hundred_and_more() -> None:
    assert len(SECRETS) >= 200


@pytest.mark.parametrize("number", range(len(SECRETS)), ids=[d.id for d in SECRETS])
def test_the_time_grows_with_the_text(number: int) -> None:
    detector = SECRETS[number]
    engine = Engine([detector])
    example = detector.examples.match[0]
    seeds = [
        example,
        example[: max(4, len(example) // 2)],
        example[:8],
        example.split("=")[0] + "=",
        example.split(":")[0] + ":",
        example[: len(example) // 2] + '"',
        example[:12] + " " * 20,
        example[:12] + "a" * 300,
        example[:12] + "-_" * 90,
    ]
    for seed in seeds:
        assert grows_alike(engine, seed), seed[:20]
