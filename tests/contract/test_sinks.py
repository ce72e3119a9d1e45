"""The local sink under the contract of sinks."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate.sinks import LocalParquetSink, Sink
from sluicegate.testing import SinkContract


class _Local(SinkContract):
    @pytest.fixture
    def sink(self) -> Sink:
        return LocalParquetSink()

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
        return LocalParquetSink(rows_per_file=2, compression="none")

    @pytest.fixture
    def output(self, tmp_path: Path) -> str:
        return str(tmp_path / "ünïcode folder")
