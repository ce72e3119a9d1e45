"""Queries as data engineers write them: they run, and give what masking first would give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sluicegate.model.plan import Carries


def test_a_benign_query_gives_the_result_of_masking_first(
    targets: Callable[[str], Any], plain: Callable[[Any], Any], benign: Any
) -> None:
    target = targets(benign.dialect)
    outcome, told = target.extract(benign)
    assert outcome is not None, told
    assert outcome.released, "; ".join(f"{r.code} {r.message} {r.place}" for r in outcome.reasons)
    table = target.output(benign)
    raw_text = [c.carries is Carries.RAW_TEXT for c in outcome.plan.columns]
    got = [
        tuple(
            "text" if is_text and cell is not None else plain(cell)
            for is_text, cell in zip(raw_text, row.values(), strict=True)
        )
        for row in table.to_pylist()
    ]
    expected = [tuple(map(plain, row)) for row in target.reference(benign, outcome)]
    assert sorted(map(repr, got)) == sorted(map(repr, expected))
    assert target.shop.canaries.found_in(repr(table.to_pylist()) + told) == []
