"""Formats, partitions and S3 through the whole gate, and reading the release back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sluicegate import Demands, OutputOptions, Status, open_dataset
from sluicegate.errors import IntegrityError, OutputExists
from sluicegate.evidence import verify_output

POLICY = """
version: 1
name: outputs
sources:
  shop:
    tables:
      main.customers:
        columns: {id: public, email: email, plan: public, born: birth_date, notes: free_text, age: age}
classes:
  email: {mask: pseudonymize}
  age: {mask: bucket, bounds: [18, 65]}
  birth_date: {mask: generalize_date, unit: year}
rules:
  - id: permit-training
    effect: permit
    principals: [{pipeline: tests}]
    purposes: [training]
    sources: [shop]
    tables: ["main.*"]
"""
SQL = "SELECT id, email, plan, born, notes FROM customers ORDER BY id"


@pytest.fixture
def bench(make_bench: Callable[..., Any], tmp_path: Path) -> Any:
    (tmp_path / "state").mkdir()
    file = tmp_path / "state" / "shop.db"
    with sqlite3.connect(file) as connection:
        connection.execute(
            "CREATE TABLE customers (id INTEGER, email TEXT, plan TEXT, born DATE, notes TEXT, age INTEGER)"
        )
        connection.executemany(
            "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    n,
                    f"user{n}@example.com",
                    ("gold", "Gold", "a/b", None)[n % 4],
                    f"19{n % 3 + 70}-05-01",
                    "=1+1",
                    n,
                )
                for n in range(200)
            ],
        )
    connection.close()
    return make_bench({"shop": f"sqlite:///{file}"}, POLICY)


def request(bench: Any, output: str = "", **options: Any) -> Any:
    changes = {"source": "shop", "sql": SQL, "purpose": "training"}
    changes["output"] = output or str(bench.folder / "out")
    return bench.request(**changes, output_options=OutputOptions(**options))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"format": "arrow"},
        {"format": "csv"},
        {"format": "csv", "compression": "gzip", "rows_per_file": 30},
        {"format": "jsonl"},
        {"format": "jsonl", "compression": "zstd"},
        {"partition_by": ("plan",)},
        {"partition_by": ("plan",), "format": "csv"},
    ],
)
@pytest.mark.parametrize("where", ["local", "s3"])
def test_what_is_released_is_read_back(
    bench: Any, object_store: Any, options: dict[str, Any], where: str
) -> None:
    output = "" if where == "local" else f"s3://{object_store.bucket()}/lake/customers/"
    asked = request(bench, output, **options)
    with bench.gate() as gate:
        identity = bench.identity()
        outcome = gate.extract(asked, identity)
        assert outcome.released, outcome.reasons
        assert verify_output(asked.output, gate.trusted).ok
        again = gate.extract(asked, identity)
        assert again.replayed
        assert again.files == outcome.files
        trusted = gate.trusted
        with pytest.raises(OutputExists):
            gate.extract(asked, bench.identity())
    table = open_dataset(asked.output, trusted_keys=trusted, purpose="training").to_table()
    rows = sorted(table.to_pylist(), key=lambda row: row["id"])
    assert [row["id"] for row in rows] == list(range(200))
    assert [row["plan"] for row in rows[:4]] == ["gold", "Gold", "a/b", None]
    assert len({row["email"] for row in rows}) == 200
    guarded = "'=1+1" if options.get("format") == "csv" else "=1+1"
    assert {row["notes"] for row in rows} == {guarded}
    with pytest.raises(IntegrityError, match="purpose"):
        open_dataset(asked.output, trusted_keys=trusted, purpose="marketing")
    fresh = Demands(not_older_than=timedelta(hours=1), sources=("shop",))
    assert open_dataset(asked.output, trusted_keys=trusted, demands=fresh).count_rows() == len(
        table
    )
    with pytest.raises(IntegrityError, match="2 are demanded"):
        open_dataset(asked.output, trusted_keys=trusted, demands=Demands(min_approvals=2))


def test_options_are_bound_by_the_plan(bench: Any) -> None:
    with bench.gate() as gate:
        plans = [
            gate.plan(request(bench, **options), bench.identity()).plan
            for options in ({}, {"format": "csv"}, {"compression_level": 3}, {"rows_per_file": 5})
        ]
    assert len({plan.digest for plan in plans}) == 4


@pytest.mark.parametrize("column", ["email", "notes", "nothing"])
def test_only_what_anybody_may_see_becomes_a_folder(bench: Any, column: str) -> None:
    with bench.gate() as gate:
        outcome = gate.extract(request(bench, partition_by=(column,)), bench.identity())
    assert outcome.status is Status.REFUSED
    assert [r.code for r in outcome.reasons] == ["SG-PARTITION"]
    assert not (bench.folder / "out").exists()


def test_buckets_may_be_folders(bench: Any) -> None:
    asked = request(bench, partition_by=("age",))
    with bench.gate() as gate:
        outcome = gate.extract(
            replace(asked, sql="SELECT id, age FROM customers"), bench.identity()
        )
        assert outcome.released, outcome.reasons
        trusted = gate.trusted
    assert {f.name.partition("/")[0] for f in outcome.files} == {
        "age=%3C18", "age=18-65", "age=%3E%3D65",
    }  # fmt: skip
    ages = open_dataset(asked.output, trusted_keys=trusted).to_table()["age"].to_pylist()
    assert sorted(set(ages)) == ["18-65", "<18", ">=65"]


def test_what_is_computed_from_public_columns_may_be_a_folder(bench: Any) -> None:
    for sql, released in (
        ("SELECT id, upper(plan) AS part FROM customers", True),
        ("SELECT id, CASE WHEN plan = 'gold' THEN email END AS part FROM customers", False),
        ("SELECT id, coalesce(email, NULL) AS part FROM customers", False),
        ("SELECT id, 'constant' AS part FROM customers", False),
        ("SELECT id, count(*) OVER () AS part FROM customers", False),
        ("SELECT id, min(born) OVER () AS part FROM customers", False),
    ):
        asked = replace(request(bench, partition_by=("part",)), sql=sql)
        with bench.gate() as gate:
            outcome = gate.plan(asked, bench.identity())
        assert (outcome.status is Status.PLANNED) == released, (sql, outcome.reasons)
        if not released:
            assert "SG-PARTITION" in {r.code for r in outcome.reasons}, (sql, outcome.reasons)


def test_an_unmask_grant_opens_no_folder(make_bench: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    file = tmp_path / "state" / "shop.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE customers (id INTEGER, email TEXT)")
    policy = POLICY + "    unmask: [email]\n"
    policy = policy.replace(", plan: public, born: birth_date, notes: free_text, age: age", "")
    unmasking = make_bench({"shop": f"sqlite:///{file}"}, policy)
    asked = request(unmasking, partition_by=("email",))
    with unmasking.gate() as gate:
        outcome = gate.plan(
            replace(asked, sql="SELECT id, email FROM customers"), unmasking.identity()
        )
    assert [r.code for r in outcome.reasons] == ["SG-PARTITION"]


def test_generalized_columns_may_be_folders(bench: Any) -> None:
    with bench.gate() as gate:
        outcome = gate.extract(request(bench, partition_by=("born",)), bench.identity())
        assert outcome.released, outcome.reasons
    assert {f.name.partition("/")[0] for f in outcome.files} == {
        "born=1970-01-01", "born=1971-01-01", "born=1972-01-01",
    }  # fmt: skip
