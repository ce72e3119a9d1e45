"""Cells that nothing but a look at the whole column, or no look in time, can judge: none passes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

BARE = "988-41-" + "5925"
DENSE = ":: " * 30_000
POLICY = """
version: 1
name: cells
sources:
  db: {tables: {main.t: {columns: {id: public, NAME: CLASS}}}}
rules:
  - id: r
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [p]
    sources: [db]
    tables: [main.t]
"""

Extracted = tuple[str, list[Any]]
"""The status, and what stands in the column afterwards."""


@pytest.fixture
def extract(make_bench: Any, tmp_path: Path) -> Callable[[str, str, list[str]], Extracted]:
    """Return what extracts one column of SQLite, of a name and a data class, through the gate."""

    def run(name: str, data_class: str, cells: list[str]) -> Extracted:
        path = tmp_path / "t.db"
        with closing(sqlite3.connect(path)) as database:
            database.execute(f"CREATE TABLE t (id INTEGER, {name} TEXT)")
            database.executemany("INSERT INTO t VALUES (?, ?)", enumerate(cells))
            database.commit()
        policy = POLICY.replace("NAME", name).replace("CLASS", data_class)
        bench = make_bench({"db": f"sqlite:///{path}"}, policy)
        with bench.gate() as gate:
            assert len(gate.scanner.spans(pa.array([BARE]))) == 0
            request = bench.request(source="db", purpose="p", sql=f"SELECT id, {name} FROM t")
            outcome = gate.extract(request, bench.identity())
        path.unlink()
        parts = sorted(Path(outcome.quarantine or outcome.output).glob("*.parquet"))
        rows = pa.concat_tables(map(pq.read_table, parts)).to_pylist()
        return outcome.status, [row[name] for row in rows]

    return run


_ENDS = pytest.mark.parametrize(
    ("data_class", "status"), [("public", "quarantined"), ("free_text", "released")]
)


@_ENDS
def test_what_is_too_dense_to_be_read_does_not_pass(
    extract: Callable[[str, str, list[str]], Extracted], data_class: str, status: str
) -> None:
    assert extract("note", data_class, [DENSE, "nothing"]) == (status, ["{UNREAD}", "nothing"])


@_ENDS
def test_what_only_the_name_of_a_column_gives_away_is_redacted_too(
    extract: Callable[[str, str, list[str]], Extracted],
    tmp_path: Path,
    data_class: str,
    status: str,
) -> None:
    """Redaction must see what verification sees, or the quarantine would hold it raw."""
    assert extract("ssn", data_class, [BARE]) == (status, ["{US_SSN}"])
    assert BARE.encode() not in b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
