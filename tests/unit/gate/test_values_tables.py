"""The guard of values looks through frames, series and arrays, and redacts them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pydantic
import pytest

from sluicegate.gate.values import ValueGuard
from sluicegate.settings import Settings

EMAIL = "jane.roe@shop.example.com"
CARD = 4111111111111111


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> ValueGuard:
    return ValueGuard.open(Settings.load(home=tmp_path_factory.mktemp("home")))


HOLDING = {
    "pandas": pd.DataFrame({"a": ["x", EMAIL]}),
    "pandas, mixed": pd.DataFrame({"a": [1, EMAIL, {"b": 2}]}),
    "pandas, bytes": pd.DataFrame({"a": [b"x", EMAIL.encode("utf-16")]}),
    "pandas, nested": pd.DataFrame({"a": [[{"b": EMAIL}]]}),
    "pandas, index": pd.DataFrame({"a": [1]}, index=[EMAIL]),
    "pandas, indices": pd.DataFrame({"a": [1]}, index=pd.MultiIndex.from_tuples([(EMAIL, 1)])),
    "pandas, label": pd.DataFrame({EMAIL: [1]}),
    "pandas, label of two": pd.DataFrame({("a", EMAIL): [1]}),
    "pandas, category": pd.DataFrame({"a": pd.Categorical([EMAIL])}),
    "series": pd.Series([EMAIL]),
    "series, name": pd.Series([1], name=EMAIL),
    "polars": pl.DataFrame({"a": ["x", EMAIL]}),
    "polars, nested": pl.DataFrame({"a": [[{"b": EMAIL}]]}),
    "polars, object": pl.DataFrame({"a": pl.Series([{EMAIL}], dtype=pl.Object)}),
    "polars, bytes": pl.DataFrame({"a": [EMAIL.encode("utf-16")]}),
    "polars, series": pl.Series("a", [EMAIL]),
    "arrow": pa.table({"a": ["x", EMAIL]}),
    "arrow, metadata": pa.table({"a": [1]}).replace_schema_metadata({"by": EMAIL}),
    "arrow, dictionary": pa.table({"a": pa.array([EMAIL]).dictionary_encode()}),
    "arrow, batch": pa.RecordBatch.from_pydict({"a": [EMAIL]}),
    "arrow, array": pa.array([EMAIL]),
    "arrow, scalar": pa.scalar(EMAIL),
    "numpy, text": np.array([[EMAIL, "x"]]),
    "numpy, bytes": np.array([EMAIL.encode()]),
    "numpy, objects": np.array([{"a": EMAIL}], dtype=object),
    "numpy, records": np.array([(1, EMAIL)], dtype=[("a", "i4"), ("b", "U40")]),
    "numpy, masked": np.ma.array([EMAIL], mask=[True]),
    "numpy, scalar": np.str_(EMAIL),
    "url": pydantic.TypeAdapter(pydantic.AnyUrl).validate_python(f"https://x.test/?to={EMAIL}"),
}


@pytest.mark.parametrize("name", HOLDING)
def test_an_address_is_seen_in_tables(guard: ValueGuard, name: str) -> None:
    found = guard.look({"table": HOLDING[name]}, where="v")
    assert {f.data_class for f in found} == {"email"}
    assert "jane" not in repr(found)
    assert guard.look(HOLDING[name], where="v", strict=False)


@pytest.mark.parametrize(
    "value",
    [np.int64(CARD), np.array([CARD]), pd.DataFrame({"a": [None, CARD]}), pl.Series([CARD])],
)
def test_a_card_is_seen_in_columns_of_numbers(guard: ValueGuard, value: object) -> None:
    assert {f.data_class for f in guard.look(value, where="v")} == {"card"}


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": [1, None], "b": ["x", None], "c": pd.to_datetime(["2026-11-28"] * 2)}),
        pl.DataFrame({"a": [1.5], "b": ["x"], "c": [None]}),
        pa.table({"a": [1], "b": [[1, 2]]}),
        np.zeros((3, 4)),
        np.datetime64("2026-11-28"),
        np.bool_(True),
        pd.NA,
        pd.NaT,
        pd.Timestamp("2026-11-28"),
    ],
)
def test_harmless_tables_are_clean(guard: ValueGuard, value: object) -> None:
    assert guard.look(value, where="v") == ()


def test_cells_are_told(guard: ValueGuard) -> None:
    frame = pd.DataFrame({"a": ["x", EMAIL], "b c": [EMAIL, "x"]})
    assert {f.where for f in guard.look(frame, where="v")} == {"v.a[1]", "v{1}[0]"}


def _cells(value: Any) -> Any:
    if isinstance(value, (pd.DataFrame, np.ndarray)):
        return np.asarray(value).tolist()
    return value.to_pylist() if isinstance(value, pa.Table) else value.rows()


@pytest.mark.parametrize("name", ["pandas", "pandas, mixed", "polars", "arrow", "numpy, text"])
def test_tables_are_redacted(guard: ValueGuard, name: str) -> None:
    redacted = guard.redact({"table": HOLDING[name]}, where="v")
    assert isinstance(redacted, dict)
    assert type(redacted["table"]) is type(HOLDING[name])
    assert str(_cells(redacted["table"])) == str(_cells(HOLDING[name])).replace(EMAIL, "{EMAIL}")
