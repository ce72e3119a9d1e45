"""Files that others wrote: every format, odd bytes, and what must not be taken for personal data."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from sluicegate.detect import Scanner
from sluicegate.errors import SourceError
from sluicegate.gate.scan import ScanReport, scan_places
from sluicegate.gate.scan_places import find_places

EMAIL = "ann" + "@example.com"


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner.load()


def scan(scanner: Scanner, *paths: Path) -> ScanReport:
    return scan_places(scanner, find_places(paths), fingerprint=lambda _: "f", key_id="k")


@pytest.mark.parametrize(
    "name", ["a.parquet", "a.feather", "a.csv", "a.tsv", "a.jsonl", "a.txt", "a", "a.log"]
)
def test_every_format_is_read(scanner: Scanner, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    table = pa.table({"id": [1, 2], "who": ["nobody", f"write to {EMAIL}"]})
    if name.endswith(".parquet"):
        pq.write_table(table, path)
    elif name.endswith(".feather"):
        pyarrow.feather.write_feather(table, path)
    elif name.endswith((".csv", ".tsv")):
        comma = "," if name.endswith(".csv") else "\t"
        path.write_text(
            "".join(f"{a}{comma}{b}\n" for a, b in [("id", "who"), (1, "x"), (2, EMAIL)])
        )
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in table.to_pylist()))
    report = scan(scanner, tmp_path)
    assert not report.clean
    assert {c.data_class for c in report.scan.counts} == {"email"}
    assert EMAIL not in repr(report)


def test_names_of_files_and_columns_are_looked_at(scanner: Scanner, tmp_path: Path) -> None:
    pq.write_table(pa.table({EMAIL: [1]}), tmp_path / f"{EMAIL}.parquet")
    columns = {c.column for c in scan(scanner, tmp_path).scan.counts}
    assert columns == {"(column name)", "(file name)"}


def test_pseudonyms_are_no_findings_and_are_named(scanner: Scanner, tmp_path: Path) -> None:
    tokens = [hashlib.sha256(str(i).encode()).hexdigest()[:32] for i in range(50_000)]
    pq.write_table(pa.table({"email": tokens}), tmp_path / "a.parquet")
    report = scan(scanner, tmp_path)
    assert report.clean
    assert any("'email'" in spot for spot in report.scan.blind_spots)


def test_a_card_glued_to_hex_digits_is_found(scanner: Scanner, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ref deadbeef" + "4111" * 1 + "1" * 12 + " end")
    assert {c.data_class for c in scan(scanner, tmp_path).scan.counts} == {"card"}


def test_a_secret_over_a_block_border_is_found(
    scanner: Scanner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluicegate.gate.files._TEXT_BYTES", 64)
    monkeypatch.setattr("sluicegate.gate.files._OVERLAP_BYTES", 32)
    (tmp_path / "a.txt").write_text("x" * 50 + f" {EMAIL} and more\n" + "y" * 80 + "\n")
    assert not scan(scanner, tmp_path).clean


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.parquet", b"PAR1 not really"), ("a.feather", b"ARROW1 no"), ("b.parquet", b"")],
)
def test_a_damaged_file_is_an_error_not_clean(
    scanner: Scanner, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=name):
        scan(scanner, tmp_path)


def test_bytes_that_are_no_text_are_scanned_and_named(scanner: Scanner, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe" + EMAIL.encode() + b"\xff")
    report = scan(scanner, tmp_path)
    assert report.scan.total == 1
    assert report.scan.blind_spots


def test_a_missing_path_is_an_error(scanner: Scanner, tmp_path: Any) -> None:
    with pytest.raises(SourceError, match="no file or folder"):
        scan(scanner, tmp_path / "none")


def test_an_empty_folder_is_clean_and_says_how_many_files(scanner: Scanner, tmp_path: Path) -> None:
    assert scan(scanner, tmp_path).files == ()
