"""Chains of digits that no match can be in are left out; none that one is in."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.chain_run import run_in_chain
from sluicegate.detect.confirm import confirm
from sluicegate.detect.digits import Digits, chains
from sluicegate.detect.marks import find_marks
from sluicegate.detect.text import of_rows
from sluicegate.detect.validators.phone_chains import national
from sluicegate.detect.validators.phone_plans import layouts
from sluicegate.detect.windows import whole_rows


@pytest.mark.parametrize(
    ("expression", "digits", "run"),
    [
        (rb"(?<![0-9])[0-9]{9}(?![0-9])", 9, 9),
        (rb"[0-9]{3}[ -]?[0-9]{4}", 7, 4),
        (rb"(?P<v>[A-Z]{2}[0-9]{6}[A-D]?)", 6, 6),
        (rb"[0-9]{2}([ -])[0-9]{4}\1[0-9]{2}", 8, 4),
        (rb"[0-9]{2}([ -])[0-9]{4}(?:\1[0-9]{2})?", 6, 4),
        (rb"(?:[0-9]{8}|[0-9]{3}-[0-9]{5})", 8, 5),
        (rb"(?:[0-9] ?){9}", 9, 1),
        # Letters may part its digits, so that the chain with the run need not be the one with most.
        (rb"[0-9]{4}[A-Z][0-9]{3}", 4, 1),
        (rb"[0-9]{2}[A-Z0-9][0-9]{6}", 6, 1),
        # The chain does not hold as many digits as are asked for, or ends far from the match's end.
        (rb"[0-9]{6}", 7, 1),
        (rb"[a-z]{20}[0-9]{6}", 6, 1),
        (rb"[0-9]{6}.{0,40}", 6, 1),
        (rb"[0-9]{6}(?P<n>[a-z]+)(?P=n)", 6, 1),
    ],
)
def test_a_run_is_told_only_if_it_is_sure(expression: bytes, digits: int, run: int) -> None:
    assert run_in_chain(expression, digits, 8, 8) == run


def test_most_detectors_of_digits_need_some_side_by_side() -> None:
    detectors = {d.id: d.anchor.run for d in Scanner.load().detectors}
    assert detectors["pl_pesel"] == 11  # unbroken
    assert detectors["card"] == detectors["us_ssn"] == 4  # in groups
    assert detectors["phone_formatted"] == 1


def test_the_longest_run_of_a_chain_is_counted() -> None:
    rows = of_rows([b"203.45.67.89 x 4111 1111 1 y 1234567-8 z 12"])
    found = chains(Digits.of(rows.buffer, find_marks(rows.buffer).digits, rows.starts))
    assert found.counts.tolist() == [9, 9, 8, 2]
    assert found.runs.tolist() == [3, 4, 7, 2]


def test_the_sieve_of_national_numbers_drops_none() -> None:
    scanner = Scanner.load()
    number = next(n for n, d in enumerate(scanner.detectors) if d.id == "phone_formatted")
    rng = random.Random(11)
    cells = [_written(rng).encode() for _ in range(6000)]
    text = of_rows(cells)
    found = confirm(scanner.detectors[number], number, text, whole_rows(text))
    places = chains(Digits.of(text.buffer, find_marks(text.buffer).digits, text.starts))
    kept = national(text.buffer, places.starts, places.ends)
    assert 0 < np.count_nonzero(kept) < 0.6 * len(kept)
    rows = {row for row, *_ in found}
    assert len(rows) > 20  # enough to tell
    assert rows <= set(text.rows_of(places.ends[kept]).tolist())


def test_many_chains_in_one_text_give_the_findings_of_each_alone() -> None:
    scanner = Scanner.load()
    engine = scanner._engine
    rng = random.Random(12)
    cells = [_written(rng).encode() for _ in range(3000)]
    number = next(n for n, d in enumerate(scanner.detectors) if d.id == "phone_formatted")
    text = of_rows(cells)
    fast = engine.raw(text, looks=False)
    own = fast.detector == number
    exact = confirm(scanner.detectors[number], number, text, whole_rows(text))
    assert list(zip(fast.row[own], fast.start[own], fast.end[own], strict=True)) == [
        found[:3] for found in exact
    ]


def _written(rng: random.Random) -> str:
    """Write digits in groups of some region, or in others, with something beside them."""
    sizes = rng.choice(list(layouts())) if rng.random() < 0.6 else rng.choices(range(1, 6), k=4)
    groups = ["".join(rng.choices("0123456789", k=size)) for size in sizes]
    text = rng.choice([" ", "-", ".", "/", "  ", "_"]).join(groups)
    before = rng.choice(["", "", "x ", "(", "0 ", "+", "5 ", "2024-01-15 12:30:45 "])
    after = rng.choice(["", "", " y", ")", " 7", " 2024-01-15 12:30:45", "a", "."])
    return before + text + after
