"""Blocks of a text: every row once and whole, and as many as fit."""

from __future__ import annotations

import numpy as np
import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.text import BLOCK_BYTES, BLOCK_ROWS, Text, of_rows

PLAIN = b"the order was shipped on time and nobody had to ask for it again\n" * 2
DENSE = b'{"a": 1, "b": [2, 3.5], "c": "2024-01-15"}' * 3


def rows(text: Text) -> list[bytes]:
    return [
        block.value(row, 0, int(block.ends[row] - block.starts[row]))
        for _, block in text.blocks()
        for row in range(len(block.starts))
    ]


@pytest.mark.parametrize("cell", [PLAIN, DENSE, b"", b"x"])
def test_every_row_is_in_one_block(cell: bytes) -> None:
    text = of_rows([cell, b"", cell + b"!"] * 12_000)
    firsts = [first for first, _ in text.blocks()]
    counts = [len(block.starts) for _, block in text.blocks()]
    assert firsts == np.cumsum([0, *counts[:-1]]).tolist()
    assert rows(text) == [cell, b"", cell + b"!"] * 12_000


def test_blocks_of_dense_text_stay_small_and_those_of_plain_text_need_not() -> None:
    dense = [block for _, block in of_rows([DENSE] * 50_000).blocks()]
    plain = [block for _, block in of_rows([PLAIN] * 50_000).blocks()]
    assert max(len(block.buffer) for block in dense) <= BLOCK_BYTES
    assert max(len(block.starts) for block in dense) <= BLOCK_ROWS
    assert len(plain) == 1 < len(dense)


def test_a_finding_stands_at_its_row_whatever_block_that_is_in() -> None:
    """Text that turns dense behind a plain beginning is scanned in blocks of both kinds."""
    cells = [PLAIN] * 70_000 + [DENSE] * 20_000
    planted = {5, 65_535, 65_536, 69_999, 70_000, 89_999}
    texts = [cell + b" jane@example.com" * (n in planted) for n, cell in enumerate(cells)]
    found = Scanner.load()._engine.find(of_rows(texts))
    assert set(found.row.tolist()) == planted
