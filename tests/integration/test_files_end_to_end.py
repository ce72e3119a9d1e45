"""A folder of files from the catalogue to the output, by the command line and the gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sluicegate.cli.app import app

POLICY = (Path(__file__).parents[2] / "example_dags/policies/files.yaml").read_text()
MAIL = "ann" + "@example.com"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    (folder / "orders" / "day=2024-01-01").mkdir(parents=True)
    customers = pa.table(
        {"id": [1, 2], "email": [MAIL, None], "plan": ["a", "b"], "notes": [f"ask {MAIL}", ""]}
    )
    pq.write_table(customers, folder / "customers.parquet")
    orders = pa.table({"id": [7], "customer_id": [1], "amount": [1.5]})
    pq.write_table(orders, folder / "orders" / "day=2024-01-01" / "part.parquet")
    (folder / "tickets.jsonl").write_text(f'{{"customer_id": 1, "body": "{MAIL}", "tags": "x"}}\n')
    return folder


@pytest.fixture
def bench(lake: Path, make_bench: Callable[..., Any]) -> Any:
    return make_bench({"lake": f"files:///{lake}"}, POLICY)


def extract(bench: Any, sql: str) -> Any:
    request = bench.request(source="lake", sql=sql, output=str(bench.folder / "out"))
    with bench.gate() as gate:
        return gate.extract(request, bench.identity())


def test_files_of_several_formats_join_by_their_pseudonyms(bench: Any) -> None:
    outcome = extract(
        bench,
        "SELECT c.id, c.email, c.notes, o.day, t.body FROM customers c"
        " JOIN orders o ON o.customer_id = c.id JOIN tickets t ON t.customer_id = c.id",
    )
    assert outcome.released, outcome.reasons
    (row,) = pq.read_table(Path(outcome.output) / "part-00000.parquet").to_pylist()
    assert row["notes"] == "ask {EMAIL}"
    assert row["body"] == "{EMAIL}"
    assert row["day"] == "2024-01-01"
    assert MAIL not in str(row)


@pytest.mark.parametrize(
    "place",
    [
        "read_csv('/etc/passwd')",
        "read_parquet('{lake}/customers.parquet')",
        "'{lake}/customers.parquet'",
        "read_parquet('sluicegate://customers.parquet')",
        "'sluicegate://customers.parquet'",
        '"sluicegate://customers.parquet"',
        "glob('**')",
        "read_text('sluicegate://tickets.jsonl')",
        "query('SELECT * FROM customers')",
        "query_table('customers')",
        '"\x1ftickets"',
        "duckdb_views()",
        "parquet_metadata('sluicegate://customers.parquet')",
    ],
)
def test_the_guard_refuses_what_reaches_around_the_relations(
    bench: Any, lake: Path, place: str
) -> None:
    outcome = extract(bench, f"SELECT * FROM {place.format(lake=lake)}")
    assert not outcome.released
    assert not (bench.folder / "out").exists()


def test_a_budget_of_memory_stops_the_extract_and_says_so(bench: Any, lake: Path) -> None:
    from sluicegate.errors import BudgetExceeded

    policy = bench.settings.policy
    policy.write_text(POLICY.replace("memory: 1GiB", "memory: 24MiB"))
    words = pa.array([f"{i:08d}" * 12 for i in range(400_000)])
    customers = {"id": list(range(400_000)), "plan": words, "email": words, "notes": words}
    pq.write_table(pa.table(customers), lake / "customers.parquet")
    with pytest.raises(BudgetExceeded, match="bytes of memory"):
        extract(bench, "SELECT id, plan FROM customers ORDER BY plan DESC")
    assert not (bench.folder / "out").exists()


def test_a_budget_of_rows_stops_the_extract_and_says_so(bench: Any, lake: Path) -> None:
    from sluicegate.errors import BudgetExceeded

    bench.settings.policy.write_text(POLICY.replace("rows: 10000000", "rows: 1"))
    with pytest.raises(BudgetExceeded, match="1 rows"):
        extract(bench, "SELECT plan FROM customers WHERE plan <> 'z'")
    assert not (bench.folder / "out").exists()


def test_the_command_line_proposes_plans_and_examines(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    assert runner.invoke(app, ["init"]).exit_code == 0
    settings = tmp_path / "sluicegate.toml"
    settings.write_text(settings.read_text() + f'\nlake = "files:///{lake}"\n')
    done = runner.invoke(app, ["init", "--source", "lake"])
    assert done.exit_code == 0, done.output
    proposed = "".join(p.read_text() for p in tmp_path.glob("policy*.yaml"))
    assert "main.customers" in proposed
    assert "main.orders" in proposed
    assert MAIL not in proposed
    done = runner.invoke(app, ["doctor"])
    assert "source lake" in done.output
    assert "opens as files" in done.output
