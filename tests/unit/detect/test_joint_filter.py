"""What the filter drops is what ``joint`` refuses: compared at every line end of mixed texts."""

from __future__ import annotations

import random

import numpy as np
import pytest

from sluicegate.detect.joint_filter import FEW, promising
from sluicegate.detect.joints import joint
from sluicegate.detect.text import of_rows

PIECES = [
    *(b"DE12 3456", b"AB12CD", b"4111 1111", b"555", b"12", b"2024-01-15", b"10:11:12", b"Zahl "),
    *(b"jane.roe@exam", b"ple.org", b"@", b"abcdef123456", b"word-and-word", b"A1b2C3d4E5f6G7"),
    *(b" ", b"-", b"\r", b",", b"x", b"7", b"Q", b"word ", b"x" * 260, b"9" * 260, b"  ", b"> "),
]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_dropped_is_no_joint(seed: int) -> None:
    rng = random.Random(seed)
    rows = [
        b"".join(
            b"".join(rng.choices(PIECES, k=rng.randrange(4))) + b"\n"
            for _ in range(rng.randrange(60))
        )
        + rng.choice([b"", b"1", b"tail"])
        for _ in range(6)
    ]
    text = of_rows(rows)
    ats = np.flatnonzero(text.buffer == ord("@")) + 1
    ends, wanted = [], set()
    for row, start in zip(rows, text.starts.tolist(), strict=True):
        for place in (n + 1 for n, byte in enumerate(row) if byte == ord("\n") and n > 1):
            ends.append(start + place)
            if joint(row, place):
                wanted.add(start + place)
    kept = set(promising(text, np.array(ends, dtype=np.int64), ats).tolist())
    assert wanted <= kept
    assert len(ends) <= FEW or len(kept) < len(ends), "some are dropped"


def test_columns_of_numbers_and_names_are_dropped() -> None:
    text = of_rows(
        [b"".join(b"17%04d 10:11:12\n" % n for n in range(99)), b"NAME=word-word\n" * 99]
    )
    ends = np.flatnonzero(text.buffer == ord("\n")) + 1
    kept = promising(text, ends, np.zeros(0, dtype=np.int64))
    assert kept.tolist() == [int(ends[0])], "only the first line has none above it"
