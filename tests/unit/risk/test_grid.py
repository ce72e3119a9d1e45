"""An array with a cell for each combination counts as grouping does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.risk import Measured, RiskMeter, distances
from sluicegate.risk.grid import Grid
from sluicegate.risk.rows import Rows

Stream = list[list[tuple[int, str, int]]]
KINDS = [pa.int64(), pa.string(), pa.int64()]
VALUES = st.tuples(st.integers(0, 6), st.sampled_from("abcde"), st.integers(0, 9))


def measured(stream: Stream, most: int) -> Measured:
    meter = RiskMeter(quasi=["x", "y"], sensitive=["s"], subjects=["s"], enough=3, most=most)
    for rows in stream:
        columns = [pa.array([row[n] for row in rows], kind) for n, kind in enumerate(KINDS)]
        meter.add(pa.record_batch(columns, ["x", "y", "s"]))
    return meter.measure()


def by_class(found: Measured, places: Any) -> list[Any]:
    one = found.sensitive[0]
    names = zip(*(c.tolist() for c in found.codes.columns), strict=True)
    told = zip(
        names,
        found.rows.tolist(),
        found.people.tolist(),
        one.distinct.tolist(),
        one.entropy.round(9).tolist(),
        one.distance.round(9).tolist(),
        strict=True,
    )
    return sorted(told, key=places)


@settings(deadline=None)
@given(st.lists(st.lists(VALUES, max_size=30), max_size=5), st.integers(1, 400))
def test_what_does_not_fit_is_grouped_to_the_same_end(stream: Stream, fits: int) -> None:
    """The array is given up at whatever moment; ``most`` stands for its size as well."""
    whole = measured(stream, 2_000_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Grid, "_fit", lambda self, rows: fitting(self, rows, fits))
        small = measured(stream, 2_000_000)
        patch.setattr(Grid, "add", lambda *_: False)
        grouped = measured(stream, 2_000_000)
    expected = by_class(grouped, lambda told: told[0]) if grouped.sensitive else []
    assert by_class(whole, lambda told: told[0]) == expected
    assert by_class(small, lambda told: told[0]) == expected


_FIT = Grid._fit


def fitting(grid: Grid, rows: Rows, most: int) -> bool:
    grid._most = most
    return _FIT(grid, rows)


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=60))
def test_the_distance_by_cells_is_that_by_pairs(rows: list[tuple[int, str, int]]) -> None:
    by_cells = measured([rows], 2_000_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distances, "_DENSE", 0)
        by_pairs = measured([rows], 2_000_000)
    assert by_cells.sensitive[0].distance == pytest.approx(
        by_pairs.sensitive[0].distance, abs=1e-12
    )


def test_rows_that_stand_for_none_are_not_lost() -> None:
    meter = RiskMeter(quasi=["x"])
    for counts in ([5, 1], [0, 2], [3, 0]):
        meter.add(pa.record_batch([pa.array([counts[0] % 4, 9])], ["x"]), np.array(counts))
    keys, found = meter.keyed(bytes(32))
    assert sorted(found.tolist()) == [0, 3, 3, 5]
    assert len(keys) == 4
