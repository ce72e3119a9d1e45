"""Files as sources under the contract: each format that keeps every type, local and on S3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import ipc

from sluicegate.sources import Source, open_source
from sluicegate.testing import KIT_COLUMNS, KIT_ROWS, KIT_TABLE, SourceContract

_TYPES = {
    "integer": pa.int64(),
    "text": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "decimal": pa.decimal128(10, 2),
    "boolean": pa.bool_(),
    "binary": pa.binary(),
}


def kit() -> pa.Table:
    columns = zip(*KIT_ROWS, strict=True)
    arrays = [pa.array(c, _TYPES[k]) for c, (_, k) in zip(columns, KIT_COLUMNS, strict=True)]
    return pa.table(arrays, names=[name for name, _ in KIT_COLUMNS])


def write_arrow(table: pa.Table, path: Path) -> None:
    with ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)


class FilesContract(SourceContract):
    endless = "SELECT count(*) AS n FROM range(1000000000000) AS s (i) WHERE i % 7 = 3"
    failing = "SELECT CAST(CAST({} AS varchar) AS integer) AS n"
    writes = (
        f"INSERT INTO {KIT_TABLE} (id) VALUES (9)",
        f"DELETE FROM {KIT_TABLE} RETURNING id",
        f"DROP VIEW {KIT_TABLE}",
        f"COPY {KIT_TABLE} TO 'out.csv'",
        f"COPY {KIT_TABLE} TO 'sluicegate://out.csv'",
        "CREATE TABLE t AS SELECT 1",
        "CREATE TEMP TABLE t AS SELECT 1",
        "SET threads = 1",
        "SET memory_limit = '1GB'",
        "PRAGMA enable_profiling",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "COMMIT",
    )


class TestParquetFile(FilesContract):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory: pytest.TempPathFactory) -> Source:
        folder = tmp_path_factory.mktemp("parquet")
        pq.write_table(kit(), folder / f"{KIT_TABLE}.parquet")
        return open_source("kit", f"files:///{folder}")


class TestArrowFile(FilesContract):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory: pytest.TempPathFactory) -> Source:
        path = tmp_path_factory.mktemp("arrow") / f"{KIT_TABLE}.arrow"
        write_arrow(kit(), path)
        return open_source("kit", f"files:///{path}")


class TestFolderOfParquet(FilesContract):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory: pytest.TempPathFactory) -> Source:
        folder = tmp_path_factory.mktemp("folder")
        (folder / KIT_TABLE).mkdir()
        for number in range(len(KIT_ROWS)):
            path = folder / KIT_TABLE / f"part-{number}.parquet"
            pq.write_table(kit().slice(number, 1), path)
        return open_source("kit", f"files:///{folder}")


class TestS3(FilesContract):
    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, s3: Any, tmp_path_factory: pytest.TempPathFactory) -> Source:
        path = tmp_path_factory.mktemp("s3") / "kit.parquet"
        pq.write_table(kit(), path)
        s3.client.create_bucket(Bucket="kit")
        s3.client.upload_file(str(path), "kit", f"lake/{KIT_TABLE}.parquet")
        return open_source("kit", f"s3://kit/lake?endpoint={s3.url}")
