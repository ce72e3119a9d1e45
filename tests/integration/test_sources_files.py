"""Files and folders as a source: what stays exact, what is refused, what cannot be reached."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import ipc

from sluicegate.errors import (
    BudgetExceeded,
    ConfigurationError,
    SluicegateError,
    SourceError,
    SourceUnavailable,
)
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.sources import Source, open_source
from sluicegate.sources.file_relations import group
from sluicegate.sources.file_store import Stored
from sluicegate.sources.inventory import inventory
from sluicegate.testing.sources import collect, read

SECRET = "marker-4711"


def source(folder: Path, query: str = "") -> Source:
    return open_source("lake", f"files:///{folder}{query}")


def rows(folder: Path, sql: str, query: str = "") -> list[dict[str, Any]]:
    return list(read(source(folder, query), sql).to_pylist())


def notes(folder: Path, relation: str, query: str = "") -> tuple[str, ...]:
    with source(folder, query).connect() as session:
        session.relation(None, relation)
        return session.notes


def refused(folder: Path, sql: str, query: str = "") -> SluicegateError:
    with pytest.raises(SluicegateError) as caught:
        rows(folder, sql, query)
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error}{error!r}"
        error = error.__cause__ or error.__context__
    return caught.value


# CSV


def test_a_csv_is_text_as_it_stands(tmp_path: Path) -> None:
    text = 'id,plz,day,n,"a ""b"", c"\n007,01069,2024-02-30,1e400,"x\ny"\n,"",0,0.10,z\n'
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    first, second = rows(tmp_path, "SELECT * FROM t")
    assert first == {
        "id": "007", "plz": "01069", "day": "2024-02-30", "n": "1e400", 'a "b", c': "x\ny"
    }  # fmt: skip
    assert second == {"id": None, "plz": "", "day": "0", "n": "0.10", 'a "b", c': "z"}


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16", "utf-16"), ("cp1252", "windows-1252"), ("utf-8", "UTF8")]
)
def test_a_csv_of_another_encoding_is_read_if_it_is_named(
    tmp_path: Path, encoding: str, name: str
) -> None:
    (tmp_path / "t.csv").write_bytes("id;stadt\n1;Köln €\n".encode(encoding))
    found = rows(tmp_path, "SELECT * FROM t", f"?encoding={name}&delimiter=%3B")
    assert found == [{"id": "1", "stadt": "Köln €"}]


def test_a_csv_of_an_encoding_that_is_not_named_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(f"id,stadt\n1,Köln {SECRET}\n".encode("latin-1"))
    assert "UTF-8" in str(refused(tmp_path, "SELECT * FROM t"))
    (tmp_path / "t.csv").write_bytes("idä,stadt\n1,a\n".encode("latin-1"))
    assert "header" in str(refused(tmp_path, "SELECT * FROM t"))
    with pytest.raises(ConfigurationError, match="encoding"):
        source(tmp_path, "?encoding=rot13")


@pytest.mark.parametrize(
    "body",
    [
        f"id,n\n1,{SECRET},x\n",
        f"id,n\n{SECRET}\n",
        f"id,id\n1,{SECRET}\n",
        f"id,ID\n1,{SECRET}\n",
        f"id,\n1,{SECRET}\n",
        "",
        "\n\n",
    ],
)
def test_a_csv_that_is_none_is_an_error_without_values(tmp_path: Path, body: str) -> None:
    (tmp_path / "t.csv").write_text(body)
    error = refused(tmp_path, "SELECT * FROM t")
    assert type(error) is SourceError


def test_a_header_alone_is_an_empty_relation(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,n\n")
    table = read(source(tmp_path), "SELECT * FROM t")
    assert table.schema == pa.schema([("id", pa.string()), ("n", pa.string())])
    assert table.num_rows == 0


@pytest.mark.parametrize("rows_before", [0, 1, 9000, 40_000])
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_that_is_too_long_is_an_error_and_not_left_out(
    tmp_path: Path, rows_before: int, end: str
) -> None:
    with gzip.open(tmp_path / "t.csv.gz", "wb", compresslevel=1) as file:
        file.write(b"id,n\n" + (b"1," + b"y" * 997 + b"\n") * rows_before + b"1,")
        for _ in range(64):
            file.write(b"x" * 2**20)
        file.write(end.encode())
    assert "8 MiB" in str(refused(tmp_path, "SELECT id FROM t"))


@pytest.mark.parametrize("rows_before", [0, 1, 9000, 40_000])
def test_an_object_that_is_too_long_is_an_error_and_not_left_out(
    tmp_path: Path, rows_before: int
) -> None:
    with gzip.open(tmp_path / "t.jsonl.gz", "wb", compresslevel=1) as file:
        file.write((b'{"id":1,"n":"' + b"y" * 997 + b'"}\n') * rows_before + b'{"id":2,"n":"')
        for _ in range(40):
            file.write(b"x" * 2**20)
        file.write(b'"}')
    refused(tmp_path, "SELECT id FROM t")


def test_empty_lines_are_rows_of_a_single_column_only(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n\n2\n")
    assert rows(tmp_path, "SELECT id FROM t") == [{"id": "1"}, {"id": None}, {"id": "2"}]
    (tmp_path / "t.csv").write_text("id,n\n1,x\n\n2,y\n\n")
    assert [r["id"] for r in rows(tmp_path, "SELECT id FROM t")] == ["1", "2"]


def test_a_bomb_of_rows_ends_with_the_budget_of_time(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "t.csv.gz", "wb", compresslevel=1) as file:
        file.write(b"id,n\n")
        for _ in range(100):
            file.write(b"1,x\n" * 2**18)
    with source(tmp_path).connect() as session:
        session.limit(Limits(seconds=0.2))
        with pytest.raises(BudgetExceeded, match=r"0\.2 seconds"):
            collect(session, "SELECT max(n) FROM t")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", "-0012", "1.5"),
        ("integer", "9223372036854775807", "9223372036854775808"),
        ("decimal(4,2)", "-12.50", "1.239"),
        ("decimal(4,2)", "0.1", "123.4"),
        ("float", "1e3", "0x1"),
        ("boolean", "True", "1"),
        ("date", "2024-02-29", "2023-02-29"),
        ("date", "2024-02-29", "29.02.2024"),
        ("timestamp", "2024-02-29T23:59:59.123456", "2024-02-29T23:59:59.1234567"),
        ("timestamp with time zone", "2024-02-29 23:59:59+02", "2024-02-29 23:59:59"),
        ("uuid", "6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6F9619FF"),
    ],
)
def test_a_schema_gives_types_and_rounds_nothing(
    tmp_path: Path, kind: str, good: str, bad: str
) -> None:
    (tmp_path / "types.yaml").write_text(f"t:\n  v: {kind}\n")
    query = f"?schema={tmp_path}/types.yaml"
    (tmp_path / "t.csv").write_text(f"v,w\n{good},x\n,y\n")
    table = read(source(tmp_path, query), "SELECT v FROM t")
    assert table.schema.field("v").type != pa.string() or kind == "uuid"
    assert table["v"][1].as_py() is None
    (tmp_path / "t.csv").write_text(f"v,w\n{good},x\n{bad},{SECRET}\n")
    error = refused(tmp_path, "SELECT v FROM t", query)
    assert bad not in str(error)


def test_a_schema_that_does_not_fit_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("v\n1\n")
    schema = tmp_path / "types.yaml"
    schema.write_text("t:\n  nope: integer\n")
    assert "nope" in str(refused(tmp_path, "SELECT * FROM t", f"?schema={schema}"))
    schema.write_text("t:\n  v: money\n")
    assert "money" in str(refused(tmp_path, "SELECT * FROM t", f"?schema={schema}"))
    schema.write_text("- t\n")
    with pytest.raises(ConfigurationError):
        source(tmp_path, f"?schema={schema}")


# JSONL


def test_jsonl_keeps_what_json_says(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(
        '{"id": 7, "plz": "007", "day": "2024-01-01", "o": {"a": [1, {"b": "ü"}]}, "ok": true}\n'
        '{"id": 9223372036854775807, "late": 1.5, "mixed": 1, "ok": null}\n'
        '{"mixed": "one", "wide": 123456789012345678901234567890}\n'
    )
    table = read(source(tmp_path), "SELECT * FROM t")
    first, second, third = table.to_pylist()
    assert (first["id"], first["plz"], first["day"]) == (7, "007", "2024-01-01")
    assert (first["o"], first["ok"]) == ('{"a":[1,{"b":"ü"}]}', True)
    assert (second["id"], second["late"], second["mixed"]) == (2**63 - 1, 1.5, "1")
    assert third["mixed"] == "one"
    told = "\n".join(notes(tmp_path, "t"))
    assert "'mixed'" in told
    assert "'wide'" in told
    with source(tmp_path).connect() as session:
        relation = session.relation(None, "t")
    assert relation is not None
    assert relation.column("o").family == "json"  # type: ignore[union-attr]  # it is there


def test_a_field_that_comes_late_is_not_lost(tmp_path: Path) -> None:
    lines = ['{"id": 1}\n'] * 50_000 + [f'{{"id": 2, "email": "{SECRET}"}}\n']
    (tmp_path / "t.jsonl").write_text("".join(lines))
    assert rows(tmp_path, "SELECT email FROM t WHERE email IS NOT NULL") == [{"email": SECRET}]


@pytest.mark.parametrize(
    "body",
    [
        f'{{"a": "{SECRET}"\n',
        f'{{"a": 1}}\nnot json {SECRET}\n',
        f'["{SECRET}"]\n',
        f'{{"a": 1, "A": "{SECRET}"}}\n',
        f'{{"a": "\\ud800{SECRET}"}}\n',
        "",
    ],
)
def test_jsonl_that_is_none_is_an_error_without_values(tmp_path: Path, body: str) -> None:
    (tmp_path / "t.jsonl").write_text(body)
    assert type(refused(tmp_path, "SELECT * FROM t")) is SourceError


# Parquet and Arrow


def test_types_of_parquet_and_arrow_stay(tmp_path: Path) -> None:
    table = pa.table(
        {
            "big": pa.array([Decimal(10) ** 37, None], pa.decimal128(38, 0)),
            "moment": pa.array([0, None], pa.timestamp("us", tz="Europe/Berlin")),
            "nano": pa.array([1, None], pa.timestamp("ns")),
            "small": pa.array([255, None], pa.uint8()),
            "list": pa.array([["a", None], None], pa.list_(pa.string())),
            "struct": pa.array([{"a": 1}, None], pa.struct([("a", pa.int32())])),
            "float": pa.array([1.5, None], pa.float32()),
            "time": pa.array([1, None], pa.time64("us")),
        }
    )
    pq.write_table(table, tmp_path / "p.parquet")
    with ipc.new_file(tmp_path / "a.arrow", table.schema) as writer:
        writer.write_table(table)
    for name in ("p", "a"):
        got = read(source(tmp_path), f"SELECT * FROM {name}")  # a name of the test
        assert got.schema.field("big").type == pa.decimal128(38, 0)
        assert got.schema.field("moment").type == pa.timestamp("us", tz="UTC")
        assert got.schema.field("nano").type == pa.timestamp("ns")
        assert got.schema.field("small").type == pa.uint8()
        assert got["list"].to_pylist() == [["a", None], None]
        assert got["struct"].to_pylist() == ['{"a":1}', None]
        assert got.schema.field("float").type == pa.float32()


def test_what_parquet_cannot_keep_is_told(tmp_path: Path) -> None:
    moments = pa.array([1], pa.timestamp("ns", tz="UTC"))
    pq.write_table(pa.table({"moment": moments}), tmp_path / "n.parquet")
    assert "'moment': nanoseconds" in notes(tmp_path, "n")[0]
    wide = pa.array([Decimal(1)], pa.decimal256(50, 0))
    pq.write_table(pa.table({"wide": wide}), tmp_path / "w.parquet")
    assert "38 digits" in str(refused(tmp_path, "SELECT * FROM w"))


@pytest.mark.parametrize("ending", ["parquet", "arrow", "csv.gz", "csv.zst", "jsonl.gz", "feather"])
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"t.{ending}").write_text(f"id,n\n1,{SECRET}\n")
    assert type(refused(tmp_path, "SELECT * FROM t")) is SourceError


def test_a_parquet_file_that_is_cut_is_an_error(tmp_path: Path) -> None:
    table = pa.table({"n": [SECRET + str(i) for i in range(100_000)]})
    pq.write_table(table, tmp_path / "t.parquet", use_dictionary=False, compression="none")
    whole = (tmp_path / "t.parquet").read_bytes()
    (tmp_path / "t.parquet").write_bytes(whole[:-4])
    refused(tmp_path, "SELECT * FROM t")
    broken = bytearray(whole)
    broken[1000:9000] = b"\xff" * 8000
    (tmp_path / "t.parquet").write_bytes(broken)
    refused(tmp_path, "SELECT * FROM t")


def test_threads_that_read_at_once_do_not_move_each_other(tmp_path: Path) -> None:
    numbers = np.random.default_rng(5).integers(0, 2**62, 3_000_000)
    table = pa.table({f"n{i}": numbers + i for i in range(4)})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=150_000)
    for _ in range(5):
        got = read(source(tmp_path), "SELECT n0, n1, n2, n3 FROM t")
        assert got.equals(table)


# Folders


def test_a_folder_is_a_relation_with_the_columns_of_its_folders(tmp_path: Path) -> None:
    for day in ("2024-01-01", "2024-01-02"):
        (tmp_path / "t" / f"day={day}").mkdir(parents=True)
        pq.write_table(pa.table({"id": [day[-1]]}), tmp_path / "t" / f"day={day}" / "p.parquet")
    found = rows(tmp_path, "SELECT id, day FROM t ORDER BY id")
    assert found == [{"id": "1", "day": "2024-01-01"}, {"id": "2", "day": "2024-01-02"}]


def write_csv(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "files",
    [
        {"t/a.csv": "id,n\n1,x\n", "t/b.csv": f"id\n{SECRET}\n"},
        {"t/a.csv": "id,n\n1,x\n", "t/b.csv": f"n,id\n{SECRET},1\n"},
        {"t/a.csv": "id,n\n1,x\n", "t/b.csv": f"id,n,email\n1,x,{SECRET}\n"},
        {"t/a.csv": "id\n1\n", "t/b.csv": ""},
        {"t/a.csv": "id\n1\n", "t/b.jsonl": '{"id": 1}\n'},
        {"t/a.csv": "id\n1\n", "t/sub/b.csv": "id\n2\n"},
        {"t/k=1/a.csv": "id\n1\n", "t/j=1/b.csv": "id\n2\n"},
        {"t/id=1/a.csv": f"id\n{SECRET}\n"},
        {"t/k=1/K=2/a.csv": "id\n1\n"},
        {"t.csv": "id\n1\n", "t/a.csv": "id\n1\n"},
        {"t.csv": "id\n1\n", "T.jsonl": '{"id": 1}\n'},
        {"t.csv": "id\n1\n", "t.csv.gz": ""},
    ],
)
def test_what_files_of_a_folder_disagree_on_is_an_error(
    tmp_path: Path, files: dict[str, str]
) -> None:
    for name, text in files.items():
        write_csv(tmp_path / name, text)
    error = refused(tmp_path, "SELECT * FROM t")
    assert type(error) is SourceError
    with source(tmp_path).connect() as session:
        assert inventory(session, "duckdb").relations == ()
        assert any("cannot be read" in note for note in session.notes)


def test_parquet_files_of_other_types_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    pq.write_table(pa.table({"id": [1]}), tmp_path / "t" / "a.parquet")
    pq.write_table(pa.table({"id": ["1"]}), tmp_path / "t" / "b.parquet")
    assert "b.parquet" in str(refused(tmp_path, "SELECT * FROM t"))
    pq.write_table(pa.table({"id": [1], "email": [SECRET]}), tmp_path / "t" / "b.parquet")
    assert "b.parquet" in str(refused(tmp_path, "SELECT * FROM t"))


def test_values_in_names_of_folders_are_not_told(tmp_path: Path) -> None:
    write_csv(tmp_path / f"t/k={SECRET}/a.csv", "id\n1\n")
    write_csv(tmp_path / f"t/k={SECRET}x/a.csv", "di\n1\n")
    assert "'t/k=…/a.csv'" in str(refused(tmp_path, "SELECT * FROM t"))


def test_what_is_no_data_is_left_out_and_told(tmp_path: Path) -> None:
    for name in ("_SUCCESS.csv", ".hidden.csv", "_SLUICEGATE/a.csv", "readme.txt", "new\nline.csv"):
        write_csv(tmp_path / name, "id\n1\n")
    write_csv(tmp_path / "t.csv", "id\n1\n")
    with source(tmp_path).connect() as session:
        assert [r.name.name for r in inventory(session, "duckdb").relations] == ["t"]
        assert len(session.notes) == 2


@pytest.mark.parametrize(
    "name", ["a[1]", "a*", "a?", "a'b", 'a"b', "a%20b", "a b", "a;--", "ünï", "a,b", "{a}", "a#b"]
)
def test_odd_names_are_names_and_no_patterns(tmp_path: Path, name: str) -> None:
    write_csv(tmp_path / f"{name}.csv", "id\nright\n")
    write_csv(tmp_path / "ab.csv", "id\nwrong\n")
    write_csv(tmp_path / "a1.csv", "id\nwrong\n")
    quoted = name.replace('"', '""')
    assert rows(tmp_path, f'SELECT id FROM "{quoted}"') == [{"id": "right"}]  # quoted
    pq.write_table(pa.table({"id": ["right"]}), tmp_path / f"p{name}.parquet")
    assert rows(tmp_path, f'SELECT id FROM "p{quoted}"') == [{"id": "right"}]  # quoted


# What cannot be reached


@pytest.mark.parametrize(
    "place",
    [
        "read_csv('/etc/passwd')",
        "read_csv('file:///etc/passwd', header=false)",
        "read_text('/etc/passwd')",
        "'/etc/passwd'",
        "'{other}'",
        "read_parquet('{other}')",
        "read_csv('sluicegate://../outside.csv')",
        "read_csv('sluicegate://*')",
        '"\x1fother"',
        "glob('/etc/*')",
        "read_blob('s3://bucket/key')",
        "read_csv('http://127.0.0.1/x')",
        "sniff_csv('/etc/passwd')",
        "parquet_metadata('{other}')",
        "sqlite_scan('/etc/passwd', 't')",
        "other",
        "query('SELECT * FROM ''{other}''')",
    ],
)
def test_no_statement_reaches_another_file(tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside.csv"
    write_csv(outside, f"id\n{SECRET}\n")
    write_csv(tmp_path / "in" / "t.csv", "id\n1\n")
    error = refused(tmp_path / "in", f"SELECT * FROM {place.format(other=outside)}")  # quoted
    assert type(error) is SourceError


def test_a_statement_cannot_list_the_files(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", "id\n1\n")
    assert rows(tmp_path, "SELECT * FROM glob('sluicegate://**')") == []


def test_links_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    write_csv(outside / "t.csv", f"id\n{SECRET}\n")
    write_csv(inside / "t.csv", "id\n1\n")
    (inside / "link.csv").symlink_to(outside / "t.csv")
    (inside / "folder").symlink_to(outside)
    os.mkfifo(inside / "pipe.csv")
    with source(inside).connect() as session:
        assert [r.name.name for r in inventory(session, "duckdb").relations] == ["t"]
        assert session.relation(None, "link") is None
        assert "3 links" in session.notes[0]


def of_the_file(inside: Path, outside: Path) -> None:
    (inside / "sub" / "t.csv").unlink()
    (inside / "sub" / "t.csv").symlink_to(outside / "t.csv")


def of_the_folder(inside: Path, outside: Path) -> None:
    (inside / "sub").rename(inside / "old")
    (inside / "sub").symlink_to(outside)


@pytest.mark.parametrize("swap", [of_the_file, of_the_folder])
def test_what_becomes_a_link_is_not_read(
    tmp_path: Path, swap: Callable[[Path, Path], None]
) -> None:
    write_csv(tmp_path / "out" / "t.csv", f"id\n{SECRET}\n")
    write_csv(tmp_path / "in" / "sub" / "t.csv", "id\n1\n")
    with source(tmp_path / "in").connect() as session:
        swap(tmp_path / "in", tmp_path / "out")
        with pytest.raises(SourceUnavailable):
            collect(session, "SELECT * FROM sub")


# What changes while it is read


def test_a_file_that_changes_before_it_is_read(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", "id\n1\n")
    with source(tmp_path).connect() as session:
        session.relation(None, "t")
        write_csv(tmp_path / "t.csv", "id\n2\n")
        with pytest.raises(SourceUnavailable, match=r"'t\.csv' was changed"):
            collect(session, "SELECT * FROM t")


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, ending: str) -> None:
    path, table = tmp_path / f"t.{ending}", pa.table({"id": list(range(300_000))})
    if ending == "parquet":
        pq.write_table(table, path, row_group_size=10_000)
    else:
        with ipc.new_file(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=10_000)
    with source(tmp_path).connect() as session:
        stream = session.stream(Statement(sql="SELECT id FROM t"), {}, batch_rows=1000)
        next(stream)
        os.utime(path)
        with pytest.raises(SourceUnavailable, match="was changed"):
            list(stream)


def test_a_file_that_goes_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", "id\n1\n")
    with source(tmp_path).connect() as session:
        (tmp_path / "t.csv").unlink()
        with pytest.raises(SourceUnavailable):
            session.relation(None, "t")


def test_what_comes_later_is_not_seen(tmp_path: Path) -> None:
    write_csv(tmp_path / "t" / "a.csv", "id\n1\n")
    with source(tmp_path).connect() as session:
        write_csv(tmp_path / "t" / "b.csv", "id\n2\n")
        assert collect(session, "SELECT * FROM t").num_rows == 1


# Budgets


def test_a_memory_budget_stops_the_engine_and_names_itself(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", "id\n1\n")
    with source(tmp_path).connect() as session:
        session.limit(Limits(memory=32 * 2**20))
        sql = "SELECT md5(CAST(i AS text)) AS m FROM range(5000000) AS s (i) ORDER BY m"
        with pytest.raises(BudgetExceeded, match=r"33,554,432 bytes of memory"):
            collect(session, sql)


def test_big_cells_make_small_batches(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": list(range(5000))}), tmp_path / "t.parquet")
    statement = Statement(sql="SELECT id, repeat('x', 20000) AS big FROM t")
    with source(tmp_path).connect() as session:
        batches = list(session.stream(statement, {}))
    assert sum(b.num_rows for b in batches) == 5000
    assert len(batches) > 1


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(SourceError, match="folder cannot be read"),
        source(tmp_path / "nope").connect(),
    ):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "files://",
        "files://relative",
        "files:///",
        "files:///x?nope=1",
        "files:///x?encoding=utf-8&encoding=utf-8",
        "files:///x?delimiter=ab",
        "file:///x",
        "s3://",
        "s3:///prefix",
        "s3://key:secret@bucket/x",
        "s3://bucket/x?secret=1",
    ],
)
def test_a_url_that_says_no_place_is_an_error(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_source("lake", url)
    assert "secret@" not in str(caught.value)


@pytest.mark.parametrize(
    "path", ["../t.csv", "./t.csv", "a//t.csv", "/t.csv", "a/../t.csv", "a\\t.csv", "a\x1b/t.csv"]
)
def test_keys_that_only_look_like_paths_are_left_out(path: str) -> None:
    relations, told = group([Stored(path=path, size=1, stamp="1")])
    assert relations == {}
    assert len(told) == 1
