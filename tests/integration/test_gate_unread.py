"""A cell that is too dense to be read never passes: it is redacted, or the extract quarantined."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

DENSE = ":: " * 30_000
POLICY = """
version: 1
name: dense
sources:
  db: {tables: {main.t: {columns: {id: public, note: CLASS}}}}
rules:
  - id: r
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [p]
    sources: [db]
    tables: [main.t]
"""


@pytest.mark.parametrize(
    ("data_class", "status"), [("public", "quarantined"), ("free_text", "released")]
)
def test_what_is_too_dense_to_be_read_does_not_pass(
    make_bench: Any, tmp_path: Path, data_class: str, status: str
) -> None:
    path = tmp_path / "t.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (id INTEGER, note TEXT)")
        database.execute("INSERT INTO t VALUES (1, ?), (2, 'nothing')", (DENSE,))
        database.commit()
    bench = make_bench({"db": f"sqlite:///{path}"}, POLICY.replace("CLASS", data_class))
    with bench.gate() as gate:
        outcome = gate.extract(
            bench.request(source="db", purpose="p", sql="SELECT id, note FROM t"), bench.identity()
        )
    assert outcome.status == status
    folder = Path(outcome.quarantine or outcome.output)
    rows = [
        row for part in sorted(folder.glob("*.parquet")) for row in pq.read_table(part).to_pylist()
    ]
    assert [row["note"] for row in rows] == ["{UNREAD}", "nothing"]
