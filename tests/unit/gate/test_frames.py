"""Tables in memory: everything they hold is scanned, and nothing else is kept."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sluicegate.detect import open_scanner
from sluicegate.errors import DetectionError
from sluicegate.gate.frames import FrameScan, scan_frame

MAIL = "jane.roe@example.com"


def scanned(frame: Any) -> FrameScan:
    found = scan_frame(open_scanner(), frame)
    assert found is not None
    return found


class Frame(pd.DataFrame):  # type: ignore[misc]
    """A frame that may carry more than its rows."""


def with_attributes() -> pd.DataFrame:
    frame = pd.DataFrame({"n": [1]})
    frame.attrs["made for"] = MAIL
    return frame


DIRTY: dict[str, Callable[[], Any]] = {
    "Arrow table": lambda: pa.table({"mail": [MAIL, None]}),
    "record batch": lambda: pa.record_batch({"mail": [MAIL]}),
    "reader": lambda: pa.table({"mail": [MAIL]}).to_reader(),
    "nested": lambda: pa.table({"rows": [[{"mail": MAIL}]]}),
    "map": lambda: pa.table(
        {"m": pa.array([[(MAIL, 1)]], pa.map_(pa.string(), pa.int64()))}
    ),
    "binary": lambda: pa.table({"raw": [MAIL.encode()]}),
    "card as a number": lambda: pa.table({"card": [4111111111111111]}),
    "column name": lambda: pa.table({MAIL: [1]}),
    "metadata": lambda: pa.table({"n": [1]}).replace_schema_metadata({"who": MAIL}),
    "dictionary": lambda: pa.table({"m": pa.array([MAIL]).dictionary_encode()}),
    "pandas": lambda: pd.DataFrame({"mail": [MAIL]}),
    "pandas index": lambda: pd.DataFrame({"n": [1]}, index=[MAIL]),
    "pandas attributes": with_attributes,
    "pandas category": lambda: pd.DataFrame({"c": pd.Categorical(["a"], categories=["a", MAIL])}),
    "polars": lambda: pl.DataFrame({"rows": [{"mail": [MAIL]}]}),
    "polars category": lambda: pl.DataFrame({"c": pl.Series(["a"], dtype=pl.Enum(["a", MAIL]))}),
}  # fmt: skip


@pytest.mark.parametrize("kind", DIRTY)
def test_it_is_found(kind: str) -> None:
    found = scanned(DIRTY[kind]())
    assert not found.clean
    assert MAIL not in repr(found)


@pytest.mark.parametrize(
    "frame",
    [
        pa.table({}),
        pa.table({"n": [1], "plan": ["pro"]}),
        pd.DataFrame({"when": pd.to_datetime(["2026-01-01"]), "x": [1.5]}),
        pl.DataFrame({"plan": pl.Series([None, "pro"], dtype=pl.Enum(["pro"]))}),
        pa.table({"pseudonym": ["0123456789abcdef" * 2]}),
    ],
)
def test_what_holds_nothing_is_clean(frame: Any) -> None:
    assert scanned(frame).clean


def hidden_by_slice() -> pa.Table:
    return pa.table({"mail": [MAIL, "none"], "n": [1, 2]}).slice(1)


def hidden_by_null() -> pa.Table:
    mask = pa.array([True, False])
    return pa.table({"s": pa.StructArray.from_arrays([pa.array([MAIL, "b"])], ["q"], mask=mask)})


def hidden_by_dictionary() -> pa.Table:
    column = pa.DictionaryArray.from_arrays(pa.array([1, 1]), pa.array([MAIL, "none"]))
    return pa.table({"mail": column})


@pytest.mark.parametrize("make", [hidden_by_slice, hidden_by_null, hidden_by_dictionary])
def test_what_no_row_shows_is_not_kept(make: Any) -> None:
    frame = make()
    assert MAIL.encode() in pickle.dumps(frame), "it is there, though no row shows it"
    found = scanned(frame)
    assert found.clean
    assert found.kept.to_pylist() == frame.to_pylist()
    assert found.kept.schema == frame.schema
    assert MAIL.encode() not in pickle.dumps(found.kept)


def test_a_reader_is_kept_as_a_reader_over_the_same_rows() -> None:
    table = pa.table({"n": list(range(100_000))})
    found = scanned(table.to_reader(max_chunksize=1000))
    assert isinstance(found.kept, pa.RecordBatchReader)
    assert found.kept.read_all().equals(table)
    assert found.scan.rows == 100_000


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"mixed": [1, "a", object()]}),
        pl.DataFrame({"odd": pl.Series([object()], dtype=pl.Object)}),
    ],
)
def test_what_has_no_type_is_not_scanned(frame: Any) -> None:
    with pytest.raises(DetectionError) as caught:
        scanned(frame)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("value", [Frame({"n": [1]}), [1], "text", pl.LazyFrame({"n": [1]})])
def test_what_is_no_plain_table_is_for_others_to_look_at(value: Any) -> None:
    assert scan_frame(open_scanner(), value) is None


def test_names_that_are_findings_are_withheld() -> None:
    found = scanned(pa.table({MAIL: ["a@example.com"]}))
    assert {c.column for c in found.scan.counts} == {
        "(column name)",
        "(column 1, name withheld)",
    }
