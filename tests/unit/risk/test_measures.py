"""Every measure against pyCANON, value by value, on generated tables in generated batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycanon import anonymity

from sluicegate.errors import CombinationsExceeded, MaskingError
from sluicegate.risk import Measured, RiskMeter, Sieve

QUASI = ["year", "city", "gender"]


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(1, 60))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    cities, years = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    skew = draw(st.sampled_from([0.2, 1.0, 5.0]))
    illness = generator.dirichlet([skew] * 5)
    return pd.DataFrame(
        {
            "year": 1950 + generator.integers(0, years, rows),
            "city": np.array(["Ulm", "Bonn", "Köln", "Jena"])[generator.integers(0, cities, rows)],
            "gender": np.array(["f", "m"])[generator.integers(0, 2, rows)],
            "illness": np.array(list("abcde"))[generator.choice(5, rows, p=illness)],
            "salary": generator.integers(0, draw(st.integers(1, 9)), rows) ** 3,
        }
    )


def batches(frame: pd.DataFrame, size: int, *, encoded: bool = False) -> Iterator[pa.RecordBatch]:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for batch in table.to_batches(max_chunksize=size):
        yield pa.RecordBatch.from_arrays(
            [c.dictionary_encode() if encoded else c for c in batch.columns], batch.schema.names
        )


def measured(frame: pd.DataFrame, size: int = 7, *, encoded: bool = False, **more: Any) -> Measured:
    meter = RiskMeter(quasi=more.pop("quasi", QUASI), **more)
    for batch in batches(frame, size, encoded=encoded):
        meter.add(batch)
    return meter.measure()


@settings(max_examples=120, deadline=None)
@given(tables(), st.integers(1, 70), st.booleans())
def test_all_measures_agree_with_pycanon(frame: pd.DataFrame, size: int, encoded: bool) -> None:
    found = measured(frame, size, encoded=encoded, sensitive=["illness", "salary"])
    assert found.rows.sum() == len(frame)
    assert found.rows.min() == anonymity.k_anonymity(frame, QUASI)
    assert sorted(found.rows) == sorted(frame.groupby(QUASI).size())
    for one in found.sensitive:
        column = [one.column]
        assert one.ordered == (one.column == "salary")
        assert one.distinct.min() == anonymity.l_diversity(frame, QUASI, column)
        # theirs is cut to a whole number, and a little below it may be rounding
        theirs = anonymity.entropy_l_diversity(frame, QUASI, column)
        assert theirs - 1e-9 <= one.entropy.min() < theirs + 1 + 1e-9
        if len(set(frame[one.column])) > 1:  # with one value theirs divides by nought
            theirs = anonymity.t_closeness(frame, QUASI, column)
            assert one.distance.max() == pytest.approx(theirs, abs=1e-12)
        else:
            assert one.distance.max() == 0


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 70))
def test_the_entropy_is_that_of_each_class(frame: pd.DataFrame, size: int) -> None:
    found = measured(frame, size, sensitive=["illness"]).sensitive[0]
    shares = frame.groupby(QUASI)["illness"].value_counts(normalize=True)
    own = np.exp((-shares * np.log(shares)).groupby(level=[0, 1, 2]).sum())
    assert sorted(found.entropy) == pytest.approx(sorted(own))


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 70), st.integers(2, 6))
def test_people_are_counted_up_to_what_is_enough(
    frame: pd.DataFrame, size: int, enough: int
) -> None:
    frame["person"] = [f"p{n % 11}" for n in range(len(frame))]
    found = measured(frame, size, subjects=["person"], enough=enough)
    own = frame.groupby(QUASI)["person"].nunique().clip(upper=enough)
    assert sorted(found.people) == sorted(own)


def test_people_of_many_classes_in_many_merges() -> None:
    generator = np.random.default_rng(5)
    rows = 600_000
    frame = pd.DataFrame(
        {"year": generator.integers(0, 40_000, rows), "person": generator.integers(0, 90_000, rows)}
    )
    found = measured(frame, 50_000, quasi=["year"], subjects=["person"], enough=5)
    own = frame.groupby("year")["person"].nunique().clip(upper=5)
    assert sorted(found.people) == sorted(own)
    assert sorted(found.rows) == sorted(frame.groupby("year").size())


@pytest.mark.parametrize(
    "array",
    [
        pa.array([f"{n % 50:032x}" for n in range(200)]),
        pa.array([f"{n % 50:032x}" for n in range(300)])[100:],
        pa.array(["x" * (n % 50) for n in range(200)], pa.large_string()),
        pa.array([str(n % 50) if n % 50 else None for n in range(200)]).dictionary_encode(),
        pa.array([n % 50 for n in range(200)], pa.uint64()),
        pa.array([n % 50 for n in range(200)]),
        pa.array([(n % 50).to_bytes(2, "big") for n in range(200)], pa.binary(2)),
        pa.array([bytes([255, n % 50]) for n in range(200)]),
        pa.array([n % 50 / 7 for n in range(200)]),
    ],
    ids=lambda array: str(array.type),
)
def test_people_of_every_type(array: pa.Array) -> None:
    meter = RiskMeter(quasi=[], subjects=["person"], enough=100)
    for start in (0, 90):
        part = array.slice(start, 110)
        meter.add(pa.RecordBatch.from_arrays([part], ["person"]))
    assert meter.measure().people.tolist() == [len(set(array.drop_null().to_pylist()))]


def test_a_row_that_is_repeated_is_one_person() -> None:
    frame = pd.DataFrame({"year": [1950] * 10, "person": ["p1"] * 9 + [None]})
    found = measured(frame, quasi=["year"], subjects=["person"], enough=5)
    assert (found.rows.tolist(), found.people.tolist()) == ([10], [1])


def test_null_is_a_value_of_its_own() -> None:
    frame = pd.DataFrame({"city": ["Ulm", None, "Ulm", None, None]})
    assert sorted(measured(frame, 2, quasi=["city"]).rows) == [2, 3]


@pytest.mark.parametrize("encoded", [False, True])
def test_a_null_is_no_further_sensitive_value(encoded: bool) -> None:
    frame = pd.DataFrame({"city": list("aabbb"), "illness": ["x", None, None, None, None]})
    found = measured(frame, 2, encoded=encoded, quasi=["city"], sensitive=["illness"]).sensitive[0]
    assert sorted(found.distinct) == [0, 1]
    assert sorted(found.entropy) == [0.0, 1.0]
    assert found.distance.max() > 0  # who has a value is told from who has none


def test_nulls_in_indices_and_in_the_dictionary_are_one() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([0, None, 1]), pa.array(["a", None]))
    meter = RiskMeter(quasi=["city"])
    meter.add(pa.RecordBatch.from_arrays([array], ["city"]))
    assert sorted(meter.measure().rows) == [1, 2]


def test_a_column_of_nulls_and_no_column_are_one_class() -> None:
    batch = pa.RecordBatch.from_arrays([pa.nulls(4)], ["city"])
    for quasi in (["city"], []):
        meter = RiskMeter(quasi=quasi)
        meter.add(batch)
        meter.add(batch)
        assert meter.measure().rows.tolist() == [8]


def test_nothing_is_nothing() -> None:
    meter = RiskMeter(quasi=["city"], sensitive=["illness"], subjects=["person"])
    assert meter.measure().rows.tolist() == []


def test_values_that_only_look_alike_are_kept_apart() -> None:
    values = ["a", "A", "a ", "a\0", "á", "a\u0301", "", "\0"]
    frame = pd.DataFrame({"x": [v for v in values for _ in values], "y": values * len(values)})
    assert measured(frame, quasi=["x", "y"]).rows.tolist() == [1] * len(values) ** 2


def test_columns_are_not_run_together() -> None:
    frame = pd.DataFrame({"x": ["ab", "a", ""], "y": ["c", "bc", "abc"]})
    assert measured(frame, quasi=["x", "y"]).rows.tolist() == [1, 1, 1]


def test_many_wide_columns_stay_exact() -> None:
    """Their combinations would not fit in 64 bits: 40 columns of 1,000 values."""
    generator = np.random.default_rng(3)
    base = generator.integers(0, 1000, (1000, 40))
    rows = np.vstack([base, base[:300]])
    frame = pd.DataFrame(rows, columns=[f"c{i}" for i in range(40)])
    found = measured(frame, 400, quasi=list(frame.columns))
    assert sorted(found.rows) == [1] * 700 + [2] * 300


def test_too_many_combinations_are_refused_and_not_guessed() -> None:
    frame = pd.DataFrame({"x": np.arange(200_000) % 500, "y": np.arange(200_000) // 500})
    with pytest.raises(CombinationsExceeded, match=r"more than 1,000 distinct .* x, y"):
        measured(frame, 50_000, quasi=["x", "y"], most=1000)
    with pytest.raises(CombinationsExceeded, match="of y"):
        measured(frame.assign(y=np.arange(200_000)), 50_000, quasi=["y"], most=1000)


def test_nested_values_are_refused() -> None:
    meter = RiskMeter(quasi=["tags"])
    with pytest.raises(MaskingError, match="'tags'"):
        meter.add(pa.RecordBatch.from_arrays([pa.array([["a"], ["b"]])], ["tags"]))


@settings(max_examples=40, deadline=None)
@given(tables(), st.integers(1, 70), st.integers(2, 6))
def test_rows_of_failing_classes_are_left_out(frame: pd.DataFrame, size: int, k: int) -> None:
    meter = RiskMeter(quasi=QUASI)
    for batch in batches(frame, size):
        meter.add(batch)
    found = meter.measure()
    sieve = Sieve(meter, found.codes.take(np.flatnonzero(found.rows < k)))
    kept = pa.Table.from_batches([sieve.keep(b) for b in batches(frame, size)]).to_pandas()
    own = frame[frame.groupby(QUASI)["year"].transform("size") >= k]
    pd.testing.assert_frame_equal(kept, own.reset_index(drop=True), check_dtype=False)
