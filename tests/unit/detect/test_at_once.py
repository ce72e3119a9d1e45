"""Windows that are confirmed at once give what they give one by one."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from sluicegate.detect import Scanner, at_once, seek
from sluicegate.detect import engine as engine_module
from sluicegate.detect.at_once import Hearing, confirm_at_once
from sluicegate.detect.budget import Budget
from sluicegate.detect.confirm import confirm
from sluicegate.detect.context import AFTER, BEFORE, sure_places, words_around
from sluicegate.detect.detector import Detector
from sluicegate.detect.engine import Engine
from sluicegate.detect.spans import Raw
from sluicegate.detect.text import Text, of_rows
from sluicegate.detect.windows import Windows, near, whole_rows

_BETWEEN = [b" ", b", ", b"\n", b"", b"; tel: ", b" call ", b"=", b": ", b"xx", b" Order no. "]


@pytest.fixture(autouse=True)
def _however_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once, "ENOUGH", 1)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Scanner.load()._engine


def _texts(detector: Detector, rng: random.Random) -> Text:
    """Lay examples side by side, some of them with a byte changed."""
    examples = [e.encode() for e in (*detector.examples.match, *detector.examples.no_match)]
    rows = [b""]
    for _ in range(60):
        parts = []
        for _ in range(rng.choice((1, 1, 1, 2, 3, 9))):
            part = bytearray(rng.choice(examples))
            if part and rng.random() < 0.2:
                part[rng.randrange(len(part))] = rng.choice(b"0aZ .@=\xc3")
            parts += [bytes(part), rng.choice(_BETWEEN)]
        rows.append(b"".join(parts[rng.randrange(2) :]))
    return of_rows(rows)


def _hearing(engine: Engine, number: int, text: Text, windows: Windows) -> Hearing | None:
    """Tell what the engine tells of the words near windows."""
    detector = engine.detectors[number]
    if number not in engine._nearby.users:
        return None
    words = engine._nearby.hits(text, [(windows.starts, windows.ends)])
    flags = near(windows, engine._nearby.places(words, number), BEFORE, AFTER)
    return Hearing(flags, engine._nearby.sure(text, words, detector.context))


def _both(
    engine: Engine, number: int, text: Text, windows: Windows, least: int | None
) -> tuple[list[Raw], list[Raw]]:
    """Confirm one by one, and at once; the budgets must end alike."""
    hearing = _hearing(engine, number, text, windows)
    flags = None if hearing is None else hearing.near
    detector, none = engine.detectors[number], frozenset[str]()
    first, second = _budget(text, least), _budget(text, least)
    slow = confirm(detector, number, text, windows, none, first, near=flags)
    spans, rest = confirm_at_once(detector, number, text, windows, none, second, hearing)
    flags = None if flags is None else flags[rest]
    some = confirm(detector, number, text, windows.where(rest), none, second, near=flags)
    if first is not None and second is not None:
        assert first.unread == second.unread
        settled = ~np.isin(np.arange(len(text.starts)), [*first.unread])
        assert (first.left == second.left)[settled].all()
    return sorted(_rounded(slow)), sorted([*spans.raw(), *_rounded(some)])


def _budget(text: Text, least: int | None) -> Budget | None:
    """Leave some steps to each row; without a least, any number."""
    if least is None:
        return None
    budget = Budget(text)
    drawn = np.random.default_rng(least).integers(least, 3 * least, size=len(text.starts))
    budget.left[:] = drawn
    return budget


def _rounded(found: list[Raw]) -> list[Raw]:
    return [(r, a, b, n, float(np.float32(score))) for r, a, b, n, score in found]


@pytest.mark.parametrize("least", [None, 4000, 3])
def test_every_detector_confirms_the_same_at_once(engine: Engine, least: int | None) -> None:
    rng, found = random.Random(least), 0
    for number, detector in enumerate(engine.detectors):
        if not detector.examples.match:
            continue
        text = _texts(detector, rng)
        anchored = engine._anchors.find(text)
        for windows in (whole_rows(text), engine._windows(anchored, number)):
            if windows is None:
                continue
            slow, fast = _both(engine, number, text, windows, least)
            assert slow == fast, detector.id
            found += len(fast)
    assert found > 10_000 if least is None else found


def test_searches_in_parts_find_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    number = next(n for n, d in enumerate(engine.detectors) if d.id == "email")
    text = of_rows([b"x%d@example.org, " % n * (n % 4) for n in range(500)])
    windows = engine._windows(engine._anchors.find(text), number)
    assert windows is not None
    whole = confirm_at_once(
        engine.detectors[number], number, text, windows, frozenset(), None, None
    )
    monkeypatch.setattr(seek, "_HELD", 5000)
    parts = confirm_at_once(
        engine.detectors[number], number, text, windows, frozenset(), None, None
    )
    assert len(whole[0]) > 500
    assert list(whole[0].raw()) == list(parts[0].raw())


def test_most_windows_are_confirmed_at_once(engine: Engine) -> None:
    number = next(n for n, d in enumerate(engine.detectors) if d.id == "phone_spoken")
    text = of_rows([b"Please call 0171 555 %04d today" % n for n in range(300)])
    windows = engine._windows(engine._anchors.find(text), number)
    assert windows is not None
    hearing = _hearing(engine, number, text, windows)
    spans, rest = confirm_at_once(
        engine.detectors[number], number, text, windows, frozenset(), Budget(text), hearing
    )
    assert len(spans) == 300
    assert not rest.any()


def test_dense_and_sparse_lines_of_one_text_are_confirmed_alike(engine: Engine) -> None:
    rng = random.Random(8)
    lines = [
        *(f"a{n}@example.org" for n in range(40)), "+1 202-555-0143,+1 202-555-0144", "0011 202 555 01",
        *("filler " * n for n in (3, 90)), "00 49 30 123456 00 49 30 123457,1", "12.03.2024 00:49", "x" * 70,
    ]  # fmt: skip
    rows = [",".join(rng.choices(lines, k=k)).encode() for k in (0, 1, 5, 60, 900)]
    rows += [b";".join(b"b%d@example.net" % n for n in range(700)), b"@" * 500, b"+1 " * 600]
    text, found = of_rows(rows), 0
    for name in ("email", "phone_international", "phone_nanp", "phone_formatted"):
        number = next(n for n, d in enumerate(engine.detectors) if d.id == name)
        windows = engine._windows(engine._anchors.find(text), number)
        assert windows is not None
        thinned = engine_module._thinned(engine.detectors[number], text, windows, None)
        for some in (windows, thinned, whole_rows(text)):
            for least in (None, 100_000, 600):
                slow, fast = _both(engine, number, text, some, least)
                assert slow == fast, (name, least)
                found += len(fast)
    assert found > 10_000


def test_a_word_that_is_sure_is_among_the_words_around() -> None:
    rng = random.Random(5)
    parts = [
        *(b"call", b"CALL", b"Call", b"caLL", b"recall", b"calls", b"tel", b"Tel", b"\xc3\xa9tel"),
        *(b" ", b": ", b"=", b"_", b"-", b"7", b"x", b"X", b"\n", b'"', b"order", b"id:", b"\xc3\xa9"),
    ]  # fmt: skip
    sure_of = 0
    for _ in range(4000):
        value = b"0171 5550123"
        before, after = (b"".join(rng.choices(parts, k=rng.randrange(12))) for _ in range(2))
        other = b"".join(rng.choices(parts, k=3))
        text = of_rows([other, before + value + after, other])
        raw, lower = text.raw, text.raw.lower()
        ends = [
            p + len(w) for w in (b"call", b"tel") for p in range(len(raw)) if lower.startswith(w, p)
        ]
        sizes = [
            len(w) for w in (b"call", b"tel") for p in range(len(raw)) if lower.startswith(w, p)
        ]
        places = sure_places(text, np.array(ends, np.int64), np.array(sizes, np.int64))
        low = len(other) + len(before)
        bounds = (low, low + len(value), int(text.starts[1]), int(text.ends[1]))
        if places.beside(text, *(np.array([b]) for b in bounds))[0]:
            sure_of += 1
            assert {"call", "tel"} & words_around(raw, *bounds)
    assert sure_of > 400


def test_redaction_counts_the_same_few_and_many(engine: Engine) -> None:
    scanner = Scanner.load()
    rows = [f"Mail a{n}@example.org or call +1 202-555-{n % 10000:04}" for n in range(500)]
    many = scanner.spans(pa.array(rows))
    few = [span for row in rows for span in scanner.spans(pa.array([row])).raw()]
    assert [place[1:] for place in many.raw()] == [place[1:] for place in few]
