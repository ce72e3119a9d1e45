"""The fast scan against every pattern run over every whole cell: nothing missed, nothing added."""

from __future__ import annotations

import itertools
import random
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.detect.context import words_around
from sluicegate.detect.detector import Detector
from sluicegate.detect.engine import Engine
from sluicegate.detect.loader import load_catalogue
from sluicegate.detect.resolve import resolve
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Spans
from sluicegate.detect.text import of_rows

Key = tuple[int, int, int, str]

CATALOGUE = load_catalogue(shelf=Shelf.of_user())
ENGINE = Engine(CATALOGUE.detectors)
EXAMPLES = [
    text.encode()
    for d in CATALOGUE.detectors
    for text in (*d.examples.match, *d.examples.no_match)
    if len(text) < 2000
]
GLUE = [
    b"",
    b" ",
    b"\n",
    b"\n\n",
    b".",
    b"-",
    b"=",
    b": ",
    b'"',
    b"@",
    b"://",
    b"x",
    b"7",
    b"+",
    b"(",
    b"\x00",
    b"\xff",
    "é".encode(),
    "密".encode(),
]
WORDS = [
    b"password",
    b"token",
    b"version",
    b"phone",
    b"ssn",
    b"order",
    b"the",
    b"is",
    b"secret",
    b"key",
    b"iban",
    b"12:30:45",
    b"2024-01-15",
    b"::",
    b"%40",
    b"eyJ",
    b"-----BEGIN",
]


def slow(detector: Detector, cell: bytes) -> list[tuple[int, int]]:
    """An independent reading of what a detector means, over one whole cell."""
    found, place = [], 0
    while match := detector.pattern.search(cell, place):
        start, end = match.span("v" if "v" in detector.pattern.groupindex else 0)
        full_end = end
        place = match.start() + 1
        total = detector.score
        if detector.validator is not None:
            verdict = detector.validator(cell[start:end])
            if verdict is None:
                continue
            total += verdict.lift
            end = min(end, start + verdict.length)
        near = words_around(cell, start, end, 0, len(cell))
        if detector.context & near:
            total += detector.context_lift
        elif detector.context_required:
            continue
        elif detector.against & near:
            total -= detector.context_lift / 2
        if total >= detector.threshold:
            found.append((start, end))
            place = match.end() if end == full_end else max(end, place)
    return found


def expected(cells: list[bytes]) -> set[Key]:
    return {
        (row, start, end, d.id)
        for row, cell in enumerate(cells)
        for d in CATALOGUE.detectors
        for start, end in slow(d, cell)
    }


def keys(spans: Spans) -> set[Key]:
    ids = [d.id for d in CATALOGUE.detectors]
    parts = zip(spans.row, spans.start, spans.end, spans.detector, strict=True)
    return {(int(r), int(s), int(e), ids[d]) for r, s, e, d in parts}


def check(cells: list[bytes]) -> None:
    # Second looks give findings of their own.
    got, want = keys(ENGINE.raw(of_rows(cells), looks=False)), expected(cells)
    assert want - got == set(), "missed"
    assert got - want == set(), "added"


@cache
def generated(index: int) -> st.SearchStrategy[bytes]:
    return st.from_regex(CATALOGUE.detectors[index].pattern)


PIECES = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from(WORDS),
    st.sampled_from(GLUE),
    st.binary(max_size=12),
    st.text("0123456789 .-/:()+", max_size=30).map(str.encode),
    st.text("abcdefABCDEF0123456789:.-@ ", max_size=40).map(str.encode),
)
CELLS = st.lists(PIECES, max_size=8).map(b"".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CELLS, max_size=6))
def test_mixed_cells(cells: list[bytes]) -> None:
    check(cells)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(EXAMPLES),
            st.integers(0, 3000),
            st.sampled_from([b"a", b"1", b" ", b"-", b"@", b"1 ", b"a.", b":"]),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_examples_far_apart_in_one_long_cell(parts: list[tuple[bytes, int, bytes]]) -> None:
    check(
        [b"".join(filler * (gap // len(filler)) + b" " + example for example, gap, filler in parts)]
    )


SHORT = [i for i, d in enumerate(CATALOGUE.detectors) if d.longest <= 700]


@pytest.mark.parametrize("index", SHORT, ids=[CATALOGUE.detectors[i].id for i in SHORT])
def test_what_the_pattern_itself_generates(index: int) -> None:
    @settings(
        max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(generated(index), st.sampled_from(GLUE), st.sampled_from(GLUE))
    def run(core: bytes, before: bytes, after: bytes) -> None:
        got = keys(ENGINE.raw(of_rows([before + core + after]), looks=False))
        want = expected([before + core + after])
        assert want - got == set()
        assert got - want == set()

    run()


def test_a_cut_anywhere_keeps_rows_apart() -> None:
    """A value that is cut in two by a row's end must not be found across it."""
    for example in random.Random(7).sample(EXAMPLES, 60):
        for cut in {1, len(example) // 2, max(len(example) - 1, 1)}:
            check([b"tail 4" + example[:cut], example[cut:] + b"1"])


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=4))
def test_resolving_gives_up_no_byte_and_overlaps_none(cells: list[bytes]) -> None:
    raw = ENGINE.raw(of_rows(cells))
    final = resolve(raw)
    assert covered(final) == covered(raw)
    places = sorted(zip(final.row.tolist(), final.start.tolist(), final.end.tolist(), strict=True))
    assert places == list(
        zip(final.row.tolist(), final.start.tolist(), final.end.tolist(), strict=True)
    )
    for one, other in itertools.pairwise(places):
        assert one[0] < other[0] or one[2] <= other[1]


def covered(spans: Spans) -> set[tuple[int, int]]:
    parts = zip(spans.row.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True)
    return {(row, byte) for row, start, end in parts for byte in range(start, end)}
