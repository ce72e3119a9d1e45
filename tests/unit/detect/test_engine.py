"""What the fast ways of the engine rest on, one by one."""

from __future__ import annotations

import ipaddress
import random
import re
import string

import numpy as np
import pyarrow as pa
import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.bulk import MANY
from sluicegate.detect.detector import Detector
from sluicegate.detect.digits import Digits, spaced
from sluicegate.detect.engine import Engine
from sluicegate.detect.marks import find_marks
from sluicegate.detect.outline import runs
from sluicegate.detect.resolve import resolve
from sluicegate.detect.text import of_rows
from sluicegate.detect.validators.checks import iban_check, luhn, varied
from sluicegate.detect.validators.network import ipv4


def marks(text: str) -> tuple[list[int], list[int]]:
    found = find_marks(np.frombuffer(text.encode(), np.uint8))
    runs = zip(*(at.tolist() for at in found.digits), strict=True)
    return [place for start, end in runs for place in range(start, end)], found.signs.tolist()


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("a=1", [2]), ("a: b", [2]), ("a => b", [3, 4]), ("a || b", [3, 4]), ("a ?= b", [3, 4]),
        ("('a', 'b')", [5]), ("a, b", []), ("at 12:30:45", []), ("12:30", [3]), (" 12:30", []),
        ("token12:30", [8]), ("k_12: 30", [5]), ("x 1:2", [4]), ("", []), (":", [1]), ("1:", [2]),
        ("-12:30", [4]), ("é12:30", []),
    ],
)  # fmt: skip
def test_signs_are_where_a_name_may_end(text: str, signs: list[int]) -> None:
    assert marks(text)[1] == signs


def test_digits_are_found_whatever_stands_beside_them() -> None:
    rng = random.Random(1)
    text = "".join(rng.choice(string.printable) for _ in range(5000))
    assert marks(text)[0] == [place for place, c in enumerate(text) if c in string.digits]


def test_runs_of_digits_are_parted_by_the_ends_of_rows_only() -> None:
    rng = random.Random(2)
    for lead in range(64):
        rows = ["".join(rng.choices("01a -", k=rng.choice((0, 0, 1, 7, 9, 30)))) for _ in range(40)]
        whole = of_rows([b"7" * (lead % 9), *(row.encode() for row in rows)])
        found = Digits.of(whole.buffer, find_marks(whole.buffer).digits, whole.starts)
        wanted = [
            (start + match.start(), start + match.end())
            for start, end in zip(whole.starts.tolist(), whole.ends.tolist(), strict=True)
            for match in re.finditer(rb"[0-9]+", whole.buffer[start:end].tobytes())
        ]
        assert list(zip(found.starts.tolist(), found.ends.tolist(), strict=True)) == wanted


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("1 2 3 4 5 6 7 8 9", [17]),
        ("1 2 3 4 5 6 7 8", []),
        ("1-2-3-4-5-6-7-8-9-0", [17, 19]),
        ("12", []),
        ("", []),
    ],
)
def test_digits_that_stand_one_by_one_are_told_by_their_places(text: str, ends: list[int]) -> None:
    buffer = np.frombuffer(text.encode(), np.uint8)
    digits = Digits.of(buffer, find_marks(buffer).digits, np.zeros(1, np.int64))
    assert spaced(digits).tolist() == ends


def test_digits_of_two_rows_are_not_one_by_one() -> None:
    rows = of_rows([b"1 2 3 4 ", b"5 6 7 8 9"])
    digits = Digits.of(rows.buffer, find_marks(rows.buffer).digits, rows.starts)
    assert spaced(digits).tolist() == []


def _slow_luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def test_check_digits_of_many_are_those_of_each() -> None:
    rng = random.Random(2)
    cells = ["".join(rng.choices("0123456789", k=rng.randrange(1, 20))) for _ in range(800)]
    spaced_out = [" ".join(c[i : i + 4] for i in range(0, len(c), 4)) for c in cells]
    for given in (cells, spaced_out):
        rows = of_rows([c.encode() for c in given])
        wanted = [_slow_luhn(c) and len(set(c)) > 1 for c in cells]
        assert luhn(rows.buffer, rows.starts, rows.ends).tolist() == wanted
        wanted = [len(set(c)) > 1 for c in cells]
        assert varied(rows.buffer, rows.starts, rows.ends).tolist() == wanted


def test_check_digits_of_accounts_are_those_of_each() -> None:
    rng = random.Random(3)
    cells = [
        "GB" + "".join(rng.choices("0123456789ABCDEFXYZ", k=rng.randrange(13, 25)))
        for _ in range(999)
    ] + ["GB82WEST12345698765432", "DE89370400440532013000"]
    rows = of_rows([c.encode() for c in cells])

    def slow(cell: str) -> bool:
        return int("".join(str(int(c, 36)) for c in cell[4:] + cell[:4])) % 97 == 1

    found = iban_check(rows.buffer, rows.starts, rows.ends).tolist()
    assert found == [slow(c) for c in cells]
    assert found[-2:] == [True, True]


def test_the_first_number_of_an_address_tells_what_the_library_tells() -> None:
    for first in range(20, 256):
        for rest in ("20.3.4", "168.1.30", "51.100.7", "0.113.9", "254.9.9", "16.4.30", "18.2.30"):
            address = f"{first}.{rest}"
            verdict = ipv4(address.encode())
            assert verdict is not None
            private = ipaddress.ip_address(address).is_private
            assert verdict.lift == (-0.15 if private else 0.0), address


def test_no_verdict_lifts_more_than_its_detector_says(scanner: Scanner) -> None:
    rng = random.Random(4)
    bounded = [d for d in scanner.detectors if d.validator and d.most_lift < 1]
    assert bounded
    for detector in bounded:
        for text in _variants(detector, rng):
            for match in detector.pattern.finditer(text):
                value = match["v"] if "v" in detector.pattern.groupindex else match[0]
                verdict = detector.validator(value) if detector.validator else None
                assert verdict is None or verdict.lift <= detector.most_lift + 1e-9


def _variants(detector: Detector, rng: random.Random) -> list[bytes]:
    texts = [t.encode() for t in detector.examples.match]
    return [
        bytes(rng.choice(b"0123456789") if chr(b).isdigit() else b for b in rng.choice(texts))
        for _ in range(1500)
    ]


MIXED = [
    *(f"user{i}@example{i % 9}.com" for i in range(MANY)),
    *(f"4111 1111 1111 {i:04}" for i in range(MANY)),
    *(f"4111111111111111@example{i}.com" for i in range(40)),
    *(f"(202) 555-{i:04}" for i in range(MANY)),
    *(f"078-05-{i:04}" for i in range(MANY)),
    *(f"219-09-{9000 + i}" for i in range(MANY)),
    *("111-11-1111", "", "jane@example.com, joe@example.com", "a@b", "x" * 300),
]


def test_whole_cells_hide_nothing_that_counts(scanner: Scanner) -> None:
    """What is told after overlaps are resolved is what every pattern gives, whatever was skipped."""
    engine = Engine([d for d in scanner.detectors if not d.advisory])
    for column in (frozenset[str](), frozenset({"phone"}), frozenset({"card", "ssn"})):
        rows = of_rows([text.encode() for text in MIXED])
        fast = resolve(engine.raw(rows, column, looks=False))
        slow = resolve(engine.exhaustive(rows, column))
        for part in ("row", "start", "end", "detector", "score"):
            assert getattr(fast, part).tolist() == getattr(slow, part).tolist(), (column, part)


def test_what_is_only_told_hides_nothing_and_is_no_leak(scanner: Scanner) -> None:
    text = "https://www.example.com/u/jane.roe@example.com?q=1 and docs.example.org"
    told = {s.detector for s in scanner.scan_text(text)}
    assert told >= {"url", "domain", "email"}
    quiet = scanner.scan_text(text, advisory=False)
    assert {s.detector for s in quiet} == {"email"}
    array = pa.array([text])
    advisory = [d.advisory for d in scanner.detectors]
    assert not any(advisory[i] for i in scanner.spans(array).detector)
    assert any(advisory[i] for i in scanner.spans(array, advisory=True).detector)
    batch = pa.record_batch({"site": array})
    found = {n for leaf in scanner.scan(batch).leaves for n in leaf.counts()}
    assert not any(advisory[n] for n in found)


def test_expressions_that_re2_does_not_take_are_told() -> None:
    assert runs("^a{2}$")
    assert not runs("(?=a)")
