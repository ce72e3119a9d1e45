"""Cells in which a detector begins in vain all the time: how much slower than prose they may be."""

from __future__ import annotations

import base64
import random
import time

import numpy as np
import pytest

from sluicegate.detect import Scanner, disguise
from sluicegate.detect.text import of_rows

SIZE = 200_000
TIMES = 5
WORDS = b"the boat lay in a quiet bay while rain fell over grey hills and nobody came by".split()
ODD = [c.encode() for c in "\u200b\u00ad\uff20\u0660\U0001d7d8\u0430@.=:\n密"]
RUNS = [base64.b64encode(random.Random(n).randbytes(12)) + b" " for n in range(500)]
CELLS = {
    "names and signs": ([b"password=", b"xpassword=", b"token:password="], 900),
    "names alone": ([b"looker_api_token =", b"secret_key ="], 300),
    "digits and signs": ([bytes([sign]) for sign in b"0123456789-. /()+"], 450),
    "groups of digits": ([b"3782-"], 200),
    "beginnings of accounts": ([b"de89 "], 300),
    "colons": ([b"bind to ::"], 120),
    "odd characters": (ODD, 300),
    "what may be code": ([b"TRAVIS_SEC2ET=NTDwKo9AfxQbBX50EIBAGeT"], 90),
    "code of its own each": (RUNS, 60),
    "commands": ([b"unzip -P O"], 250),
}
"""What each kind of cell is put together from, and how many times as slow as prose it may be: two to
three times what it is."""


def _seconds(scanner: Scanner, cell: bytes) -> float:
    rows = of_rows([cell])
    times = []
    for _ in range(TIMES):
        start = time.thread_time()
        scanner._engine.find(rows)
        times.append(time.thread_time() - start)
    return min(times)


def _cell(pieces: list[bytes], seed: int = 7) -> bytes:
    count = SIZE // min(map(len, pieces))
    return b"".join(random.Random(seed).choices(pieces, k=count))[:SIZE]


@pytest.fixture(scope="module")
def prose(scanner: Scanner) -> float:
    """Return the seconds that prose takes."""
    return _seconds(scanner, _cell([word + b" " for word in WORDS]))


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_of_false_starts_is_read_in_bounded_time(
    scanner: Scanner, prose: float, kind: str
) -> None:
    pieces, most = CELLS[kind]
    took = _seconds(scanner, _cell(pieces))
    assert took < most * prose, f"{took / prose:.0f} times as slow as prose"


@pytest.mark.parametrize("seed", range(20))
def test_where_disguises_are_dense_none_is_left_out(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    plain = ["ж".encode(), b"a", b"7 ", "ö".encode(), *(word + b" " for word in WORDS)]
    cell = b"".join(rng.choices(ODD + plain * rng.randrange(1, 30), k=2000))
    buffer = np.frombuffer(cell, dtype=np.uint8)
    each = np.sort(np.concatenate(disguise._disguised(buffer)))
    monkeypatch.setattr(disguise, "_SELDOM", len(cell) + 1)
    dense = np.sort(np.concatenate(disguise._disguised(buffer)))
    # What was seen ends behind the character, or behind the one that stands beside it.
    before = dense[np.searchsorted(dense, each, side="right") - 1]
    assert len(each)
    assert ((each - before >= 0) & (each - before < disguise._LONGEST)).all()
