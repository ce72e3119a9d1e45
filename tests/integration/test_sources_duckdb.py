"""What only DuckDB has: its types, its reach out of the file, its locks."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from sluicegate.errors import MissingDependencyError, SourceError, SourceUnavailable
from sluicegate.model.plan import Statement
from sluicegate.sources import DuckDBSource
from sluicegate.testing.sources import collect, read

Build = Callable[..., DuckDBSource]
leaked = pa.table({"secret": ["marker-4711"]})


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def make(*statements: str, name: str = "data.duckdb") -> DuckDBSource:
        path = tmp_path / name
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement)
        return DuckDBSource("duck", path)

    return make


@pytest.mark.parametrize(
    ("expression", "arrow", "wanted"),
    [
        ("1::hugeint", pa.string(), "1"),
        (
            "170141183460469231731687303715884105727::hugeint",
            pa.string(),
            "170141183460469231731687303715884105727",
        ),
        ("18446744073709551615::ubigint", pa.uint64(), 2**64 - 1),
        ("1.5::decimal(10,2)", pa.decimal128(10, 2), Decimal("1.50")),
        (
            "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
            pa.string(),
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        ),
        ("INTERVAL 1 DAY", pa.string(), "1 day"),
        (
            "'2020-01-02 03:04:05+02'::timestamptz",
            pa.timestamp("us", tz="UTC"),
            datetime(2020, 1, 2, 1, 4, 5, tzinfo=UTC),
        ),
        ("'\\xFF'::blob", pa.binary(), b"\xff"),
        ("'wild'::mood", pa.string(), "wild"),
        ("'{\"a\": 1}'::json", pa.string(), '{"a": 1}'),
        ("'101'::bit", pa.string(), "101"),
        ("NULL", pa.string(), None),
        ("['a', NULL]", pa.list_(pa.field("l", pa.string())), ["a", None]),
        ("{'a': 1}", pa.string(), '{"a":1}'),
        ("map {'k': 1}", pa.string(), '{"k":1}'),
        ("[{'a': 1}]", pa.list_(pa.field("l", pa.string())), ['{"a":1}']),
        ("[[{'a': 1}]]", pa.string(), '[[{"a":1}]]'),
        ("row(1, 'x')", pa.string(), '[1,"x"]'),
        ("true", pa.bool_(), True),
    ],
)
def test_types_are_kept_or_read_as_text(
    build: Build, expression: str, arrow: Any, wanted: Any
) -> None:
    rows = read(build("CREATE TYPE mood AS ENUM ('calm', 'wild')"), f"SELECT {expression} AS v")
    assert rows.schema.field("v").type == arrow
    assert rows["v"].to_pylist() == [wanted]


def test_what_is_not_kept_is_noted_and_labels_of_an_enum_are_not(build: Build) -> None:
    source = build(
        "CREATE TYPE mood AS ENUM ('marker-4711')",
        "CREATE TABLE t (m mood, h hugeint, u uuid, s struct(a int), i interval)",
    )
    with source.connect() as session:
        collect(session, "SELECT * FROM t")
        notes = "\n".join(session.notes)
        relation = session.relation(None, "T")
    assert relation is not None
    assert [c.family.value for c in relation.columns] == [
        "text",
        "integer",
        "uuid",
        "other",
        "other",
    ]
    assert "marker" not in f"{notes}{relation}"
    assert [n in notes for n in ("'m'", "'h'", "'u'", "'s'", "'i'")] == [
        False,
        True,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    "expression",
    ["'infinity'::timestamp", "'-infinity'::date", "'infinity'::timestamptz", "['infinity'::date]"],
)
def test_infinity_is_an_error(build: Build, expression: str) -> None:
    with pytest.raises(SourceError, match=r"'v'.*infinity"):
        read(build(), f"SELECT {expression} AS v")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM leaked", "SELECT * FROM local", "SELECT * FROM '{folder}/other.csv'", "SELECT * FROM read_csv('{folder}/other.csv')",
        "SELECT * FROM read_text('{folder}/other.csv')", "SELECT * FROM read_blob('/etc/hostname')", "SELECT * FROM glob('/*')",
        "SELECT * FROM sniff_csv('{folder}/other.csv')", "COPY (SELECT 1) TO '{folder}/out.csv'", "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/other.duckdb'", "LOAD httpfs", "INSTALL httpfs", "SET enable_external_access = true", "RESET lock_configuration",
        "SELECT 1; SELECT 2", "CREATE TEMP TABLE x AS SELECT 1", "PREPARE x AS SELECT 1", "CALL pragma_version()", "PRAGMA database_list",
        "USE memory", "CHECKPOINT", "BEGIN", "SELECT getenv('HOME')", "EXPLAIN ANALYZE SELECT 1", "CREATE SECRET x (TYPE s3)",
    ],
)  # fmt: skip
def test_no_statement_reaches_out_of_the_file(build: Build, tmp_path: Path, sql: str) -> None:
    local = leaked
    source = build("CREATE TABLE t (v int)")
    (tmp_path / "other.csv").write_text("a\nmarker-4711\n", encoding="ascii")
    with pytest.raises(SourceError) as caught:
        read(source, sql.format(folder=tmp_path))
    assert "4711" not in str(caught.value)
    assert caught.value.__context__ is None
    assert _names(tmp_path) == ["data.duckdb", "other.csv"]
    assert local is leaked


def test_relations(build: Build) -> None:
    source = build(
        'CREATE SCHEMA shop; CREATE TABLE shop."Mixed Case" (a int NOT NULL, b varchar)',
        "CREATE TABLE t (v int); CREATE VIEW w AS SELECT v FROM t",
    )
    with source.connect() as session:
        table = session.relation("SHOP", "mixed case", quoted=True)
        assert table is not None
        assert str(table.name) == "shop.Mixed Case"
        assert [(c.name, c.native_type, c.nullable) for c in table.columns] == [
            ("a", "INTEGER", False),
            ("b", "VARCHAR", True),
        ]
        view = session.relation(None, "W")
        assert view is not None
        assert (view.kind, view.name.schema) == ("view", "main")
        for schema, name in (
            (None, "duckdb_tables"),
            ("information_schema", "tables"),
            ("pg_catalog", "pg_class"),
            ("temp", "t"),
            (None, "mixed case"),
            ("data", "t"),
        ):
            assert session.relation(schema, name) is None


def test_a_file_in_use_can_be_tried_again(build: Build) -> None:
    source = build("CREATE TABLE t (v int)")
    with (
        duckdb.connect(str(source.path)),
        pytest.raises(SourceUnavailable) as caught,
        source.connect(),
    ):
        pass
    assert caught.value.retryable
    assert read(source, "SELECT 1 AS n").num_rows == 1


def test_files_that_are_none(tmp_path: Path) -> None:
    junk = tmp_path / "junk.duckdb"
    junk.write_text("not a database at all" * 1000, encoding="ascii")
    (tmp_path / "empty.duckdb").touch()
    for path in (
        junk,
        tmp_path / "empty.duckdb",
        tmp_path,
        tmp_path / "none",
        "\0",
        ":memory:",
        "md:shop",
        "",
        "s3://bucket/x",
    ):
        with pytest.raises(SourceError), DuckDBSource("duck", path).connect():
            pass
    assert _names(tmp_path) == ["empty.duckdb", "junk.duckdb"]


def test_nothing_is_spilled(build: Build, tmp_path: Path) -> None:
    source = build()
    with source.connect() as session:
        settings = collect(
            session,
            "SELECT current_setting('temp_directory') AS t, current_setting('TimeZone') AS z",
        )
        assert settings.to_pylist() == [{"t": "", "z": "UTC"}]
        stream = session.stream(
            Statement(
                sql="SELECT i, repeat('x', 100) AS r FROM range(3000000) AS s (i) ORDER BY r, i"
            ),
            {},
        )
        next(stream)
        assert _names(tmp_path) == ["data.duckdb"]


def test_memory_does_not_grow_with_the_result(build: Build) -> None:
    # 1.2 GB pass, with a parameter; held as a whole they would show.
    before = _resident()
    most = rows = 0
    with build().connect() as session:
        statement = Statement(
            sql="SELECT i, repeat('x', 400) AS r FROM range(3000000) AS s (i) WHERE i >= $1",
            parameters=("i",),
        )
        for batch in session.stream(statement, {"i": 0}):
            rows += batch.num_rows
            most = max(most, _resident() - before)
    assert rows == 3_000_000
    assert most < 500_000_000


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_left_stream_does_not_block_the_next_connection(build: Build) -> None:
    source = build()
    for _ in range(3):
        with source.connect() as session:
            stream = session.stream(Statement(sql="SELECT i FROM range(10000000) AS s (i)"), {})
            next(stream)
        done = threading.Event()

        def again(done: threading.Event = done) -> None:
            read(source, "SELECT 1 AS n")
            done.set()

        threading.Thread(target=again, daemon=True).start()
        assert done.wait(10), "the engine of the left stream is still alive"


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch, build: Build) -> None:
    source = build()
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingDependencyError, match=r"sluicegate\[duckdb\]"), source.connect():
        pass
