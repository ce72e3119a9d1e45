"""Where a match may begin before its sign, told from the pattern."""

from __future__ import annotations

import random
import re

import numpy as np
import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.engine import Engine
from sluicegate.detect.lead import lead_of, lead_starts
from sluicegate.detect.marks import table
from sluicegate.detect.text import of_rows


@pytest.mark.parametrize(
    ("expression", "lead"),
    [
        (rb"[a-c]{1,9}@x", b"abc"),
        (rb"(?<!z)(?:a|b[0-1]+?)c?@", b"01abc"),
        (rb"@x", b""),
        (rb"[^ ]+@", b""),
        (rb"\w+@", b""),
        (rb"a@b@", b"a"),
        (rb"(?:a@|b@)", b""),
        (rb"(?:a@)?@", b""),
        (rb"abc", b""),
    ],
)
def test_a_lead_is_told_only_if_it_is_sure(expression: bytes, lead: bytes) -> None:
    assert bytes(lead_of(expression, ord("@"))) == lead


def test_a_lead_begins_where_its_bytes_do() -> None:
    rng = random.Random(3)
    for _ in range(300):
        text = bytes(rng.choices(b"ab@ ", k=rng.randrange(1, 80)))
        ends = np.array([match.end() for match in re.finditer(b"@", text)], dtype=np.int64)
        most = rng.randrange(1, 12)
        found = lead_starts(np.frombuffer(text, np.uint8), ends, table(b"ab"), most)
        for end, start in zip(ends.tolist(), found.tolist(), strict=True):
            before = text[max(end - 1 - most, 0) : end - 1]
            assert end - 1 - start == len(before) - len(before.rstrip(b"ab"))


def test_addresses_in_long_rows_are_found_with_their_leads() -> None:
    engine = Engine([d for d in Scanner.load().detectors if d.id == "email"])
    assert engine._anchors.leads
    rng = random.Random(5)
    pieces = [
        "jane.roe@example.com",
        "@",
        "a@b",
        " ",
        "x" * 70,
        "bounces+a@b.example.org",
        "!",
        "é",
    ]
    pieces += ["_x%+~-y@mail.example.net", "prvs=12ab=jane@example.com", "word " * 20, "."]
    rows = ["".join(rng.choices(pieces, k=30)).encode() for _ in range(200)]
    rows += [b"filler " * 40_000]  # so that signs are rare enough for leads to be looked for
    fast, exact = engine.raw(of_rows(rows), looks=False), engine.exhaustive(of_rows(rows))
    assert len(exact) > len(rows)
    assert sorted(fast.raw()) == sorted(exact.raw())
