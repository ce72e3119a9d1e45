from __future__ import annotations

import json
import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

MARKER = "marker7f3a"
SELECT = ("SELECT id, email, plan, notes FROM customers",)
LEAKY = "SELECT id, ref FROM customers"


def assert_nothing_shown_or_left(project: Project, *texts: str) -> None:
    """No marked value in what was printed, nor in any file but the source."""
    for text in texts:
        assert MARKER not in text
    for path in project.folder.rglob("*"):
        if path.is_file() and path.name != "shop.db":
            assert MARKER.encode() not in path.read_bytes(), path


def test_a_release_ends_with_zero_and_stands(project: Project) -> None:
    result = project.ask("extract", *SELECT, "-o", "out")
    assert result.exit_code == 0, result.output
    assert "sluicegate released 20 rows" in result.stdout
    table = pq.read_table(project.folder / "out" / "part-00000.parquet")
    assert table.num_rows == 20
    assert (project.folder / "out" / "_SLUICEGATE" / "attestation.json").is_file()
    assert_nothing_shown_or_left(project, result.output)


def test_options_say_how_to_write(project: Project) -> None:
    options = ("-O", "format=csv", "-O", "partition_by=plan", "-O", "compression=gzip")
    result = project.ask("extract", *SELECT, "-o", "out", *options)
    assert result.exit_code == 0, result.output
    names = {p.parent.name for p in (project.folder / "out").rglob("*.csv.gz")}
    assert names
    assert all(name.startswith("plan=") for name in names)
    assert project.run("verify", "out").exit_code == 0


@pytest.mark.parametrize(
    "option", ["format", "format=xml", "rows_per_file=many7f3a", "colour=red", "kms_key=alias/x"]
)
def test_options_that_are_wrong(project: Project, option: str) -> None:
    result = project.ask("extract", *SELECT, "-o", "out", "-O", option)
    assert result.exit_code not in {0, 1}, result.output
    assert "7f3a" not in result.output
    assert not (project.folder / "out").exists()


def test_a_column_that_may_not_be_a_folder_is_refused(project: Project) -> None:
    result = project.ask("extract", *SELECT, "-o", "out", "-O", "partition_by=email")
    assert result.exit_code == 1
    assert "SG-PARTITION" in result.output
    planned = project.ask("plan", *SELECT, "-o", "out", "-O", "partition_by=email")
    assert planned.exit_code == 1


def test_a_release_on_s3(project: Project, object_store: Any) -> None:
    output = f"s3://{object_store.bucket()}/lake/customers"
    result = project.ask("extract", *SELECT, "-o", output, "-f", "json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["attestation"] == f"{output}/_SLUICEGATE/attestation.json"
    assert project.run("verify", output).exit_code == 0
    bucket, _, _ = output.removeprefix("s3://").partition("/")
    object_store.client.put_object(Bucket=bucket, Key="lake/customers/x", Body=b"x")
    told = project.run("verify", output)
    assert told.exit_code == 1
    assert "not attested" in told.output
    assert project.run("verify", "s3://lake-nobody-made/x").exit_code not in {0, 1}


def test_json_is_one_stable_document(project: Project) -> None:
    result = project.ask("extract", *SELECT, "-o", "out", "-f", "json")
    document = json.loads(result.stdout)
    assert set(document) >= {
        "approval", "attestation", "bytes", "files", "findings", "intent_sequence", "masks",
        "output", "outcome_sequence", "plan_digest", "policy_digest", "reasons", "rows", "run",
        "run_key", "status",
    }  # fmt: skip
    assert (document["status"], document["rows"]) == ("released", 20)
    assert document["masks"]["email"] == "pseudonymize"
    assert Path(document["attestation"]).is_file()


def test_no_progress_where_nobody_watches(project: Project) -> None:
    assert project.ask("extract", *SELECT, "-o", "out").stderr == ""


def test_a_plan_runs_nothing_and_records_nothing(project: Project) -> None:
    result = project.ask("plan", *SELECT)
    assert result.exit_code == 0
    assert "would run" in result.stdout
    assert re.search(r"email +main.customers.email +email +pseudonymize", result.stdout)
    assert "SELECT" in result.stdout
    assert project.json("ledger", "list")["records"] == []


def test_a_preview_shows_masked_rows_and_is_on_record(project: Project) -> None:
    result = project.ask("preview", *SELECT, "--rows", "5", "-f", "json")
    document = json.loads(result.stdout)
    assert document["columns"] == ["id", "email", "plan", "notes"]
    assert len(document["data"]) == 5
    assert document["data"][0][3] == "write to {EMAIL}"
    kinds = [r["kind"] for r in project.json("ledger", "list")["records"]]
    assert kinds == ["key.created", "preview.intent", "preview.outcome"]
    assert_nothing_shown_or_left(project, result.output)


def test_a_preview_for_people_is_a_table(project: Project) -> None:
    result = project.ask("preview", *SELECT, "--rows", "5")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["id", "email", "plan", "notes"]
    assert result.stdout.count("write to {EMAIL}") == 5
    assert "sluicegate released 5 rows" in result.stderr


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DROP TABLE customers", "G"),
        ("SELECT id FROM customers; SELECT 1", ""),
        ("SELECT id FROM orders", "orders"),
        ("SELECT nothing FROM customers", "nothing"),
        ("SELEC id", ""),
        ("SELECT * FROM sqlite_master", ""),
    ],
)
@pytest.mark.parametrize("verb", ["plan", "extract", "preview"])
def test_what_is_refused_ends_with_one_and_leaves_nothing(
    project: Project, sql: str, told: str, verb: str
) -> None:
    more = ("-o", "out") if verb == "extract" else ()
    result = project.ask(verb, sql, *more)
    assert result.exit_code == 1, result.output
    assert "refused" in result.stdout
    assert told in result.stdout
    assert not (project.folder / "out").exists()


def test_a_leak_ends_with_one_and_goes_to_quarantine(project: Project) -> None:
    result = project.ask("extract", LEAKY, "-o", "out")
    assert result.exit_code == 1
    assert "quarantined" in result.stdout
    assert "1 × secret" in result.stdout
    assert not (project.folder / "out").exists()
    assert "Zk3Jv9" not in result.output
    for path in project.folder.rglob("*"):
        if path.is_file() and path.name != "shop.db":
            assert b"Zk3Jv9" not in path.read_bytes(), path


def test_a_purpose_that_the_policy_does_not_know_is_refused(project: Project) -> None:
    assert project.ask("extract", *SELECT, "-o", "out", purpose="marketing").exit_code == 1


def test_an_unknown_source_is_a_usage_error(project: Project) -> None:
    result = project.run("plan", "-s", "shopp", "-p", "training", "--sql", "SELECT 1")
    assert result.exit_code == 2
    assert "did you mean shop?" in result.stderr


def test_an_output_that_exists_is_a_usage_error(project: Project) -> None:
    (project.folder / "out").mkdir()
    (project.folder / "out" / "mine").write_text("kept")
    result = project.ask("extract", *SELECT, "-o", "out")
    assert result.exit_code == 2
    assert (project.folder / "out" / "mine").read_text() == "kept"


def test_a_source_that_cannot_be_reached_ends_with_three(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICEGATE_SOURCE_AWAY", "postgresql://me:pw7f3a@127.0.0.1:9/db")
    result = project.run("plan", "-s", "away", "-p", "training", "--sql", "SELECT 1")
    assert result.exit_code == 3, result.output
    assert "pw7f3a" not in result.output


def test_a_missing_key_is_a_configuration_error(project: Project) -> None:
    (project.folder / ".sluicegate" / "root.key").unlink()
    result = project.ask("extract", *SELECT, "-o", "out")
    assert result.exit_code == 2
    assert not (project.folder / "out").exists()


def test_a_ledger_that_cannot_be_written_stops_everything(project: Project) -> None:
    (project.folder / ".sluicegate" / "ledger.db").mkdir()
    result = project.ask("extract", *SELECT, "-o", "out")
    assert result.exit_code in {2, 3}
    assert not (project.folder / "out").exists()


def test_parameters_are_bound_and_typed(project: Project) -> None:
    sql = "SELECT id, plan FROM customers WHERE length(ref) = :size AND plan = :plan"
    result = project.ask(
        "extract", sql, "-o", "out", "--param", "size:int=7", "--param", "plan=pro"
    )
    assert result.exit_code == 0, result.output
    assert pq.read_table(project.folder / "out" / "part-00000.parquet").num_rows == 5


def test_a_parameter_that_holds_sql_stays_a_value(project: Project) -> None:
    sql = "SELECT id, plan FROM customers WHERE plan = :plan"
    result = project.ask("extract", sql, "-o", "out", "--param", "plan=x' OR '1'='1")
    assert result.exit_code == 0
    assert pq.read_table(project.folder / "out" / "part-00000.parquet").num_rows == 0


def test_a_statement_may_come_from_a_file_or_stdin(project: Project) -> None:
    (project.folder / "customers.sql").write_text("\ufeff" + SELECT[0])
    for arguments, stdin in ((["customers.sql"], None), (["-"], SELECT[0])):
        result = project.run(
            "plan", "-s", "shop", "-p", "training", "--sql-file", *arguments, stdin=stdin
        )
        assert result.exit_code == 0, result.output


def test_a_statement_of_a_megabyte_is_not_read(project: Project) -> None:
    (project.folder / "big.sql").write_bytes(b"-" * (1 << 20) + b"-")
    result = project.run("plan", "-s", "shop", "-p", "training", "--sql-file", "big.sql")
    assert result.exit_code == 2


def test_the_same_run_is_released_once(project: Project) -> None:
    first = project.ask("extract", *SELECT, "-o", "out", "--run", "r1", "-f", "json")
    again = project.ask("extract", *SELECT, "-o", "out", "--run", "r1", "-f", "json")
    assert not json.loads(first.stdout)["replayed"]
    assert json.loads(again.stdout)["replayed"]
    assert again.exit_code == 0


def test_another_run_does_not_replace_what_one_released(project: Project) -> None:
    project.ask("extract", *SELECT, "-o", "out", "--run", "r1")
    assert project.ask("extract", *SELECT, "-o", "out", "--run", "r2").exit_code == 2


def test_the_identity_on_record_is_the_operating_systems(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "dana")
    project.ask("extract", *SELECT, "-o", "out")
    records = project.json("ledger", "list", "--kind", "extract.intent")["records"]
    identity = records[0]["body"]["identity"]
    assert identity["triggered_by"] != "dana"
    assert identity["trust"] == "authenticated"
    assert (identity["pipeline"], identity["task"]) == ("shop_project", "extract")


def test_values_are_those_of_a_gate_run_from_python(project: Project) -> None:
    project.ask("extract", *SELECT, "-o", "by_command")
    request = ExtractRequest(
        source="shop", sql=SELECT[0], purpose="training", output=str(project.folder / "by_gate")
    )
    identity = RunIdentity(orchestrator="cli", pipeline="p", task="t", run="r")
    with Gate.open(Settings.load(project.folder / "sluicegate.toml")) as gate:
        assert gate.extract(request, identity).released
    tables = [
        pq.read_table(project.folder / name / "part-00000.parquet").sort_by("id")
        for name in ("by_command", "by_gate")
    ]
    assert tables[0].equals(tables[1])


def test_exit_codes_of_a_real_process(project: Project) -> None:
    ask = ("-s", "shop", "-p", "training")
    cases: list[tuple[int, tuple[str, ...], dict[str, str]]] = [
        (0, ("extract", *ask, "--sql", *SELECT, "-o", "out"), {}),
        (1, ("extract", *ask, "--sql", LEAKY, "-o", "leak"), {}),
        (2, ("extract", *ask, "--sql", *SELECT, "-o", "out"), {}),
        (
            3,
            ("plan", "-s", "away", "-p", "training", "--sql", "SELECT 1"),
            {"SLUICEGATE_SOURCE_AWAY": "postgresql://me:pw7f3a@127.0.0.1:9/db"},
        ),
    ]
    for code, arguments, environ in cases:
        done = project.process(*arguments, environ=environ)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        for secret in (MARKER, "Zk3Jv9", "pw7f3a"):
            assert secret not in done.stdout + done.stderr


def test_duckdb_files_are_sources_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    file = project.folder / "shop.duckdb"
    with sqlite3.connect(project.folder / "shop.db") as rows, duckdb.connect(str(file)) as made:
        made.execute(
            "CREATE TABLE customers (id INTEGER, email TEXT, plan TEXT, notes TEXT, ref TEXT)"
        )
        made.executemany(
            "INSERT INTO customers VALUES (?, ?, ?, ?, ?)",
            rows.execute("SELECT * FROM customers").fetchall(),
        )
    rows.close()
    project.ask("extract", *SELECT, "-o", "from_sqlite")
    monkeypatch.setenv("SLUICEGATE_SOURCE_SHOP", f"duckdb:///{file}")
    result = project.ask("extract", *SELECT, "-o", "from_duckdb")
    assert result.exit_code == 0, result.output
    one, two = (
        pq.read_table(project.folder / f"from_{name}" / "part-00000.parquet")
        for name in ("sqlite", "duckdb")
    )
    assert sorted(one["email"].to_pylist()) == sorted(two["email"].to_pylist())


def test_progress_is_told_on_a_terminal_and_removed(project: Project) -> None:
    """A pseudo-terminal stands for the person."""
    import pty
    import subprocess
    import sys

    leader, follower = pty.openpty()
    code = "from sluicegate.cli import main; main()"
    arguments = ("extract", "-s", "shop", "-p", "training", "--sql", *SELECT, "-o", "out")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=follower,
        text=True,
        timeout=120,
        check=False,
    )
    os.close(follower)
    told = os.read(leader, 65536).decode()
    os.close(leader)
    assert done.returncode == 0
    assert "20 rows" in told
    assert told.endswith("\r\x1b[K")


def typed_values() -> list[Any]:
    return [1.5, float("inf"), b"\xff", {"a": [1, None]}, None, True]


def test_cells_of_every_type_are_json() -> None:
    from sluicegate.cli.show import _cell

    table = pa.array(["2026-01-31"]).cast(pa.date32()).to_pylist()
    assert [_cell(v) for v in [*typed_values(), *table]] == [
        1.5, "inf", "ff", {"a": [1, None]}, None, True, "2026-01-31",
    ]  # fmt: skip
