"""A budget of memory bounds one batch of any source, and says that it was hit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from sluicegate.errors import BudgetExceeded

POLICY = """
version: 1
name: cells
sources:
  db:
    tables:
      main.t: {columns: {id: public, big: public}}
rules:
  - id: r
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [tests]
    sources: [db]
    tables: [main.t]
    limits: {memory: 16MiB}
"""


def test_a_cell_that_is_too_large_stops_the_extract(make_bench: Callable[..., Any]) -> None:
    bench = make_bench({}, POLICY)
    path = bench.folder / "state" / "t.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (id INTEGER, big TEXT)")
        connection.execute("INSERT INTO t VALUES (1, ?), (2, ?)", ("x", "y" * (20 * 2**20)))
        connection.commit()
    bench.settings = bench.settings.with_sources({"db": f"sqlite:///{path}"})
    out = str(bench.folder / "out")
    small = bench.request(source="db", sql="SELECT id FROM t", purpose="tests", output=out + "1")
    large = bench.request(source="db", sql="SELECT big FROM t", purpose="tests", output=out)
    with bench.gate() as gate:
        assert gate.extract(small, bench.identity()).released
        with pytest.raises(BudgetExceeded, match="16,777,216 bytes of memory for one batch"):
            gate.extract(large, bench.identity())
    assert not (bench.folder / "out").exists()
