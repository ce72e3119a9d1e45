"""What a sink holds is what it was given, or the run fails: formats, types, faults of files."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate.errors import OutputDiffers
from sluicegate.gate.plants import keyed_values
from sluicegate.gate.sink_proof import ProvenStaging, without_dictionaries
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks import LocalSink, formats, text_formats
from sluicegate.sinks.intake import STRETCH, Intake

ROWS = 60
MOMENT = dt.datetime(2020, 2, 29, 3, 4, 5, 6)  # noqa: DTZ001 - with and without a zone
TEXTS = [
    None,
    "",
    "plain",
    "=1+1",
    "'=1",
    '"quoted", too',
    "two\r\nlines",
    "ü𝒳",
    "\x01\x7f",
    "NULL",
]
FORMATS = [
    ("parquet", ""), ("parquet", "none"), ("arrow", ""), ("arrow", "none"), ("csv", ""),
    ("csv", "gzip"), ("csv", "zstd"), ("jsonl", ""), ("jsonl", "gzip"), ("jsonl", "zstd"),
]  # fmt: skip


def flat() -> dict[str, pa.Array]:
    texts = pa.array([TEXTS[i % len(TEXTS)] for i in range(ROWS)])
    floats = [float("nan"), float("inf"), float("-inf"), -0.0, 1e300, None]
    moments = [MOMENT + dt.timedelta(microseconds=i) for i in range(ROWS)]
    return {
        "whole": pa.array([i if i % 5 else None for i in range(ROWS)]),
        "byte": pa.array(range(ROWS), pa.uint8()),
        "large": pa.array([2**63 - 1, -(2**63)] * (ROWS // 2)),
        "float": pa.array(floats * (ROWS // len(floats))),
        "short": pa.array([0.1] * ROWS, pa.float32()),
        "text": texts,
        "long": texts.cast(pa.large_string()),
        "few": texts.dictionary_encode(),
        "truth": pa.array([True, None, False] * (ROWS // 3)),
        "day": pa.array([MOMENT.date()] * ROWS),
        "moment": pa.array(moments),
        "zoned": pa.array(moments, pa.timestamp("us", "Europe/Berlin")),
        "exact": pa.array(range(ROWS), pa.timestamp("ns", "UTC")),
        "time": pa.array([MOMENT.time()] * ROWS),
        "price": pa.array([Decimal("1.50")] * ROWS, pa.decimal128(10, 2)),
        "nothing": pa.nulls(ROWS),
    }


def nested() -> dict[str, pa.Array]:
    return {
        "bytes": pa.array([b"\x00a", None] * (ROWS // 2)),
        "list": pa.array([[1, None, i] if i % 3 else None for i in range(ROWS)]),
        "struct": pa.array([{"a": i, "b": [str(i)]} if i % 3 else None for i in range(ROWS)]),
        "map": pa.array([[("k", i)] for i in range(ROWS)], pa.map_(pa.string(), pa.int64())),
        "pair": pa.array([[i, None] for i in range(ROWS)], pa.list_(pa.int64(), 2)),
        "span": pa.array([dt.timedelta(seconds=1, microseconds=5)] * ROWS),
        "fixed": pa.array([b"abcd"] * ROWS, pa.binary(4)),
        "id": pa.array([b"0123456789abcdef"] * ROWS, pa.uuid()),
        "wide": pa.array([Decimal("1.50")] * ROWS, pa.decimal256(60, 2)),
    }


def staged(output: Path, options: OutputOptions, batch: pa.RecordBatch) -> ProvenStaging:
    sink = LocalSink(options)
    staging = ProvenStaging(sink.stage(str(output), "run", lambda _: {}), options)
    for first in range(0, max(1, batch.num_rows), 17):
        staging.write(batch.slice(first, 17))
    staging.finish()
    return staging


def canaries(batch: pa.RecordBatch, count: int = 20) -> pa.RecordBatch:
    plain = without_dictionaries(batch.schema)
    values = [keyed_values(field.type, field.name, count) for field in plain]
    return pa.RecordBatch.from_arrays(values, schema=plain)


@pytest.mark.parametrize(("form", "compression"), FORMATS)
@pytest.mark.parametrize(
    "layout",
    [
        {},
        {"rows_per_group": 7},
        {"rows_per_file": 19, "rows_per_group": 8},
        {"partition_by": ("truth",)},
    ],
)
def test_every_type_is_read_back_as_it_was_written(
    tmp_path: Path, form: Any, compression: str, layout: dict[str, Any]
) -> None:
    columns = flat() if form == "csv" else flat() | nested()
    batch = pa.record_batch(list(columns.values()), list(columns))
    options = OutputOptions(format=form, compression=compression, **layout)
    staging = staged(tmp_path / "out", options, batch)
    read = staging.prove(canaries(batch))
    assert (read.rows, read.canaries) == (ROWS, 20)
    assert read.compared == ROWS or layout.get("partition_by")
    staging.publish({})
    assert not [p for p in (tmp_path / "out").rglob("*") if p.is_file() and "trial" in p.name]


@pytest.mark.parametrize("form", ["parquet", "arrow", "csv", "jsonl"])
def test_canaries_may_be_more_than_a_small_dictionary_holds(tmp_path: Path, form: Any) -> None:
    few = pa.array(["a", "b", None] * 5).cast(pa.dictionary(pa.int8(), pa.string()))
    batch = pa.record_batch([few], ["few"])
    staging = staged(tmp_path / "out", OutputOptions(format=form), batch)
    assert staging.prove(canaries(batch, 400)).canaries == 400


@pytest.mark.parametrize("form", ["parquet", "arrow", "csv"])
def test_two_columns_may_have_one_name(tmp_path: Path, form: Any) -> None:
    batch = pa.record_batch([pa.array([1, 2]), pa.array(["a", "b"])], ["same", "same"])
    staging = staged(tmp_path / "out", OutputOptions(format=form), batch)
    assert staging.prove(canaries(batch)).compared == 2


def test_formulas_that_are_let_through_are_read_back(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        options = OutputOptions(format="csv", unsafe_csv_formulas=True)
        batch = pa.record_batch([pa.array(TEXTS)], ["=text"])
        assert staged(tmp_path / "out", options, batch).prove(canaries(batch)).compared


def two_texts(rows: int = ROWS) -> pa.RecordBatch:
    left, right = ([f"{side} {i}" for i in range(rows)] for side in "ab")
    return pa.record_batch([pa.array(left), pa.array(right)], ["left", "right"])


def swapped(table: pa.Table) -> pa.Table:
    return table.select(["right", "left"]).rename_columns(table.schema.names)


def halved(table: pa.Table) -> pa.Table:
    return table.slice(0, table.num_rows // 2)


def raw(table: pa.Table) -> pa.Table:
    return table.set_column(0, "left", pa.array(["ann@example.com"] * table.num_rows))


@pytest.mark.parametrize(("form", "compression"), FORMATS)
@pytest.mark.parametrize("fault", [swapped, halved, raw])
@pytest.mark.parametrize("rows", [ROWS, 0])
def test_a_writer_that_alters_rows_is_found_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: Any,
    compression: str,
    fault: Callable[[pa.Table], pa.Table],
    rows: int,
) -> None:
    """Of a result without rows it is the canaries that show it."""
    kinds: dict[str, Any] = {
        "parquet": formats._Parquet,
        "arrow": formats._Arrow,
        "csv": text_formats.CsvWriter,
        "jsonl": text_formats.JsonLinesWriter,
    }
    kind = kinds[form]
    write = kind.write
    monkeypatch.setattr(kind, "write", lambda self, table: write(self, fault(table)))
    options = OutputOptions(format=form, compression=compression)
    staging = staged(tmp_path / "out", options, two_texts(rows))
    with pytest.raises(OutputDiffers) as caught:
        staging.prove(canaries(two_texts()))
    assert "ann@" not in f"{caught.value}{caught.value.__cause__}{caught.value.__context__}"
    staging.discard()
    assert list(tmp_path.iterdir()) == []


def only_file(tmp_path: Path) -> Path:
    (file,) = tmp_path.rglob("part-*")
    return file


@pytest.mark.parametrize(("form", "compression"), FORMATS)
@pytest.mark.parametrize("left", [0.0, 0.5, 0.99])
def test_a_file_that_lost_its_end_is_found_out(
    tmp_path: Path, form: Any, compression: str, left: float
) -> None:
    options = OutputOptions(format=form, compression=compression)
    staging = staged(tmp_path / "out", options, two_texts(500))
    file = only_file(tmp_path)
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * left)])
    with pytest.raises(OutputDiffers):
        staging.prove(canaries(two_texts()))


def test_a_file_that_is_another_one_is_found_out(tmp_path: Path) -> None:
    staging = staged(tmp_path / "out", OutputOptions(), two_texts())
    pq.write_table(
        pa.Table.from_batches([two_texts()]).rename_columns(["a", "b"]), only_file(tmp_path)
    )
    with pytest.raises(OutputDiffers, match="other columns"):
        staging.prove(None)
    wrong = pa.table({"left": pa.array([{"a": 1}] * ROWS), "right": two_texts()["right"]})
    pq.write_table(wrong, only_file(tmp_path))
    with pytest.raises(OutputDiffers, match="other types"):
        staging.prove(None)


def test_a_file_that_is_gone_is_found_out(tmp_path: Path) -> None:
    staging = staged(tmp_path / "out", OutputOptions(), two_texts())
    only_file(tmp_path).unlink()
    with pytest.raises(OutputDiffers, match="cannot be read"):
        staging.prove(None)


def test_rows_in_another_partition_are_found_out(tmp_path: Path) -> None:
    batch = pa.record_batch([pa.array([1, 2] * 9), pa.array(range(18))], ["part", "value"])
    staging = staged(tmp_path / "out", OutputOptions(partition_by=("part",)), batch)
    one, two = sorted(p for p in tmp_path.rglob("part-*"))
    one_rows, two_rows = one.read_bytes(), two.read_bytes()
    one.write_bytes(two_rows)
    two.write_bytes(one_rows)
    with pytest.raises(OutputDiffers, match="'value'"):
        staging.prove(None)


@pytest.mark.parametrize("faulty", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("drawn", range(5))
def test_a_fault_is_met_in_the_stretches_that_are_drawn(
    tmp_path: Path, faulty: int, drawn: int
) -> None:
    """The first stretch is always drawn; of the second block the one that chance says, or none."""
    options = OutputOptions(rows_per_file=100_000, rows_per_group=40_000)
    values = pa.record_batch([pa.array(range(7 * STRETCH + 99))], ["value"])
    sink = LocalSink(options)
    intake = Intake(options, lambda most: min(drawn, most - 1))
    staging = ProvenStaging(sink.stage(str(tmp_path / "o"), "run", lambda _: {}), options, intake)
    place = faulty * STRETCH + 50
    for first in range(0, values.num_rows, 30_001):
        staging.write(values.slice(first, 30_001))
    staging.finish()
    start = 0
    for file in sorted(tmp_path.rglob("part-*")):
        table = pq.read_table(file)
        if start <= place < start + table.num_rows:
            wrong = table["value"].to_pylist()
            wrong[place - start] = -1
            pq.write_table(pa.table({"value": wrong}), file)
        start += table.num_rows
    if faulty in {0, 4 + drawn if drawn < 4 else 0}:
        with pytest.raises(OutputDiffers, match="'value'"):
            staging.prove(None)
    else:
        read = staging.prove(None)
        assert read.compared == STRETCH * (1 + (drawn < 3)) + (99 if drawn == 3 else 0)
        assert read.rows == values.num_rows


def test_what_is_kept_of_a_long_stream_is_bounded() -> None:
    intake = Intake(OutputOptions())
    for _ in range(300):
        intake.note(two_texts(100))
    intake.finish()
    assert intake.rows == 30_000
    assert 64 <= intake.sample.num_rows <= 64 * 64
