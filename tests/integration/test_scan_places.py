"""Scans of patterns, partitions, S3 and tables: one report, streamed, and tables on record."""

from __future__ import annotations

import bz2
import gzip
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate.errors import ConfigurationError, SourceError
from sluicegate.gate.scan_places import partitions_of

EMAIL = "ann" + "@example.com"
POLICY = """
version: 1
name: lake
sources:
  shop:
    tables:
      {schema}.people: {{columns: {{id: public, note: public, extra: secret}}}}
      {schema}.closed: {{columns: {{id: public}}}}
rules:
  - id: weekly-scan
    effect: scan
    principals: [{{pipeline: tests}}]
    sources: [shop]
    tables: ["*"]
  - id: not-closed
    effect: forbid
    reason: Nobody looks at these.
    sources: [shop]
    tables: [{schema}.closed]
"""
ROWS = [(1, f"write to {EMAIL}", "x"), (2, None, None)]


@pytest.fixture
def gate(make_bench: Callable[..., Any]) -> Any:
    bench = make_bench({}, POLICY.format(schema="main"))
    with bench.gate() as opened:
        yield opened


def classes(report: Any) -> set[str]:
    return {str(c.data_class) for c in report.scan.counts}


def test_a_pattern_names_many_files(gate: Any, tmp_path: Path) -> None:
    for day in ("01", "02"):
        folder = tmp_path / "lake" / day
        folder.mkdir(parents=True)
        (folder / "a.csv").write_text(f"id,note\n1,{EMAIL}\n")
        (folder / "b.txt").write_text("nothing")
    report = gate.scan([f"{tmp_path}/lake/*/*.csv"])
    assert [Path(f).name for f in report.files] == ["a.csv", "a.csv"]
    assert classes(report) == {"email"}
    assert gate.scan([str(tmp_path / "lake" / "**" / "*.txt")]).clean
    with pytest.raises(SourceError, match="matches"):
        gate.scan([f"{tmp_path}/lake/*.parquet"])


def test_values_in_the_names_of_folders_are_values_of_a_column(gate: Any, tmp_path: Path) -> None:
    folder = tmp_path / "lake" / "day=2026-01-01" / "who=ann%40example.com"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"id": [1]}), folder / "part-0.parquet")
    report = gate.scan([tmp_path / "lake"])
    assert [(c.column, str(c.data_class)) for c in report.scan.counts] == [("who", "email")]
    assert EMAIL not in repr(report)
    assert report.scan.rows == 1


def test_parts_of_a_path() -> None:
    found = partitions_of("/lake/a=1/b=/c=__HIVE_DEFAULT_PARTITION__/d=x%2Fy/e=f=g/t=1.parquet")
    assert found == {"a": "1", "b": "", "d": "x/y", "e": "f=g"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.txt"])
def test_what_is_packed_is_unpacked(
    gate: Any, tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    ending = {gzip: ".gz", bz2: ".bz2"}[gzip if pack is gzip.compress else bz2]
    path = tmp_path / f"{name}{ending}"
    path.write_bytes(pack(f'id,note\n1,"{EMAIL}"\n'.encode()))
    assert classes(gate.scan([path])) == {"email"}
    path.write_bytes(pack(f'id,note\n1,"{EMAIL}"\n'.encode())[:-12])
    with pytest.raises(SourceError):
        gate.scan([path])


def test_a_prefix_on_s3(gate: Any, object_store: Any, tmp_path: Path) -> None:
    bucket = object_store.bucket()
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"note": ["x", f"to {EMAIL}"]}), sink)
    bodies = {
        "lake/a.parquet": sink.getvalue().to_pybytes(),
        "lake/day=1/who=ann%40example.com/b.csv.gz": gzip.compress(b"id\n1\n"),
        "lake/c.jsonl": b'{"a": 1}\n',
        "lake/_SLUICEGATE/attestation.json": EMAIL.encode(),
        "other/d.txt": EMAIL.encode(),
    }
    for key, body in bodies.items():
        object_store.client.put_object(Bucket=bucket, Key=key, Body=body)
    report = gate.scan([f"s3://{bucket}/lake/"])
    assert {(c.column, c.count) for c in report.scan.counts} == {("note", 1), ("who", 1)}
    assert report.files[0] == f"s3://{bucket}/lake/a.parquet"
    assert EMAIL not in repr(report)
    one = gate.scan([f"s3://{bucket}/lake/c.jsonl"])
    assert one.clean
    assert one.files == (f"s3://{bucket}/lake/c.jsonl",)
    with pytest.raises(SourceError):
        gate.scan([f"s3://{bucket}/empty/"])


def postgres_url(postgres: Any, _: Path) -> tuple[str, str]:
    url = str(postgres.database())
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE TABLE people (id int, note text, extra text)")
        db.execute("CREATE TABLE closed (id int)")
        db.execute("CREATE TABLE unlisted (id int)")
        db.cursor().executemany("INSERT INTO people VALUES (%s, %s, %s)", ROWS)
    return url, "public"


def sqlite_url(_: Any, folder: Path) -> tuple[str, str]:
    with closing(sqlite3.connect(folder / "p.db")) as db:
        db.executescript(
            "CREATE TABLE people (id INT, note, extra); CREATE TABLE closed (id INT);"
            " CREATE TABLE unlisted (id INT)"
        )
        # a text in a column of numbers, and bytes
        db.executemany("INSERT INTO people VALUES (?, ?, ?)", [*ROWS, (EMAIL, b"\xff", 1.5)])
        db.commit()
    return f"sqlite:///{folder / 'p.db'}", "main"


def duckdb_url(_: Any, folder: Path) -> tuple[str, str]:
    with duckdb.connect(str(folder / "p.duckdb")) as db:
        db.execute("CREATE TABLE people (id INT, note VARCHAR, extra VARCHAR)")
        db.execute("CREATE TABLE closed (id INT)")
        db.execute("CREATE TABLE unlisted (id INT)")
        db.executemany("INSERT INTO people VALUES (?, ?, ?)", ROWS)
    return f"duckdb:///{folder / 'p.duckdb'}", "main"


@pytest.mark.parametrize("build", [postgres_url, sqlite_url, duckdb_url])
def test_tables_are_scanned_by_a_grant_and_on_record(
    build: Any, postgres: Any, tmp_path: Path, make_bench: Callable[..., Any]
) -> None:
    url, schema = build(postgres, tmp_path)
    bench = make_bench({"shop": url}, POLICY.format(schema=schema))
    (tmp_path / "a.txt").write_text("nothing")
    identity = bench.identity()
    with bench.gate() as gate:
        target = f"table://shop/{schema}.people"
        report = gate.scan([target, tmp_path / "a.txt"], identity)
        assert report.files == (str(tmp_path / "a.txt"), target)
        assert classes(report) == {"email"}
        assert report.scan.rows >= len(ROWS)
        assert EMAIL not in repr(report)
        records = [(r.kind, dict(r.body)) for r in gate.ledger.records()]
        assert [kind for kind, _ in records] == ["scan.intent", "scan.outcome"]
        assert records[0][1]["rules"] == ["weekly-scan"]
        assert records[1][1]["findings"]["email"] >= 1
        assert EMAIL not in repr(records)
        for name, code in (
            (f"{schema}.closed", "POLICY-FORBIDDEN"),
            (f"{schema}.unlisted", "POLICY-RELATION-UNKNOWN"),
            (f"{schema}.gone", "SCAN-NO-TABLE"),
        ):
            refused = gate.scan([target, f"table://shop/{name}"], identity)
            assert not refused.clean
            assert [r.code for r in refused.reasons] == [code]
            assert refused.files == ()
        stranger = gate.scan([target], bench.identity(pipeline="other"))
        assert [r.code for r in stranger.reasons] == ["POLICY-SCAN"]
        kinds = [r.kind for r in gate.ledger.records()]
        assert kinds[2:] == ["scan.refused"] * 4
        with pytest.raises(ConfigurationError):
            gate.scan([target])


def test_a_scan_that_breaks_is_on_record_without_its_rows(
    make_bench: Callable[..., Any], postgres: Any, tmp_path: Path
) -> None:
    url, schema = postgres_url(postgres, tmp_path)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("ALTER TABLE people RENAME TO stand")
        # the server would quote the value in its error
        db.execute("CREATE VIEW people AS SELECT id, note::int AS note, extra FROM stand")
    bench = make_bench({"shop": url}, POLICY.format(schema=schema))
    with bench.gate() as gate:
        with pytest.raises(SourceError) as caught:
            gate.scan([f"table://shop/{schema}.people"], bench.identity())
        assert EMAIL not in str(caught.value)
        assert caught.value.__cause__ is caught.value.__context__ is None
        last = list(gate.ledger.records())[-1]
    assert (last.kind, last.body["status"], last.body["error"]) == (
        "scan.outcome",
        "failed",
        "SG-SOURCE",
    )


def test_a_big_table_takes_the_memory_of_a_batch(
    make_bench: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "p.duckdb"
    with duckdb.connect(str(path)) as db:
        db.execute(
            "CREATE TABLE people AS SELECT i AS id, 'n' || i AS note, '' AS extra FROM range(400000) t(i)"
        )
    bench = make_bench({"shop": f"duckdb:///{path}"}, POLICY.format(schema="main"))
    with bench.gate() as gate:
        before = pa.total_allocated_bytes()
        tracemalloc.start()
        report = gate.scan(["table://shop/main.people"], bench.identity())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert report.scan.rows == 400_000
    assert peak < 64 << 20
    assert pa.total_allocated_bytes() - before < 64 << 20


@pytest.mark.parametrize("target", ["ftp://x/y", "table://shop/a.b.c", "table://shop/x.y.z"])
def test_places_that_nothing_reads(
    make_bench: Callable[..., Any], tmp_path: Path, target: str
) -> None:
    url, schema = sqlite_url(None, tmp_path)
    bench = make_bench({"shop": url}, POLICY.format(schema=schema))
    with bench.gate() as gate, pytest.raises(ConfigurationError):
        gate.scan([target], bench.identity())
