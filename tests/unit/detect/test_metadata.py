"""Values in what a file says about itself."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sluicegate.detect import Scanner
from sluicegate.detect.metadata import metadata_texts
from sluicegate.gate.scan import scan_places
from sluicegate.gate.scan_places import find_places

MAIL = "jane.roe@example.com"


def test_metadata_of_a_schema_and_of_fields_at_any_depth() -> None:
    inner = pa.field("f", pa.string(), metadata={"inner": "3"})
    nested = pa.field("l", pa.list_(pa.struct([inner])), metadata={b"\xff": b"2"})
    schema = pa.schema([nested], metadata={"k": "1", "ARROW:schema": "left out"})
    assert sorted(metadata_texts(schema)) == sorted(["k", "1", "\ufffd", "2", "inner", "3"])
    assert metadata_texts(pa.schema([pa.field("a", pa.int8())])) == []


def test_a_value_in_the_metadata_of_a_file_is_found(scanner: Scanner, tmp_path: Path) -> None:
    table = pa.table({"a": ["x"]}).replace_schema_metadata({"owner": f"mail {MAIL}"})
    for name, used in (("dirty", table), ("clean", table.replace_schema_metadata())):
        pq.write_table(used, tmp_path / f"{name}.parquet")
        report = scan_places(
            scanner,
            find_places([tmp_path / f"{name}.parquet"]),
            fingerprint=lambda v: f"{len(v):032x}",
            key_id="k",
        )
        found = [(c.column, c.detector, c.count) for c in report.scan.counts]
        assert found == ([("(metadata)", "email", 1)] if name == "dirty" else [])


def test_what_pandas_writes_about_a_table_is_no_finding(scanner: Scanner, tmp_path: Path) -> None:
    import pandas as pd

    pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=[10, 11]).to_parquet(tmp_path / "p.parquet")
    report = scan_places(
        scanner,
        find_places([tmp_path / "p.parquet"]),
        fingerprint=lambda v: f"{len(v):032x}",
        key_id="k",
    )
    assert report.clean
