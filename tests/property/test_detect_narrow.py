"""Dense long cells, whose windows RE2 narrows: nothing missed, nothing added."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.test_detect_equivalence import (
    CATALOGUE,
    ENGINE,
    EXAMPLES,
    GLUE,
    WORDS,
    check,
    keys,
    slow,
)

from sluicegate.detect import narrow
from sluicegate.detect.text import of_rows

NUMBERS = [i for i, d in enumerate(CATALOGUE.detectors) if d.longest <= 2000]
SIZE = 1500
"""Bytes of a cell: with the limits lowered, all of its windows are narrowed."""


@pytest.fixture(autouse=True, scope="module")
def _narrowed_always() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("LONG", "_COMPILED", "_LONG_EACH"):
            patch.setattr(narrow, limit, 0)
        yield


def dense(pieces: list[bytes], seed: int, size: int) -> bytes:
    rng, cell = random.Random(seed), b""
    while len(cell) < size:
        cell += rng.choice(pieces)
    return cell


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from([*EXAMPLES, *GLUE, *WORDS]), min_size=1, max_size=6),
    st.integers(0, 1000),
)
def test_pieces_over_and_over(pieces: list[bytes], seed: int) -> None:
    check([b"", dense([*pieces, b" "], seed, 2 * SIZE)])


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from([b"0123456789-. /()+", b"0123456789,\n", b"abcdef0123456789:-", b"a@.-1 \n"]),
    st.integers(0, 1000),
)
def test_characters_at_random(alphabet: bytes, seed: int) -> None:
    rng = random.Random(seed)
    check([bytes(rng.choices(alphabet, k=2 * SIZE))])


def test_every_detector_among_its_own_examples() -> None:
    """Whole, cut and side by side, so that what one match takes in is where another begins."""
    cells = []
    for number in NUMBERS:
        examples = CATALOGUE.detectors[number].examples
        texts = [t.encode() for t in (*examples.match, *examples.no_match)]
        rng = random.Random(number)
        cuts = [t[: rng.randrange(1, len(t) + 1)] for t in texts]
        cells.append(dense([*texts, *cuts, b" ", b"\n", b"-", b"7", b"x"], number, SIZE))
    found = keys(ENGINE.raw(of_rows(cells), looks=False))
    for row, number in enumerate(NUMBERS):
        detector = CATALOGUE.detectors[number]
        own = {(start, end) for r, start, end, d in found if (r, d) == (row, detector.id)}
        assert own == set(slow(detector, cells[row])), detector.id
