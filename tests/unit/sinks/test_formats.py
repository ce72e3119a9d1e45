"""What rows become in each format, and what a format refuses."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.errors import (
    ConfigurationError,
    SinkError,
    UnknownNameError,
    UnsafeOptionWarning,
)
from sluicegate.model.outcome import OutputFile
from sluicegate.model.output_options import COMPRESSIONS, OutputOptions
from sluicegate.sinks import LocalSink
from sluicegate.sinks.json_text import json_rows
from sluicegate.sinks.partitions import MAX_PARTITIONS

SECRET = "canary-4f1c"


def write(output: Path, *batches: pa.RecordBatch, **options: Any) -> tuple[OutputFile, ...]:
    staging = LocalSink(OutputOptions(**options)).stage(
        str(output), "run", lambda _: {b"sluicegate": b"{}"}
    )
    try:
        for batch in batches:
            staging.write(batch)
        files = staging.finish()
        staging.publish({})
    finally:
        staging.discard()
    return files


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


def texts(*values: str | None) -> pa.RecordBatch:
    return pa.record_batch({"id": pa.array(range(len(values))), "text": pa.array(values)})


# ------------------------------------------------------------------------- CSV


def test_csv_by_rfc_4180(output: Path) -> None:
    (file,) = write(output, texts("a", 'say "hi"', "x,y", "two\r\nlines", "", None), format="csv")
    content = (output / file.name).read_bytes()
    assert content == (
        b'"id","text"\r\n0,"a"\r\n1,"say ""hi"""\r\n2,"x,y"\r\n3,"two\r\nlines"\r\n4,""\r\n5,\r\n'
    )
    assert file.name == "part-00000.csv"
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert rows[2:5] == [["1", 'say "hi"'], ["2", "x,y"], ["3", "two\r\nlines"]]


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_a_spreadsheet_would_run_is_quoted(output: Path, formula: str) -> None:
    batch = pa.record_batch({"=evil": pa.array([-5]), "text": pa.array([formula])})
    (file,) = write(output, batch, format="csv")
    content = (output / file.name).read_bytes().decode()
    (header, row) = csv.reader(io.StringIO(content, newline=""))
    assert header == ["'=evil", "text"]
    assert row == ["-5", f"'{formula}"], "numbers are no text and stay"


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_every_kind_of_text_is_guarded(output: Path, kind: pa.DataType) -> None:
    batch = pa.record_batch({"text": pa.array(["=1", "safe", None]).cast(kind)})
    (file,) = write(output, batch, format="csv")
    assert (output / file.name).read_bytes() == b'"text"\r\n"\'=1"\r\n"safe"\r\n\r\n'


def test_formulas_stay_where_that_is_asked_for(output: Path) -> None:
    with pytest.warns(UnsafeOptionWarning, match="spreadsheet"):
        (file,) = write(output, texts("=1"), format="csv", unsafe_csv_formulas=True)
    assert b'"=1"' in (output / file.name).read_bytes()


@pytest.mark.parametrize(
    "kind",
    [pa.list_(pa.int64()), pa.struct([("a", pa.int64())]), pa.binary(), pa.binary(4),
     pa.map_(pa.string(), pa.int64())],
)  # fmt: skip
def test_csv_refuses_what_it_cannot_hold(output: Path, kind: pa.DataType) -> None:
    with pytest.raises(SinkError, match="'odd'"):
        write(output, pa.record_batch({"odd": pa.nulls(1, kind)}), format="csv")
    assert not output.exists()


def test_csv_types_come_back(output: Path) -> None:
    batch = pa.record_batch(
        {
            "n": pa.array([1, None], pa.int32()),
            "d": pa.array([Decimal("1.20"), None], pa.decimal128(9, 2)),
            "day": pa.array([date(2026, 1, 2), None]),
            "at": pa.array([datetime(2026, 1, 2, 3, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            "ok": pa.array([True, None]),
        }
    )
    (file,) = write(output, batch, format="csv")
    types = {field.name: field.type for field in batch.schema}
    read = pacsv.read_csv(
        output / file.name, convert_options=pacsv.ConvertOptions(column_types=types)
    )
    assert read.to_pylist() == batch.to_pylist()


# ------------------------------------------------------------------------- JSON lines


def rows_of(batch: pa.RecordBatch) -> list[Any]:
    return [json.loads(line) for line in json_rows(batch).decode().splitlines()]


@given(
    st.lists(
        st.tuples(
            st.none() | st.text(), st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.booleans(), st.none() | st.floats(allow_nan=False, allow_infinity=False),
        )
    ),
    st.text(min_size=1),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_json_lines_say_what_the_rows_say(values: list[Any], name: str) -> None:
    columns: list[Any] = list(zip(*values, strict=True)) or [[], [], [], []]
    kinds = (pa.string(), pa.int64(), pa.bool_(), pa.float64())
    names = [name, f"{name}1", f"{name}2", f"{name}3"]
    batch = pa.record_batch(
        [pa.array(c, k) for c, k in zip(columns, kinds, strict=True)], names=names
    )
    lines = json_rows(batch).decode().split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == batch.to_pylist()


def test_json_of_other_types() -> None:
    batch = pa.record_batch(
        {
            "d": pa.array([Decimal("1.20")]),
            "day": pa.array([date(2026, 1, 2)]),
            "at": pa.array([datetime(2026, 1, 2, 2, tzinfo=UTC)], pa.timestamp("us", "Europe/Berlin")),
            "naive": pa.array([datetime(2026, 1, 2, 3)], pa.timestamp("s")),  # noqa: DTZ001
            "t": pa.array([time(1, 2, 3)]),
            "b": pa.array([b"\x00\xff"]),
            "nan": pa.array([float("nan")]),
            "inf": pa.array([float("-inf")]),
            "list": pa.array([[1, None]]),
            "struct": pa.array([{"a": Decimal("2.50"), "b": [float("inf")]}]),
            "nothing": pa.nulls(1),
            "word": pa.array(["x"]).dictionary_encode(),
            "id": pa.array([UUID(int=7).bytes], pa.uuid()),
            "zoned": pa.array([[datetime(2026, 1, 2, 3, tzinfo=UTC)]]),
        }
    )  # fmt: skip
    assert rows_of(batch) == [
        {
            "d": "1.20", "day": "2026-01-02", "at": "2026-01-02T02:00:00.000000Z",
            "naive": "2026-01-02T03:00:00", "t": "01:02:03.000000", "b": "AP8=",
            "nan": "NaN", "inf": "-Infinity", "list": [1, None],
            "struct": {"a": "2.50", "b": ["Infinity"]}, "nothing": None, "word": "x",
            "id": str(UUID(int=7)), "zoned": ["2026-01-02T03:00:00Z"],
        }
    ]  # fmt: skip


def test_json_of_slices_and_nulls() -> None:
    batch = pa.record_batch({"text": pa.array(["a", None, "c", "d"])}).slice(1, 2)
    assert json_rows(batch) == b'{"text":null}\n{"text":"c"}\n'


def test_two_columns_of_one_name_are_no_object(output: Path) -> None:
    batch = pa.record_batch([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(SinkError, match="one name"):
        write(output, batch, format="jsonl")


# ------------------------------------------------------------------------- sizes and compression


@pytest.mark.parametrize(
    ("form", "codec"), [(form, codec) for form, codecs in COMPRESSIONS.items() for codec in codecs]
)
def test_every_compression(output: Path, tmp_path: Path, form: Any, codec: str) -> None:
    (file,) = write(output, texts("a", "b"), format=form, compression=codec)
    (again,) = write(tmp_path / "again", texts("a", "b"), format=form, compression=codec)
    assert file == again, "the same rows make the same bytes"
    path = output / file.name
    if form == "parquet":
        assert pq.read_table(path)["text"].to_pylist() == ["a", "b"]
    elif form == "arrow":
        with pa.ipc.open_file(path) as reader:
            assert reader.read_all()["text"].to_pylist() == ["a", "b"]
    elif codec == "gzip":
        assert b"a" in gzip.decompress(path.read_bytes())
        assert path.suffix == ".gz"
    elif codec == "zstd":
        with pa.CompressedInputStream(path, "zstd") as stream:
            assert b"a" in stream.read()
    else:
        assert b"a" in path.read_bytes()


def test_levels_and_row_groups(output: Path, tmp_path: Path) -> None:
    batch = texts(*(str(n * n) for n in range(20_000)))
    (fast,) = write(output, batch, compression_level=1, rows_per_group=5000)
    (small,) = write(tmp_path / "small", batch, compression_level=19, rows_per_group=5000)
    assert small.bytes < fast.bytes
    assert pq.ParquetFile(output / fast.name).metadata.num_row_groups == 4


def test_files_end_at_their_bytes(output: Path) -> None:
    batch = texts(*(f"{n * 2654435761 % 2**32:x}" for n in range(10_000)))
    files = write(output, batch, rows_per_group=1000, bytes_per_file=10_000)
    assert len(files) > 3
    assert all(f.bytes < 60_000 for f in files)
    assert sum(f.rows for f in files) == 10_000


@pytest.mark.parametrize(
    "options",
    [
        {"format": "xml"}, {"compression": "rar"}, {"format": "csv", "compression": "snappy"},
        {"if_exists": "append"}, {"colour": "red"},
    ],
)  # fmt: skip
def test_unknown_options(options: dict[str, Any]) -> None:
    with pytest.raises(UnknownNameError):
        OutputOptions.of(options)


@pytest.mark.parametrize(
    "options",
    [
        {"compression_level": 23}, {"compression": "snappy", "compression_level": 1},
        {"format": "csv", "compression": "gzip", "compression_level": 1}, {"rows_per_file": 0},
        {"rows_per_file": "many"}, {"rows_per_file": True}, {"rows_per_file": 1.5},
        {"bytes_per_file": 0}, {"rows_per_group": 0}, {"partition_by": "a,a"},
        {"partition_by": "a,"}, {"partition_by": [1]}, {"unsafe_csv_formulas": True},
        {"format": "csv", "unsafe_csv_formulas": "perhaps"}, {"kms_key": 7},
    ],
)  # fmt: skip
def test_wrong_options(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        OutputOptions.of(options)


def test_options_as_text() -> None:
    given_ = {"format": "jsonl", "rows_per_file": "10", "partition_by": "plan, day"}
    assert OutputOptions.of(given_) == OutputOptions(
        format="jsonl", rows_per_file=10, partition_by=("plan", "day")
    )


# ------------------------------------------------------------------------- partitions


def partitioned(output: Path, values: pa.Array, **options: Any) -> tuple[OutputFile, ...]:
    batch = pa.record_batch({"part": values, "id": pa.array(range(len(values)))})
    return write(output, batch, partition_by=("part",), **options)


def read(output: Path, files: tuple[OutputFile, ...], kind: pa.DataType) -> dict[int, Any]:
    names = [str(output / file.name) for file in files]
    partitioning = ds.partitioning(pa.schema([("part", kind)]), flavor="hive")
    table = ds.dataset(names, partitioning=partitioning, partition_base_dir=str(output)).to_table()
    return dict(zip(table["id"].to_pylist(), table["part"].to_pylist(), strict=True))


HOSTILE = [
    "../../escaped", "..", ".", "/etc/passwd", "a/b", "a\\b", "a:b", "a\0b", "a\nb", "a=b", "%2F",
    "ünï", "\u202eb", " ", "-", "~", "*", "CON", "Gold", "gold", "x" * 150,
]  # fmt: skip


def test_hostile_values_stay_within_their_folder(output: Path) -> None:
    files = partitioned(output, pa.array([*HOSTILE, None]))
    assert read(output, files, pa.string()) == dict(enumerate([*HOSTILE, None]))
    for file in files:
        folder, name = file.name.split("/")
        assert folder.startswith("part=")
        assert folder.isascii()
        assert folder not in {"part=.."[5:], "."}
        assert name.startswith("part-000")
    assert any("__HIVE_DEFAULT_PARTITION__" in file.name for file in files)
    assert len({file.name.casefold() for file in files}) == len(files)
    assert set(output.parent.iterdir()) == {output}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.int64(), [1, -5, None]),
        (pa.bool_(), [True, False, None]),
        (pa.date32(), [date(2026, 1, 2), None]),
        (pa.timestamp("us"), [datetime(2026, 1, 2, 3, 4, 5, 6), None]),  # noqa: DTZ001
        (pa.dictionary(pa.int8(), pa.string()), ["a", "b", None]),
    ],
)
def test_partitions_by_type(output: Path, kind: pa.DataType, values: list[Any]) -> None:
    files = partitioned(output, pa.array(values, kind))
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    assert read(output, files, plain) == dict(enumerate(values))


@pytest.mark.parametrize("kind", [pa.float64(), pa.binary(), pa.list_(pa.int8()), pa.null()])
def test_types_that_are_no_folders(output: Path, kind: pa.DataType) -> None:
    with pytest.raises(SinkError, match="'part'"):
        partitioned(output, pa.nulls(1, kind))


@pytest.mark.parametrize("value", ["", "__HIVE_DEFAULT_PARTITION__", SECRET * 50, "é" * 60])
def test_values_that_are_no_folders_are_not_told(output: Path, value: str) -> None:
    with pytest.raises(SinkError, match="'part'") as caught:
        partitioned(output, pa.array(["fine", value]))
    assert SECRET not in f"{caught.value!s}{caught.value!r}{caught.value.__context__!r}"
    assert not output.exists()


def test_too_many_partitions_are_refused(output: Path) -> None:
    values = pa.array([f"{SECRET}-{n}" for n in range(MAX_PARTITIONS + 1)])
    with pytest.raises(SinkError, match="more than 100") as caught:
        partitioned(output, values)
    assert SECRET not in str(caught.value)
    assert len(partitioned(output, values.slice(1))) == MAX_PARTITIONS


def test_partition_columns_must_be_there(output: Path) -> None:
    with pytest.raises(SinkError, match="'nothing'"):
        write(output, texts("a"), partition_by=("nothing",))
    with pytest.raises(SinkError, match="no column is left"):
        write(output, texts("a"), partition_by=("id", "text"))


def test_rows_of_a_partition_keep_their_order(output: Path) -> None:
    batches = [
        pa.record_batch({"part": pa.array([n % 2, 1 - n % 2]), "id": pa.array([2 * n, 2 * n + 1])})
        for n in range(50)
    ]
    files = write(output, *batches, partition_by=("part",), rows_per_file=20)
    assert len(files) == 6
    for part in (0, 1):
        mine = [f for f in files if f.name.startswith(f"part={part}/")]
        ids = [i for f in mine for i in pq.read_table(output / f.name)["id"].to_pylist()]
        assert ids == sorted(ids)
        assert len(ids) == 50


def test_memory_is_bounded_over_all_partitions(tmp_path: Path) -> None:
    code = (
        "import resource, sys, pyarrow as pa, os\n"
        "from sluicegate.model.output_options import OutputOptions\n"
        "from sluicegate.sinks import LocalSink\n"
        "sink = LocalSink(OutputOptions(partition_by=('p',), compression='none'))\n"
        "staging = sink.stage(sys.argv[1], 'run', lambda _: {})\n"
        "def batch():\n"
        "    text = pa.array([os.urandom(500).hex() for _ in range(4000)])\n"
        "    return pa.record_batch({'p': pa.array([n % 50 for n in range(4000)]), 't': text})\n"
        "staging.write(batch())\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for _ in range(100): staging.write(batch())\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
        "staging.publish({})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert int(done.stdout) < 300, "MiB, for 400 MB of rows"


def test_columns_that_repeat_themselves_are_written_with_a_dictionary(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "number": pa.array(range(4_000)),
            "status": pa.array(["open", "paid", None, "sent"] * 1_000),
            "key": pa.array([f"{i:032x}" for i in range(4_000)]),
            "encoded": pa.array(["a", "b"] * 2_000).dictionary_encode(),
            "nothing": pa.nulls(4_000, pa.string()),
        }
    )
    sink = LocalSink(OutputOptions())
    staging = sink.stage(str(tmp_path / "out"), "run", lambda _: {})
    for part in rows.to_batches(max_chunksize=900):
        staging.write(part)
    staging.publish({})
    file = pq.ParquetFile(tmp_path / "out" / "part-00000.parquet")
    group = file.metadata.row_group(0)
    found = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    with_dictionary = {n for n, c in found.items() if c.has_dictionary_page}
    assert {"status", "encoded"} <= with_dictionary <= {"status", "encoded", "nothing"}
    assert file.read().equals(rows)
