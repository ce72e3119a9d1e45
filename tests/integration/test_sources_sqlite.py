"""What only SQLite has: values of any type in any column, odd paths, its own side doors."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.errors import BudgetExceeded, SourceError, SourceUnavailable
from sluicegate.model.data import TypeFamily
from sluicegate.model.decision import Limits
from sluicegate.model.plan import Statement
from sluicegate.sources import SQLiteSource
from sluicegate.sources.sqlite_catalog import family
from sluicegate.testing.sources import collect, read

Build = Callable[..., SQLiteSource]


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def make(*statements: str, name: str = "data.sqlite") -> SQLiteSource:
        path = tmp_path / name
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return SQLiteSource("lite", path)

    return make


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("INTEGER", "integer"), ("big int unsigned", "integer"), ("VARCHAR(80)", "text"), ("nchar(5)", "text"),
        ("clob", "text"), ("blob", "binary"), ("DOUBLE PRECISION", "float"), ("float", "float"), ("bool", "boolean"),
        ("date", "date"), ("DATETIME", "timestamp"), ("timestamp", "timestamp"), ("decimal(10,2)", "decimal"),
        ("numeric", "decimal"), ("json", "json"), ("uuid", "text"), ("", "other"), ("CHARINT", "integer"), ("STRING", "decimal"),
    ],
)  # fmt: skip
def test_declared_types_have_sqlites_affinity(declared: str, expected: str) -> None:
    assert family(declared) is TypeFamily(expected)


@pytest.mark.parametrize(
    ("declared", "value", "arrow", "wanted"),
    [
        ("integer", "5", pa.int64(), 5),
        ("real", "5", pa.float64(), 5.0),
        ("decimal(10,2)", "1.5", pa.decimal128(10, 2), Decimal("1.50")),
        ("decimal(10,2)", "0.1 + 0.2", pa.decimal128(10, 2), Decimal("0.30")),
        ("decimal(5)", "12", pa.decimal128(5, 0), Decimal(12)),
        ("numeric", "12", pa.int64(), 12),
        ("decimal(99,2)", "'1.25'", pa.float64(), 1.25),
        ("boolean", "1", pa.bool_(), True),
        ("date", "'2024-02-29'", pa.date32(), date(2024, 2, 29)),
        (
            "timestamp",
            "'2024-02-29T01:02:03.5'",
            pa.timestamp("us"),
            datetime.fromisoformat("2024-02-29T01:02:03.500000"),
        ),
        (
            "datetime",
            "'2024-02-29 01:02:03+02:00'",
            pa.timestamp("us", tz="UTC"),
            datetime(2024, 2, 28, 23, 2, 3, tzinfo=UTC),
        ),
        (
            "datetime",
            "'2024-02-29T01:02:03Z'",
            pa.timestamp("us", tz="UTC"),
            datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC),
        ),
        ("blob", "x'00ff'", pa.binary(), b"\x00\xff"),
        ("", "x'00ff'", pa.binary(), b"\x00\xff"),
        ("", "NULL", pa.string(), None),
    ],
)
def test_declared_types_become_arrow(
    build: Build, declared: str, value: str, arrow: Any, wanted: Any
) -> None:
    rows = read(
        build(f"CREATE TABLE t (v {declared})", f"INSERT INTO t VALUES ({value})"),
        "SELECT v FROM main.t",
    )
    assert rows.schema.field("v").type == arrow
    assert rows["v"].to_pylist() == [wanted]


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        ("integer", "'marker-4711'"), ("integer", "1.5"), ("real", "'marker-4711'"), ("text", "x'00'"), ("blob", "'marker-4711'"),
        ("boolean", "2"), ("boolean", "'yes'"), ("date", "'29.02.2024'"), ("date", "20240229"), ("date", "'2023-02-29'"), ("date", "'2024-02-29 01:00'"),
        ("timestamp", "'marker-4711'"), ("timestamp", "1709164800"), ("timestamp", "'2024-02-29T01:02:03Z'"),
        ("decimal(10,2)", "'marker-4711'"), ("decimal(10,2)", "1.234"), ("decimal(4,2)", "100"), ("decimal(10,2)", "'NaN'"), ("decimal(10,2)", "9e999"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_names_column_and_row_and_nothing_else(
    build: Build, declared: str, value: str
) -> None:
    good = {
        "date": "'2024-01-01'",
        "timestamp": "'2024-01-01 00:00:00'",
        "text": "'a'",
        "blob": "x'00'",
    }.get(declared, "1")
    source = build(
        f"CREATE TABLE t (id int, odd {declared})",
        f"INSERT INTO t VALUES (1, {good}), (2, NULL), (3, {value})",
    )
    with pytest.raises(SourceError) as caught:
        read(source, "SELECT id, odd FROM t ORDER BY id")
    assert "'odd'" in str(caught.value)
    assert "row 3" in str(caught.value)
    assert "4711" not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_row_is_counted_over_batches(build: Build) -> None:
    source = build("CREATE TABLE t (v int)", "INSERT INTO t VALUES (1), (2), (3), ('x')")
    with source.connect() as session, pytest.raises(SourceError, match="row 4"):
        list(session.stream(Statement(sql="SELECT v FROM t"), {}, batch_rows=3))


@pytest.mark.parametrize(
    ("values", "arrow", "wanted"),
    [
        ("(1), (2.5)", pa.float64(), [1.0, 2.5]),
        ("(1), ('a'), (NULL)", pa.string(), ["1", "a", None]),
        ("(NULL), (2)", pa.int64(), [None, 2]),
        ("(9223372036854775807)", pa.int64(), [2**63 - 1]),
    ],
)
def test_expressions_take_their_type_from_the_first_batch(
    build: Build, values: str, arrow: Any, wanted: list[Any]
) -> None:
    rows = read(build("CREATE TABLE t (v)", f"INSERT INTO t VALUES {values}"), "SELECT v FROM t")
    assert rows.schema.field("v").type == arrow
    assert rows["v"].to_pylist() == wanted


def test_a_type_that_changes_after_the_first_batch(build: Build) -> None:
    statement = Statement(sql="SELECT v FROM t")
    with build("CREATE TABLE t (v)", "INSERT INTO t VALUES (NULL), (7)").connect() as session:
        batches = list(session.stream(statement, {}, batch_rows=1))
    assert [b.column("v").to_pylist() for b in batches] == [[None], ["7"]]
    source = build("CREATE TABLE t (v)", "INSERT INTO t VALUES (1), ('x')", name="other.sqlite")
    with source.connect() as session, pytest.raises(SourceError, match="row 2"):
        list(session.stream(statement, {}, batch_rows=1))


def test_the_declared_type_comes_through_the_masked_rewrite(build: Build) -> None:
    source = build(
        "CREATE TABLE t (day date, price decimal(8,2), mail text)",
        "INSERT INTO t VALUES ('2024-01-31', 2, 'a')",
    )
    sql = 'SELECT t.* FROM (SELECT "day", price, sluicegate_sha256(mail) AS mail FROM main.t WHERE mail = ?1) AS t'
    rows = read(source, sql, {"m": "a"})
    assert rows.schema.types == [pa.date32(), pa.decimal128(8, 2), pa.string()]
    assert rows["mail"].to_pylist() == [hashlib.sha256(b"a").hexdigest()]


def test_a_question_mark_in_text_is_no_position(build: Build) -> None:
    source = build('CREATE TABLE t ("a?1" int)', "INSERT INTO t VALUES (7)")
    sql = "SELECT '?1 it''s' AS q, \"a?1\", [a?1] AS b, `a?1` AS c, ? AS p /* ?2 */ FROM t -- ?3"
    assert [c[0].as_py() for c in read(source, sql, {"p": "x"}).columns] == [
        "?1 it's",
        7,
        7,
        7,
        "x",
    ]


@pytest.mark.parametrize("text", ["a", "", "Žluťoučký 🦦", "1\n2"])
def test_the_digest_function_hashes_utf8(build: Build, text: str) -> None:
    rows = read(build(), "SELECT sluicegate_sha256(?1) AS h", {"t": text})
    assert rows["h"].to_pylist() == [hashlib.sha256(text.encode()).hexdigest()]


def test_the_digest_function_keeps_null_and_refuses_what_has_no_one_text(build: Build) -> None:
    assert read(build(), "SELECT sluicegate_sha256(NULL) AS h")["h"].to_pylist() == [None]
    for value in ("1.5", "x'00'"):
        with pytest.raises(SourceError):
            read(build(), f"SELECT sluicegate_sha256({value}) AS h")


def test_text_that_is_not_utf8_is_a_clear_error(build: Build) -> None:
    source = build(
        "CREATE TABLE t (good text, bad text)",
        "INSERT INTO t VALUES ('x', CAST(x'6d61726b6572ff' AS TEXT))",
    )
    with pytest.raises(SourceError, match=r"'bad'.*UTF-8") as caught:
        read(source, "SELECT good, bad FROM t")
    assert "marker" not in str(caught.value)
    assert caught.value.__context__ is None
    with pytest.raises(SourceError):
        read(source, "SELECT sluicegate_sha256(bad) AS h FROM t")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM sqlite_schema", "SELECT * FROM main.SQLITE_MASTER", "SELECT * FROM temp.sqlite_master",
        "SELECT * FROM pragma_database_list", "SELECT * FROM pragma_table_info('t')", "SELECT * FROM dbstat",
        "SELECT * FROM sqlite_dbpage", "SELECT load_extension('x')", "SELECT readfile('x')", "SELECT writefile('x', 'y')",
        "SELECT fts3_tokenizer('a', x'00')", "EXPLAIN SELECT 1", "EXPLAIN QUERY PLAN SELECT 1", "SELECT 1; DROP TABLE t",
        "ATTACH ':memory:' AS m", "DETACH main", "PRAGMA writable_schema = ON", "REINDEX", "ANALYZE", "SAVEPOINT a", "VACUUM",
        "INSERT INTO t VALUES (1) RETURNING v", "WITH a AS (SELECT 1) DELETE FROM t", "CREATE TEMP VIEW v AS SELECT 1",
        "SELECT 1 FROM sluicegate_described",
    ],
)  # fmt: skip
def test_side_doors_are_shut(build: Build, tmp_path: Path, sql: str) -> None:
    source = build("CREATE TABLE t (v)", "INSERT INTO t VALUES (1)")
    before = source.path.read_bytes() if isinstance(source.path, Path) else b""
    with pytest.raises(SourceError):
        read(source, sql)
    assert Path(source.path).read_bytes() == before
    assert _names(tmp_path) == ["data.sqlite"]


def test_a_view_cannot_call_our_function(build: Build) -> None:
    source = build(
        "CREATE TABLE t (v)",
        "INSERT INTO t VALUES ('a')",
        "CREATE VIEW w AS SELECT sluicegate_sha256(v) AS h FROM t",
    )
    with pytest.raises(SourceError):
        read(source, "SELECT h FROM w")


def test_relations(build: Build) -> None:
    source = build(
        "CREATE TABLE Customers (id INTEGER PRIMARY KEY, mail VARCHAR(80) NOT NULL, len GENERATED ALWAYS AS (length(mail)))",
        "CREATE VIEW everyone AS SELECT id, mail FROM customers",
        "CREATE VIRTUAL TABLE notes USING fts5(body)",
    )
    with source.connect() as session:
        table = session.relation("MAIN", "customers")
        assert table is not None
        assert str(table.name) == "main.Customers"
        assert [(c.name, c.native_type, c.nullable) for c in table.columns][:2] == [
            ("id", "INTEGER", True),
            ("mail", "VARCHAR(80)", False),
        ]
        assert [c.name for c in table.columns] == ["id", "mail", "len"]
        view = session.relation(None, "EVERYONE")
        assert view is not None
        assert view.kind == "view"
        notes = session.relation(None, "notes")
        assert notes is not None
        assert [c.name for c in notes.columns] == ["body"]
        for name in ("notes_content", "sqlite_schema", "sqlite_master", "sqlite_temp_master"):
            assert session.relation(None, name) is None
        for schema in ("temp", "other", ""):
            assert session.relation(schema, "customers") is None


@pytest.mark.parametrize(
    "name",
    ["a b?mode=rwc.sqlite", "100%.sqlite", "#hash&cache=shared", "ünï.sqlite", "%3Fmode=rwc"],
)
def test_odd_paths_are_paths(build: Build, tmp_path: Path, name: str) -> None:
    source = build("CREATE TABLE t (v int)", "INSERT INTO t VALUES (1)", name=name)
    assert read(source, "SELECT v FROM t").num_rows == 1
    assert _names(tmp_path) == [name]


def test_files_that_are_none(tmp_path: Path) -> None:
    junk = tmp_path / "junk.sqlite"
    junk.write_text("not a database at all" * 100, encoding="ascii")
    os.mkfifo(tmp_path / "pipe")
    for path in (junk, tmp_path, tmp_path / "none", tmp_path / "pipe", "\0", ":memory:", ""):
        with pytest.raises(SourceError), SQLiteSource("lite", path).connect():
            pass
    assert _names(tmp_path) == ["junk.sqlite", "pipe"]


def test_a_locked_file_can_be_tried_again(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluicegate.sources.sqlite._BUSY_SECONDS", 0.05)
    source = build("CREATE TABLE t (v)")
    writer = sqlite3.connect(source.path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(SourceUnavailable) as caught, source.connect():
            pass
        assert caught.value.retryable
    finally:
        writer.close()


def test_a_file_that_only_may_be_read(build: Build) -> None:
    source = build("CREATE TABLE t (v int)", "INSERT INTO t VALUES (1)")
    Path(source.path).chmod(stat.S_IRUSR)
    assert read(source, "SELECT v FROM t").num_rows == 1


def test_sorting_leaves_no_file_and_the_limit_holds_in_it(build: Build, tmp_path: Path) -> None:
    source = build("CREATE TABLE t (v)")
    numbers = "WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 200000000)"
    begin = time.monotonic()
    with source.connect() as session:
        session.limit(Limits(seconds=0.3))
        with pytest.raises(BudgetExceeded):
            collect(session, f"{numbers} SELECT i FROM r ORDER BY i % 1000")
    assert time.monotonic() - begin < 10
    script = (
        "import sys, sqlite3\nfrom sluicegate.sources import SQLiteSource\n"
        "with SQLiteSource('lite', sys.argv[1]).connect() as s:\n"
        "    assert s._connection.execute('PRAGMA temp_store').fetchone() == (2,)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(source.path)], check=True)
    assert _names(tmp_path) == ["data.sqlite"]


def test_big_cells_make_small_batches(build: Build) -> None:
    source = build(
        "CREATE TABLE t (v blob)",
        "INSERT INTO t SELECT zeroblob(10000000) FROM (VALUES (1), (2), (3), (4), (5), (6))",
    )
    with source.connect() as session:
        sizes = [b.num_rows for b in session.stream(Statement(sql="SELECT v FROM t"), {})]
    assert sizes == [2, 2, 2]
