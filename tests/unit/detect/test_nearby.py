"""Words beside matches, told for a block at once: none that counts is overlooked."""

from __future__ import annotations

import random

import numpy as np

from sluicegate.detect import Scanner
from sluicegate.detect.context import AFTER, BEFORE, words_around
from sluicegate.detect.nearby import Nearby
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Spans
from sluicegate.detect.text import of_rows
from sluicegate.detect.windows import Windows, near

WORDS = [
    frozenset({"id", "tel", "order", "überweisung"}),
    frozenset({"ip", "id", "電話", "карта"}),
    frozenset[str](),
]
PIECES = [
    *(
        "id",
        "ID",
        "Id",
        "tel",
        "hotel",
        "Tel",
        "myOrder",
        "orderId",
        "ip_addr",
        "ship",
        "IPs",
        "rid",
    ),
    *("Überweisung", "電話番号", "карта", " ", "  ", "-", "_", ".", "7", "x", "é", "\n", "word "),
]


def test_no_word_that_counts_is_overlooked_at_any_place() -> None:
    rng = random.Random(1)
    nearby = Nearby(WORDS, Shelf())
    assert nearby.users == {0, 1}
    heard = overheard = 0
    for _ in range(250):
        rows = ["".join(rng.choices(PIECES, k=rng.randrange(12))).encode() for _ in range(12)]
        text = of_rows(rows)
        spots = sorted(rng.randrange(len(text.buffer) + 1) for _ in range(8))
        starts = np.array(spots, dtype=np.int64)
        ends = np.minimum(starts + rng.randrange(4), len(text.buffer))
        hits = nearby.hits(text, [(starts, ends)])
        windows = Windows(starts, ends, text.rows_of(starts + 1), ends)
        for number, words in enumerate(WORDS):
            flags = near(windows, nearby.places(hits, number), BEFORE, AFTER)
            for start, end, row, flag in zip(
                *(part.tolist() for part in (starts, ends, windows.rows, flags)), strict=True
            ):
                low, high = int(text.starts[row]), int(text.ends[row])
                if not low <= start < end <= high:
                    continue
                counts = not words.isdisjoint(words_around(text.raw, start, end, low, high))
                assert flag or not counts, (rows, start, number)
                heard, overheard = heard + counts, overheard + (flag and not counts)
        assert nearby.heard(hits) == {n for n in (0, 1) if len(nearby.places(hits, n))}
    assert heard > overheard > 0


def test_no_stretch_has_no_words() -> None:
    nearby = Nearby(WORDS, Shelf())
    assert not nearby.hits(of_rows([b"id tel"]), [])
    assert not nearby.hits(of_rows([]), [(np.zeros(1, np.int64), np.zeros(1, np.int64))])


def test_scores_are_those_of_the_slow_scan_whatever_words_stand_around() -> None:
    engine, rng = Scanner.load()._engine, random.Random(2)
    values = ["(202) 555-0143", "4111 1111 1111 1111", "192.0.2.17", "GB82 WEST 1234 5698 7654 32"]
    values += ["078-05-1120", "S1234567D", "+49 30 901820", "130890610"]
    around = ["call", "phone", "card", "order", "invoice", "account", "ip", "version", "the", "of"]
    around += ["ssn", "nric", "ID", "orderId", "process", "public", "Version:", "order_id=", "fax"]
    rows = [
        " ".join([*rng.choices(around, k=rng.randrange(5)), rng.choice(values), rng.choice(around)])
        for _ in range(600)
    ]
    text = of_rows([row.encode() for row in rows])
    fast, exact = (
        _all(spans) for spans in (engine.raw(text, looks=False), engine.exhaustive(text))
    )
    assert len(exact) > len(rows) / 2
    assert fast == exact


def _all(spans: Spans) -> set[tuple[int, int, int, int, float]]:
    return set(spans.raw())
