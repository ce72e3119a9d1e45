"""Every sink under the contract of sinks."""

from __future__ import annotations

import io
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from sluicegate.model.output_options import OutputOptions
from sluicegate.model.sensitive import Sensitive
from sluicegate.sinks import LocalSink, Sink, open_sink
from sluicegate.sinks.table import open_store
from sluicegate.sinks.table_location import table_location
from sluicegate.sinks.table_store import TableStore
from sluicegate.testing import SinkContract


class _Local(SinkContract):
    @pytest.fixture
    def sink(self) -> Sink:
        return LocalSink()

    def names(self, output: str) -> list[str]:
        folder = self._folder(output)
        return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())

    def content(self, output: str, name: str) -> bytes:
        return (self._folder(output) / name).read_bytes()

    def rows(self, output: str) -> pa.Table:
        return pq.read_table(sorted(self._folder(output).glob("part-*.parquet")))

    def _folder(self, output: str) -> Path:
        return Path(output.removeprefix("file://"))


class TestPath(_Local):
    @pytest.fixture
    def output(self, tmp_path: Path) -> str:
        return str(tmp_path / "lake" / "customers")


class TestUrlOfAnEmptyFolder(_Local):
    @pytest.fixture
    def output(self, tmp_path: Path) -> str:
        (tmp_path / "customers").mkdir()
        return f"file://{tmp_path}/customers"


class TestSmallFiles(_Local):
    @pytest.fixture
    def sink(self) -> Sink:
        return LocalSink(OutputOptions(rows_per_file=2, compression="none"))

    @pytest.fixture
    def output(self, tmp_path: Path) -> str:
        return str(tmp_path / "ünïcode folder")


class TestPartitions(_Local):
    keeps_order = False

    @pytest.fixture
    def sink(self) -> Sink:
        return LocalSink(OutputOptions(partition_by=("text",)))

    @pytest.fixture
    def output(self, tmp_path: Path) -> str:
        return str(tmp_path / "customers")

    def rows(self, output: str) -> pa.Table:
        return _read_partitioned(sorted(self._folder(output).rglob("part-*.parquet")), output)


class _S3(SinkContract):
    keeps_quarantined_rows = False

    @pytest.fixture(autouse=True)
    def _store(self, object_store: Any) -> None:
        self.store = object_store

    @pytest.fixture
    def sink(self, output: str) -> Sink:
        return open_sink(output)

    @pytest.fixture
    def output(self, object_store: Any) -> str:
        return f"s3://{object_store.bucket()}/train/customers/"

    def names(self, output: str) -> list[str]:
        if "://" not in output:
            return sorted(p.name for p in Path(output).rglob("*") if p.is_file())
        bucket, prefix = self._split(output)
        return [key.removeprefix(prefix) for key in self.store.keys(bucket, prefix)]

    def content(self, output: str, name: str) -> bytes:
        if "://" not in output:
            return (Path(output) / name).read_bytes()
        bucket, prefix = self._split(output)
        found: bytes = self.store.content(bucket, prefix + name)
        return found

    def rows(self, output: str) -> pa.Table:
        files = [n for n in self.names(output) if "part-" in n]
        files.sort(key=lambda name: name.rpartition("/")[2])
        return pa.concat_tables(
            pq.read_table(io.BytesIO(self.content(output, name))) for name in files
        )

    def elsewhere(self, output: str, tmp_path: Path) -> str:  # noqa: ARG002 - of the contract
        return str(tmp_path / "quarantine")

    def _split(self, output: str) -> tuple[str, str]:
        bucket, _, prefix = output.partition("://")[2].partition("/")
        return bucket, prefix.rstrip("/") + "/"


class TestS3(_S3):
    pass


class TestS3WithoutASlashAndSmallFiles(_S3):
    @pytest.fixture
    def sink(self, output: str) -> Sink:
        return open_sink(output, OutputOptions(rows_per_file=2, compression="none"))

    @pytest.fixture
    def output(self, object_store: Any) -> str:
        return f"S3a://{object_store.bucket()}/train/ünïcode folder"


class _OtherFormat(_Local):
    carries_metadata = False
    form: Any = "csv"

    @pytest.fixture
    def sink(self) -> Sink:
        return LocalSink(OutputOptions(format=self.form))

    @pytest.fixture
    def output(self, tmp_path: Path) -> str:
        return str(tmp_path / "customers")

    def rows(self, output: str) -> pa.Table:
        (file,) = self._folder(output).glob("part-*")
        return self.read(file)

    def read(self, file: Path) -> pa.Table:
        return pacsv.read_csv(
            file,
            convert_options=pacsv.ConvertOptions(
                column_types={"id": pa.int64(), "text": pa.string()}
            ),
        )


class TestCsv(_OtherFormat):
    pass


class TestJsonLines(_OtherFormat):
    form = "jsonl"

    def read(self, file: Path) -> pa.Table:
        schema = pa.schema([("id", pa.int64()), ("text", pa.string())])
        found = [json.loads(line) for line in file.read_text().splitlines()]
        return pa.Table.from_pylist(found, schema=schema)


class TestArrow(_OtherFormat):
    form = "arrow"
    carries_metadata = True

    def read(self, file: Path) -> pa.Table:
        with pa.ipc.open_file(file.read_bytes()) as reader:
            return reader.read_all()


def _read_partitioned(files: list[Path], output: str) -> pa.Table:
    """Read in the order of the files' numbers; partitions become a column again."""
    partitioning = ds.partitioning(pa.schema([("text", pa.string())]), flavor="hive")
    files.sort(key=lambda path: path.name)
    table = ds.dataset(
        [str(f) for f in files], partitioning=partitioning, partition_base_dir=output
    ).to_table()
    metadata = pq.read_schema(files[0]).metadata
    return table.select(["id", "text"]).replace_schema_metadata(metadata)


class _Table(SinkContract):
    keeps_quarantined_rows = False
    keeps_order = False
    carries_metadata = False
    url = ""

    @pytest.fixture
    def sink(self, output: str) -> Sink:
        return open_sink(output, source_url=lambda _: Sensitive(self.url))

    @pytest.fixture
    def output(self) -> str:
        return "table://warehouse/train.customers"

    def names(self, output: str) -> list[str]:
        if "://" not in output:
            return sorted(p.name for p in Path(output).rglob("*") if p.is_file())
        location = table_location(output)
        with closing(self._store(output)) as store:
            table = [location.name] if store.relation(location.schema, location.table) else []
            attested = store.attestation(location) is not None
        return sorted([*table, *(["_SLUICEGATE/attestation.json"] if attested else [])])

    def content(self, output: str, name: str) -> bytes:
        if "://" not in output:
            return (Path(output) / name).read_bytes()
        location = table_location(output)
        with closing(self._store(output)) as store:
            return b"".join(text for text, _ in store.texts(location.schema, location.table))

    def rows(self, output: str) -> pa.Table:
        with closing(self._store(output)) as store:
            found = list(store.read("SELECT id, text FROM train.customers"))
        return pa.Table.from_batches(found, pa.schema([("id", pa.int64()), ("text", pa.string())]))

    def elsewhere(self, output: str, tmp_path: Path) -> str:  # noqa: ARG002 - of the contract
        return str(tmp_path / "quarantine")

    def _store(self, output: str) -> TableStore:
        return open_store(table_location(output), lambda _: Sensitive(self.url))


class TestDuckDBTable(_Table):
    @pytest.fixture(autouse=True)
    def _database(self, tmp_path: Path) -> None:
        self.url = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
        with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
            connection.execute("CREATE SCHEMA train")


@pytest.mark.postgres
class TestPostgresTable(_Table):
    @pytest.fixture(autouse=True)
    def _database(self, postgres: Any) -> None:
        self.url = postgres.database()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("CREATE SCHEMA train")
