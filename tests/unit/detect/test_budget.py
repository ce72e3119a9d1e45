"""The bound on the work for one cell: what is too dense to be read counts as found."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.budget import ALWAYS, BYTES_A_STEP, SCORE, SHORT, UNREAD, Budget, cost_of
from sluicegate.detect.bulk import likely
from sluicegate.detect.confirm import confirm
from sluicegate.detect.detector import Anchor, Detector, Examples
from sluicegate.detect.engine import Engine
from sluicegate.detect.spans import Spans
from sluicegate.detect.text import of_rows
from sluicegate.detect.windows import Windows, whole_rows
from sluicegate.model.data import DataClass

COLONS = b":: " * 30_000
"""A candidate of an address at every third byte, and none is one."""
MAIL = b"jane.roe@example.org"


def unread(scanner: Scanner, spans: Spans) -> list[tuple[int, int, int]]:
    number = scanner.detectors.index(UNREAD)
    parts = zip(
        spans.row.tolist(), spans.start.tolist(), spans.end.tolist(), spans.detector, strict=True
    )
    return [(row, start, end) for row, start, end, detector in parts if detector == number]


def covered(spans: Spans, row: int, size: int) -> np.ndarray:
    seen = np.zeros(size, dtype=bool)
    for index in np.flatnonzero(spans.row == row):
        seen[spans.start[index] : spans.end[index]] = True
    return seen


def test_a_cell_that_is_too_dense_is_unread_from_end_to_end(scanner: Scanner) -> None:
    spans = scanner.spans(pa.array([COLONS, b"::", MAIL]))
    stretches = unread(scanner, spans)
    assert stretches == [(0, 0, len(COLONS))], "only the cell that is too dense"


def test_no_byte_that_could_be_found_is_passed_over(
    scanner: Scanner,
) -> None:
    """An engine without a bound says what there is: no byte of it lies outside of the findings."""
    rng = random.Random(1)
    parts = [
        b"%s 2001:db8:%x::%x " % (MAIL, rng.randrange(65536), rng.randrange(65536))
        if n % 99 == 0
        else b":: "
        for n in range(40_000)
    ]
    cell = b"".join(parts)
    text = of_rows([cell])
    unbounded = Engine([d for d in scanner.detectors if not d.advisory and d is not UNREAD])
    bound = scanner.spans(pa.array([cell]))
    assert unread(scanner, bound)
    there = covered(unbounded.find(text), 0, len(cell))
    assert there.any()
    assert not (there & ~covered(bound, 0, len(cell))).any()


def test_what_was_found_before_stays_what_it_is(scanner: Scanner) -> None:
    spans = scanner.spans(pa.array([MAIL + b" " + COLONS]))
    first = int(np.flatnonzero(spans.start == 0)[0])
    assert scanner.detectors[spans.detector[first]].id == "email"


def test_a_wrapping_does_not_hide_that_something_is_unread(scanner: Scanner) -> None:
    escaped = b"%3a%3a%20" * 20_000
    spans = scanner.spans(pa.array([escaped]))
    assert unread(scanner, spans) == [(0, 0, len(escaped))]


def test_the_same_cell_has_the_same_findings(scanner: Scanner) -> None:
    cells = pa.array([COLONS])
    one, other = scanner.spans(cells), scanner.spans(cells)
    assert one.start.tolist() == other.start.tolist()
    assert one.end.tolist() == other.end.tolist()


def test_a_finding_of_it_gives_way_to_any_other(scanner: Scanner) -> None:
    assert all(d.threshold > SCORE for d in scanner.detectors if d is not UNREAD)


@pytest.mark.parametrize(
    "line",
    [
        lambda rng: b"a%d.b%d@example.org" % (rng.randrange(10**6), rng.randrange(10**6)),
        lambda rng: b"+1 212 555 %04d" % rng.randrange(10**4),
        lambda rng: b",".join(b"%d" % rng.randrange(10**15, 10**16) for _ in range(9)),
        lambda rng: b",".join(b"%.5f" % rng.gauss(0, 99) for _ in range(9)),
        lambda rng: rng.randbytes(38).hex().encode(),
        lambda rng: b"key_%d=%d&token=%d" % tuple(rng.randrange(10**6) for _ in range(3)),
        lambda rng: b"10.%d.%d.%d" % tuple(rng.randrange(256) for _ in range(3)),
        lambda rng: b"%d" % rng.randrange(10**12, 10**13),
        lambda rng: b"std::vector<a::b%d> c::d; e::f();" % rng.randrange(99),
        lambda rng: b"API_KEY=your_key_%d\nTOKEN=/run/%s" % (rng.randrange(99), b"secrets/" * 30),
    ],
    ids=[
        *("mail", "phone", "long numbers", "fractions", "hexadecimal", "names", "addresses"),
        *("numbers one by one", "code", "settings"),
    ],
)
def test_what_people_keep_is_always_read(scanner: Scanner, line: object) -> None:
    rng = random.Random(2)
    cell = b"\n".join(line(rng) for _ in range(10_000))  # type: ignore[operator]
    assert not unread(scanner, scanner.spans(pa.array([cell])))


def test_a_document_of_ten_thousand_addresses_is_found_to_the_last(scanner: Scanner) -> None:
    addresses = [b"a%d@example.org" % n for n in range(10_000)]
    cell = b"; ".join(addresses)
    spans = scanner.spans(pa.array([cell]))
    assert [cell[a:b] for a, b in zip(spans.start, spans.end, strict=True)] == addresses


def test_steps_follow_the_bytes_of_each_row() -> None:
    budget = Budget(of_rows([b"", b"x" * 1000]))
    assert budget.left.tolist() == [ALWAYS, ALWAYS + 1000 // BYTES_A_STEP]


def test_a_long_value_that_is_none_takes_a_step_for_each_few_bytes() -> None:
    assert [cost_of(size) for size in (1, SHORT, SHORT + 8, 512)] == [1, 1, 2, 61]


def test_detectors_share_the_steps_of_a_row() -> None:
    found = Detector(
        id="x",
        data_class=DataClass("x"),
        expression=rb"x+y",
        outline="x+y",
        anchor=Anchor(),
        score=1.0,
        longest=99,
        examples=Examples(match=()),
        source="",
    )
    text = of_rows([b"xxx xy", b"xy"])
    budget = Budget(text)
    budget.left[0] = 3
    assert len(confirm(found, 0, text, whole_rows(text), budget=budget)) == 2
    assert budget.left.tolist() == [2, ALWAYS]
    confirm(found, 0, text, whole_rows(text), budget=budget)
    assert not budget.unread
    assert len(confirm(found, 0, text, whole_rows(text), budget=budget)) == 1
    assert budget.unread == {0}


def test_unread_rows_are_findings_from_end_to_end() -> None:
    budget = Budget(of_rows([b"x" * 10, b"", b"y" * 50]))
    assert len(budget.findings(9)) == 0
    budget.unread.update([2, 0])
    spans = budget.findings(9)
    found = zip(spans.row.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True)
    assert list(found) == [(0, 0, 10), (2, 0, 50)]
    assert set(spans.detector.tolist()) == {9}


def test_windows_that_overlap_many_times_over_are_not_written_out(scanner: Scanner) -> None:
    detector = next(d for d in scanner.detectors if d.id == "private_key")
    text = of_rows([b"-" * 10_000])
    starts = np.arange(500, dtype=np.int64)
    dense = Windows(starts, np.full(500, 10_000), np.zeros(500, dtype=np.int64), starts + 1)
    assert likely(detector, text, dense) is dense
    apart = Windows(*(part[:3] for part in dense))
    assert len(likely(detector, text, apart).starts) == 0, "none of them holds a key"
