"""An extract whose sink does not hold what the chamber passed: nothing is released (promise P9)."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate import OutputOptions
from sluicegate.errors import OutputDiffers
from sluicegate.evidence import ATTESTATION
from sluicegate.gate.plants import keyed_values
from sluicegate.gate.sink_proof import ProvenStaging, without_dictionaries
from sluicegate.model.sensitive import Sensitive
from sluicegate.sinks import open_sink
from sluicegate.sinks.part_files import PartFiles
from sluicegate.sinks.table_duckdb import DuckDBStore
from sluicegate.sinks.table_postgres import PostgresStore
from sluicegate.testing.sinks import FAULTS, batch, stage

SQL = "SELECT id, ref, customer, note FROM orders"


@pytest.fixture
def bench(make_orders: Callable[..., Any]) -> Any:
    return make_orders(
        [(i, f"order {i}", f"c{i}", f"see person{i}@example.com") for i in range(50)]
    )


def asked(bench: Any, **options: Any) -> Any:
    return bench.request(
        source="shop", sql=SQL, purpose="training", output_options=OutputOptions(**options)
    )


def statement(output: str) -> Any:
    envelope = json.loads(Path(output, ATTESTATION).read_bytes())
    return json.loads(base64.b64decode(envelope["payload"]))


def raw(rows: pa.RecordBatch) -> pa.RecordBatch:
    values = [f"person{i}@example.com" for i in range(rows.num_rows)]
    return rows.set_column(3, "note", pa.array(values, rows.schema.field("note").type))


def swapped(rows: pa.RecordBatch) -> pa.RecordBatch:
    columns = [rows.column(n) for n in ("id", "customer", "ref", "note")]
    kinds = rows.schema.types
    return pa.record_batch(
        [c.cast(k) for c, k in zip(columns, kinds, strict=True)], rows.schema.names
    )


def shorter(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows.slice(0, max(1, rows.num_rows - 1))


@pytest.mark.parametrize("fault", [raw, swapped, shorter])
@pytest.mark.parametrize("form", ["parquet", "arrow", "csv", "jsonl"])
def test_a_faulty_sink_fails_the_run_and_leaves_nothing(
    bench: Any, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Any], Any], form: Any
) -> None:
    write = PartFiles.write
    with monkeypatch.context() as patch:
        patch.setattr(PartFiles, "write", lambda self, rows: write(self, fault(rows)))
        with bench.gate() as gate:
            with pytest.raises(OutputDiffers) as caught:
                gate.extract(asked(bench, format=form), bench.identity())
            assert "person" not in str(caught.value)
            assert list(gate.ledger.records())[-1].body["error"] == OutputDiffers.code
            assert not list(gate.ledger.records(kind="extract.verified"))
    assert bench.leftovers() == ["shop.db"]
    with bench.gate() as gate:
        assert gate.extract(asked(bench, format=form), bench.identity()).released


def test_the_attestation_tells_of_the_canaries_at_the_sink(bench: Any) -> None:
    with bench.gate() as gate:
        outcome = gate.extract(asked(bench), bench.identity())
    assert outcome.released
    told = statement(outcome.output)["predicate"]["canaries"]
    assert told["seen_at_sink"] > 0
    assert told["rows_read_back"] == told["rows_written"] == outcome.rows
    assert [p.name for p in Path(outcome.output, "_SLUICEGATE").iterdir()] == ["attestation.json"]


def test_what_the_sink_writes_as_canaries_is_masked_and_of_this_run(
    bench: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[pa.RecordBatch] = []
    trial = PartFiles.trial

    def watched(self: PartFiles, rows: pa.RecordBatch) -> Any:
        seen.append(rows)
        return trial(self, rows)

    monkeypatch.setattr(PartFiles, "trial", watched)
    with bench.gate() as gate:
        for number in range(2):
            request = replace(asked(bench), output=str(bench.folder / f"out-{number}"))
            assert gate.extract(request, bench.identity()).released
        scanner = gate.scanner
        first, second = (pa.Table.from_batches([rows]) for rows in seen)
        for column in ("ref", "note"):
            assert not len(
                scanner.spans(
                    first[column].combine_chunks().cast(pa.large_string()), column=column
                ).row
            )
    assert first["ref"] != second["ref"]
    assert first["customer"] != second["customer"]


def test_an_object_that_changed_on_s3_is_found_out(
    object_store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = object_store.bucket()
    output = f"s3://{bucket}/lake/customers/"
    staging = ProvenStaging(stage(open_sink(output), output), OutputOptions())
    staging.write(batch(9))
    staging.finish()
    stored = staging.stored()
    monkeypatch.setattr(staging._staging, "stored", lambda: stored)
    (key,) = object_store.keys(bucket)
    body = io.BytesIO()
    pq.write_table(pa.Table.from_batches([batch(8)]), body)
    object_store.client.put_object(Bucket=bucket, Key=key, Body=body.getvalue())
    with pytest.raises(OutputDiffers):
        staging.prove(batch(3))
    staging.discard()
    assert object_store.keys(bucket) == []
    assert object_store.uploads(bucket) == []


def test_canaries_leave_no_version_behind(object_store: Any) -> None:
    bucket = object_store.bucket()
    client = object_store.client
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    output = f"s3://{bucket}/lake/customers/"
    staging = ProvenStaging(stage(open_sink(output), output), OutputOptions())
    staging.write(batch(9))
    staging.finish()
    assert staging.prove(batch(3)).canaries == 3
    staging.publish({ATTESTATION: b"{}"})
    found = client.list_object_versions(Bucket=bucket)
    assert not [v for v in found["Versions"] if "trial" in v["Key"]]
    assert not found.get("DeleteMarkers")


@pytest.fixture(params=["duckdb", "postgresql"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, str]:
    """Give the class of a store, and the URL of a database."""
    if request.param == "duckdb":
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
            connection.execute("CREATE SCHEMA train")
        return DuckDBStore, f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    url = request.getfixturevalue("postgres").database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA train")
    return PostgresStore, url


@pytest.mark.postgres
@pytest.mark.parametrize("fault", FAULTS[1:5])
def test_a_database_that_gets_other_rows_is_found_out(
    warehouse: tuple[Any, str], monkeypatch: pytest.MonkeyPatch, fault: Callable[..., Any]
) -> None:
    """Also when it alters the canaries and the sample in just the same way."""
    store, url = warehouse
    ingest = store.ingest

    def faulty(self: Any, schema: str, table: str, rows: pa.Table, *, create: bool) -> None:
        altered = [fault(b, 0) for b in rows.combine_chunks().to_batches()]
        ingest(self, schema, table, pa.Table.from_batches(altered), create=create)

    monkeypatch.setattr(store, "ingest", faulty)
    output = "table://warehouse/train.customers"
    sink = open_sink(output, source_url=lambda _: Sensitive(url))
    staging = ProvenStaging(stage(sink, output), OutputOptions())
    staging.write(batch(9))
    staging.finish()
    with pytest.raises(OutputDiffers):
        staging.prove(batch(3))
    staging.discard()


ROWS = 6
MOMENT = datetime(2020, 2, 29, 3, 4, 5, 6, tzinfo=UTC)
COLUMNS = {
    "small": pa.array([1, None, 3] * 2, pa.int16()),
    "unsigned": pa.array([2**32 - 1] * ROWS, pa.uint32()),
    "float": pa.array([float("nan"), float("inf"), -0.0, 1e300, None, 0.1]),
    "short": pa.array([0.1] * ROWS, pa.float32()),
    "text": pa.array(["", None, "ü\n", "'", '"', "\\"]),
    "few": pa.array(["a", "b", None] * 2).dictionary_encode(),
    "truth": pa.array([True, None, False] * 2),
    "day": pa.array([MOMENT.date()] * ROWS),
    "moment": pa.array([MOMENT.replace(tzinfo=None)] * ROWS),
    "zoned": pa.array([MOMENT] * ROWS, pa.timestamp("us", "Europe/Berlin")),
    "nanos": pa.array([1_000, None, 7_000] * 2, pa.timestamp("ns")),
    "time": pa.array([MOMENT.time()] * ROWS),
    "price": pa.array([Decimal("1.50")] * ROWS, pa.decimal128(10, 2)),
    "nothing": pa.nulls(ROWS),
    "bytes": pa.array([b"\x00a", None, b""] * 2),
    "list": pa.array([[1, None], None, []] * 2),
    "span": pa.array([timedelta(days=400, microseconds=5)] * ROWS),
}


@pytest.mark.postgres
def test_what_a_database_makes_of_types_is_no_difference(warehouse: tuple[Any, str]) -> None:
    _, url = warehouse
    output = "table://warehouse/train.customers"
    sink = open_sink(output, source_url=lambda _: Sensitive(url))
    staging = ProvenStaging(stage(sink, output), OutputOptions())
    rows = pa.record_batch(list(COLUMNS.values()), list(COLUMNS))
    staging.write(rows)
    staging.finish()
    plain = without_dictionaries(rows.schema)
    values = [keyed_values(field.type, field.name, 300) for field in plain]
    assert staging.prove(pa.RecordBatch.from_arrays(values, schema=plain)).compared == ROWS
    staging.publish({})


@pytest.mark.postgres
def test_nanoseconds_that_a_database_cuts_are_found_out(postgres: Any) -> None:
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA train")
    output = "table://warehouse/train.customers"
    sink = open_sink(output, source_url=lambda _: Sensitive(url))
    staging = ProvenStaging(stage(sink, output), OutputOptions())
    staging.write(pa.record_batch([pa.array([1_001], pa.timestamp("ns"))], ["at"]))
    staging.finish()
    canaries = pa.record_batch([keyed_values(pa.timestamp("ns"), "at", 3)], ["at"])
    with pytest.raises(OutputDiffers):
        staging.prove(canaries)
    staging.discard()
