"""Anchors are looked for in stretches only; none of them is lost by it."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from sluicegate.detect import Scanner, digits
from sluicegate.detect.anchors import _BESIDE_MARKS, _NEAR_DIGITS, Place, _holds_digit, _places
from sluicegate.detect.digits import Digits, chains, country_checks, dotted
from sluicegate.detect.engine import Engine
from sluicegate.detect.finite import texts_of
from sluicegate.detect.holds import RUN_BYTES, holds_any, run_of
from sluicegate.detect.marks import ODD, find_marks
from sluicegate.detect.prefilter import Prefilter
from sluicegate.detect.runs import SHORTEST_RUN, codes, find_runs
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.stretches import hits_between
from sluicegate.detect.text import Text, of_rows


@pytest.mark.parametrize(
    ("expression", "texts"),
    [
        (b"token[=:]", {b"token=", b"token:"}),
        (b"keys? (?:is|was)", {b"key is", b"keys is", b"key was", b"keys was"}),
        (b"a\\x2fcd", {b"a/cd"}),
        (b"pass\\s", {b"pass" + bytes([c]) for c in b" \t\n\r\v\f"}),
    ],
)
def test_an_expression_of_few_texts_is_these_texts(expression: bytes, texts: set[bytes]) -> None:
    assert set(texts_of(expression, caseless=False)) == texts


@pytest.mark.parametrize(
    "expression",
    [
        b"token[a-z]+",
        b"[A-Za-z0-9]{4}",
        b"a[0-9]",
        b"token.",
        b"[^a]bcd",
        b"(?:abcd){3}",
        b"\\wabc",
    ],
)
def test_an_expression_of_many_or_short_texts_stays_one(expression: bytes) -> None:
    assert texts_of(expression, caseless=False) == ()


def test_the_texts_of_every_anchor_are_what_it_matches() -> None:
    for detector in Scanner.load().detectors:
        flags = re.IGNORECASE if detector.anchor.caseless else 0
        for expression in detector.anchor.expressions:
            texts = texts_of(expression, caseless=detector.anchor.caseless)
            pattern = re.compile(expression.replace(b"[[", b"[\\["), flags)
            assert all(pattern.fullmatch(text) for text in texts), expression


@pytest.mark.parametrize(
    ("expression", "shortest", "whole"),
    [
        (b"ghp_[A-Za-z0-9]{36}", 40, True),
        (b"key ?= ?[a-z]{20,40}", 20, False),
        (b"key=[a-z]{20}(?![a-z])", 24, True),
        (b"(?:abc|d e)[0-9]{4}", 5, False),
        (b"(?:[a-z]+-){2,9}x", 5, True),
        (b"(?:[a-z] )*abc", 3, False),
        (b"a(?: b)?c", 1, False),
        (b"[^ ]{20}", 0, False),
        (b"\\w{5}\\S{5}", 5, False),
        (b"(a)\\1{20}", 1, False),
        (b"ab.cd", 2, False),
    ],
)
def test_the_shortest_run_in_any_match(expression: bytes, shortest: int, whole: bool) -> None:
    assert run_of(expression)[:2] == (shortest, whole)


def test_an_expression_holds_what_all_its_matches_hold() -> None:
    assert holds_any(b"[A-Z]{2}[0-9]{3}", b"0123456789", 5)
    assert holds_any(b"(?:a=|b#)c", b"=#", 9)
    assert not holds_any(b"(?:a=|b)c", b"=#", 9)
    assert not holds_any(b"[A-Z0-9]{3}", b"0123456789", 9)
    assert not holds_any(b"a{0,3}[0-9]{9}", b"0123456789", 11)
    assert not holds_any(b"(?:=)?a", b"=", 9)
    assert holds_any(b"no: (?=[A-Z]{0,9}[0-9])[A-Z0-9]{4,9}", b"0123456789", 13)
    assert not holds_any(b"no: (?![0-9])[A-Z0-9]{4,9}", b"0123456789", 13)
    assert not holds_any(b"(?<=[0-9])[A-Z0-9]{4,9}", b"0123456789", 13)


def _rows(rng: random.Random, alphabet: bytes, count: int) -> Text:
    """Draw rows that lie at some distance from an aligned address."""
    lead = rng.randrange(8)
    sizes = [rng.choice((0, 1, 7, 15, 16, 40, 90)) for _ in range(count)]
    data = bytes(lead) + bytes(rng.choice(alphabet) for _ in range(sum(sizes)))
    ends = np.cumsum(sizes, dtype=np.int64)
    return Text(np.frombuffer(data, np.uint8)[lead:], ends - sizes, ends)


def test_every_long_run_of_a_row_is_found_wherever_it_lies() -> None:
    rng = random.Random(7)
    solid, other = bytes(RUN_BYTES), b' \n"%\xc3\x28'
    for _ in range(1500):
        text = _rows(rng, solid * 2 + other * rng.choice((0, 1, 3)), rng.randrange(1, 9))
        found = find_runs(text.buffer, text.starts)
        spans = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
        assert spans == sorted(spans)
        for start, end in zip(text.starts.tolist(), text.ends.tolist(), strict=True):
            for run in re.finditer(
                rb"[\x2b-\x7f]{%d,}" % SHORTEST_RUN, text.buffer[start:end].tobytes()
            ):
                low, high = start + run.start(), start + run.end()
                assert any(a <= low and high <= b for a, b in spans)


def test_runs_of_prose_are_short() -> None:
    text = of_rows(
        [b"Most words are short, and what goes on in the next row", b"is another run."] * 9
    )
    assert not len(find_runs(text.buffer, text.starts).starts)


def test_code_is_seen_in_a_long_run_only() -> None:
    for wanted, cell in ((1, b"see amFuZS5yb2VAZXhhbXBsZS5jb20= here"), (0, b"see amFuZS5yb here")):
        text = of_rows([cell])
        assert bool(len(codes(find_runs(text.buffer, text.starts)))) == bool(wanted)


def test_what_is_seen_in_stretches_is_what_is_seen_everywhere() -> None:
    rng = random.Random(11)
    words = Prefilter(((b"ab", False), (b"b[0-9]{3}", False)), Shelf())
    sizes = {0: 2, 1: 4}
    for _ in range(1500):
        text = of_rows([bytes(rng.choice(b"ab0 ") for _ in range(rng.randrange(1, 600)))])
        starts = np.array([rng.randint(-50, 620) for _ in range(rng.randint(1, 6))])
        ends = starts + np.array([rng.randint(0, 60) for _ in starts])
        found, everywhere = hits_between(words, text, starts, ends), words.hits(text.buffer)
        stretches = list(zip(starts.tolist(), ends.tolist(), strict=True))
        for number, places in everywhere.items():
            wanted = {
                place
                for place in places.tolist()
                if any(low <= place - sizes[number] and place <= high for low, high in stretches)
            }
            assert wanted <= set(found.get(number, np.zeros(0)).tolist())
        for places in found.values():
            assert places.max() <= len(text.buffer)
            assert (np.diff(places) >= 0).all()


def test_odd_signs_are_found_whatever_stands_beside_them() -> None:
    every = bytes(range(256)) * 3
    found = find_marks(np.frombuffer(every, np.uint8))
    assert found.odd.tolist() == [place for place, byte in enumerate(every) if byte in ODD]


def test_marks_are_the_same_in_dense_text_and_between_words() -> None:
    rng = random.Random(4)
    for _ in range(400):
        dense = "".join(rng.choices("ab 0123:=>,\"'`]\t@{é", k=rng.randrange(1, 60))).encode()
        alone, between = (
            find_marks(np.frombuffer(b"abcdefgh" * n + dense + b"abcdefgh" * n, np.uint8))
            for n in (1, 60)
        )
        shift = 59 * 8
        pairs = zip((*alone.digits, *alone[1:]), (*between.digits, *between[1:]), strict=True)
        assert all((one + shift).tolist() == other.tolist() for one, other in pairs)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("at 2024-01-15 12:30:45 it", []),
        ("at 2024-01-15T12:30:45.678Z it", []),
        ("at 2024-01-15 12:30:45, 5", ["5"]),
        ("at 12:30:45 it", ["12", "30", "45"]),
        ("+2024-01-15 it", ["2024-01-15"]),
        ("Summer2024-01-15 it", ["2024-01-15"]),
        ("on 2024-01-15 12:304 it", ["304"]),
        ("at 2024-01-15 12:30:45.67890 it", ["45.67890"]),
    ],
)
def test_dates_and_their_times_are_no_digits(text: str, left: list[str]) -> None:
    row = of_rows([text.encode()])
    found = Digits.of(row.buffer, find_marks(row.buffer).digits, row.starts)
    starts, ends = chains(found)[:2]
    assert [text[a:b] for a, b in zip(starts, ends, strict=True)] == left


def test_what_is_left_out_around_a_date_holds_no_finding() -> None:
    rng = random.Random(13)
    around = ["at", "on the", "Str.", "phone", "A", "x-y", ", a", "weg", "id", "password", "pw '"]
    drawn = [
        f"{rng.choice(around)} {rng.choice((19, 20))}{rng.randrange(100):02}-{rng.randrange(1, 13):02}"
        f"-{rng.randrange(1, 29):02}{rng.choice(' T')}{rng.randrange(24):02}:{rng.randrange(60):02}"
        f":{rng.randrange(60):02}{rng.choice(('', '.123', 'Z', '+02:00', '!', '-x', ' 4'))}"
        f" {rng.choice(around)}"
        for _ in range(500)
    ]
    text = of_rows([row.encode() for row in drawn])
    for detector in Scanner.load()._engine.detectors:
        if Place.MARKS in _places(detector):
            engine = Engine([detector])
            fast, exact = engine.raw(text, looks=False), engine.exhaustive(text)
            seen = set(zip(fast.row.tolist(), fast.start.tolist(), strict=True))
            lost = set(zip(exact.row.tolist(), exact.start.tolist(), strict=True)) - seen
            assert not lost, (detector.id, [drawn[row] for row, _ in lost][:3])


def test_an_expression_fits_into_the_stretch_beside_a_mark() -> None:
    for detector in Scanner.load()._engine.detectors:
        for expression, place in zip(detector.anchor.expressions, _places(detector), strict=True):
            if place == Place.MARKS:
                assert run_of(expression, caseless=detector.anchor.caseless)[2] <= _BESIDE_MARKS


def test_a_word_is_seen_as_far_from_a_digit_as_its_match_reaches() -> None:
    engine, seen = Scanner.load()._engine, 0
    for detector in engine.detectors:
        if not detector.anchor.expressions or not _holds_digit(detector):
            continue
        reach = detector.longest + detector.lookahead
        assert reach <= _NEAR_DIGITS
        far = b"x" * (_NEAR_DIGITS - 1)
        for example in detector.examples.match:
            text = of_rows([b"", far + b" " + example.encode() + b" " + far, far, b"7", far])
            alone = Engine([detector])
            found, exact = alone.raw(text, looks=False), alone.exhaustive(text)
            assert sorted(found.raw()) == sorted(exact.raw()), (detector.id, example)
            seen += len(found)
    assert seen > 10


def test_timestamps_are_left_out_as_dates_and_their_times_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(17)
    parts = ["2024-01-15 12:30:45", "1999-12-31T23:59:59", "2024-01-15 12:30", "2024-01-15"]
    parts += [
        ".5",
        "Z",
        " ",
        "  ",
        "    ",
        "-",
        "x",
        "GB",
        "+",
        "7",
        "12:30:45",
        "(0",
        "1 2 3",
        ":1",
    ]
    rows = ["".join(rng.choices(parts, k=rng.randrange(1, 9))).encode() for _ in range(4000)]
    text = of_rows(rows)
    runs = find_marks(text.buffer).digits
    left_out = Digits.of(text.buffer, runs, text.starts)
    monkeypatch.setattr(digits, "without_timestamps", lambda *parts: parts[1:4])
    everything = Digits.of(text.buffer, runs, text.starts)
    assert len(left_out.starts) < len(everything.starts)
    for shape in (chains, dotted, country_checks):
        told, wanted = (shape(found) for found in (left_out, everything))
        assert np.array_equal(told, wanted), shape
