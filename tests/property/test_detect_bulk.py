"""Many cells at once against cell by cell: the same findings, and nothing taken that is none."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.detect.bulk import MANY
from sluicegate.detect.confirm import confirm
from sluicegate.detect.detector import Detector
from sluicegate.detect.engine import Engine
from sluicegate.detect.loader import load_catalogue
from sluicegate.detect.resolve import resolve
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Spans
from sluicegate.detect.text import of_rows
from sluicegate.detect.windows import whole_rows

CATALOGUE = load_catalogue(shelf=Shelf.of_user())
ENGINE = Engine(CATALOGUE.detectors)
FORMS = [(d, n) for d in CATALOGUE.detectors for n in range(len(d.whole))]


def keys(spans: Spans) -> set[tuple[int, int, int, int]]:
    parts = (spans.row, spans.start, spans.end, spans.detector)
    return set(zip(*(part.tolist() for part in parts), strict=True))


def scores(spans: Spans) -> dict[tuple[int, int, int, int], float]:
    return {
        (int(r), int(s), int(e), int(d)): round(float(score), 5)
        for r, s, e, d, score in zip(
            spans.row, spans.start, spans.end, spans.detector, spans.score, strict=True
        )
    }


def check(cells: list[bytes], engine: Engine = ENGINE) -> None:
    laid = of_rows(cells)
    fast, exact = scores(engine.raw(laid, looks=False)), scores(engine.exhaustive(laid))
    assert exact.keys() - fast.keys() == set(), "missed"
    assert fast.keys() - exact.keys() == set(), "added"
    assert fast == exact


@pytest.mark.parametrize(("detector", "form"), FORMS, ids=lambda v: getattr(v, "id", str(v)))
def test_what_a_form_takes_is_what_pattern_and_validator_take(
    detector: Detector, form: int
) -> None:
    whole = detector.whole[form]
    strategy = st.from_regex(whole.pattern.encode(), fullmatch=True)
    number = CATALOGUE.detectors.index(detector)
    checked = 0

    @settings(max_examples=150, deadline=None, database=None)
    @given(st.lists(strategy, min_size=1, max_size=20))
    def compare(values: list[bytes]) -> None:
        nonlocal checked
        cells = [v for v in values if b"\n" not in v]
        laid = of_rows(cells)
        taken = np.ones(len(cells), dtype=np.bool_)
        if whole.check is not None and cells:
            taken = whole.check(laid.buffer, laid.starts, laid.ends)
        exact = {r[0]: r for r in confirm(detector, number, laid, whole_rows(laid))}
        for row in np.flatnonzero(taken).tolist():
            checked += 1
            assert exact[row][1:4] == (0, len(cells[row]), number)
            assert exact[row][4] == pytest.approx(min(detector.score + whole.lift, 1.0))

    compare()
    assert checked or whole.check is not None


def _column(detector: Detector, rng: random.Random) -> list[bytes]:
    """A column full of one kind of value: examples whose digits and letters change."""
    texts = [t.encode() for t in detector.examples.match if len(t) < 300]

    def other(match: re.Match[bytes]) -> bytes:
        byte = match.group()
        if byte.isdigit():
            return str(rng.randrange(10)).encode()
        return bytes([byte[0] + rng.choice((-1, 0, 0, 0, 1))]) if byte.isalpha() else byte

    return (
        [
            re.sub(rb"[0-9]|[b-y]", other, text) if rng.random() < 0.7 else text
            for text in rng.choices(texts, k=MANY + 60)
        ]
        if texts
        else []
    )


@pytest.mark.parametrize("detector", CATALOGUE.detectors, ids=lambda d: d.id)
def test_a_dense_column_gives_what_every_pattern_over_every_cell_gives(detector: Detector) -> None:
    rng = random.Random(detector.id)
    check(_column(detector, rng), Engine([detector]))


def test_dense_columns_beside_each_other_do_not_mix() -> None:
    rng = random.Random(7)
    cells = [c for d in CATALOGUE.detectors if d.whole for c in _column(d, rng)]
    rng.shuffle(cells)
    laid = of_rows(cells)
    spans = ENGINE.find(laid)
    # of what a whole cell hides, nothing would have been left
    assert scores(spans) == scores(resolve(ENGINE.exhaustive(laid)))
    assert all((a[0], a[2]) <= (b[0], b[1]) for a, b in pairwise(sorted(keys(spans))))
    assert keys(resolve(ENGINE.raw(laid))) == keys(spans)


@pytest.mark.parametrize("detector", CATALOGUE.detectors, ids=lambda d: d.id)
def test_an_outline_matches_wherever_the_pattern_does(detector: Detector) -> None:
    rng = random.Random(detector.id)
    cells = [b"x " + c + b" y" for c in _column(detector, rng)] + _column(detector, rng)
    matched = pc.match_substring_regex(pa.array(cells, pa.binary()), detector.outline).to_pylist()
    for cell, found in zip(cells, matched, strict=True):
        assert found or detector.pattern.search(cell) is None
