"""The example DAGs do what their first lines say, in a real Airflow over the shop's database."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest
from example_dags.shop import planted
from sqlalchemy.engine import make_url
from typer.testing import CliRunner

from sluicegate import Settings
from sluicegate.approvals import Approvals, ApprovalStatus
from sluicegate.cli.app import app
from sluicegate.gate.chain import chain_of
from sluicegate.gate.signed_ledger import open_signed_ledger
from sluicegate.policy import load_policy

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from example_dags.shop import Shop
    from tests.airflow_plugin.conftest import Airflow, Deployment, Run
    from tests.conftest import ObjectStore, Postgres

    from sluicegate.ledger import Ledger

pytestmark = [pytest.mark.airflow, pytest.mark.postgres, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "example_dags"
JOBS = EXAMPLES / "policies/jobs.yaml"
FILES = sorted(f for f in EXAMPLES.glob("*.py") if "DAG(" in f.read_text("utf-8"))
NAMES = [file.stem for file in FILES]
INDEX = (ROOT / "docs/how-to/examples.md").read_text("utf-8")
DAY = datetime(2024, 5, 25, tzinfo=UTC)
"""The day after one of which the shop has orders."""
# put together here, since Airflow keeps the text of a DAG's file and a failing test its own
PERSON = "somebody.written" + "@example.com"


def example(name: str) -> DAG:
    """Import the file anew, as Airflow does: it reads the environment."""
    spec = util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    dag: DAG = module.dag
    return dag


def files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]


def succeeded(run: Run) -> bool:
    return set(run.states.values()) == {("success", 1)}


@dataclass(frozen=True, kw_only=True)
class Town:
    """The shop's database, its neighbours, and where the examples work."""

    airflow: Airflow
    deployment: Deployment
    shop: Shop
    postgres: Postgres

    @property
    def lake(self) -> Path:
        return self.deployment.lake

    @property
    def inbox(self) -> Path:
        return self.deployment.folder / "inbox"

    @property
    def owner(self) -> str:
        """The shop's database, for who may change it."""
        return self.postgres.uri_of(str(make_url(self.deployment.url).database))

    def notes(self) -> int:
        """Count the support notes that the database still holds."""
        with psycopg.connect(self.owner) as connection:
            ((count,),) = connection.execute("SELECT count(*) FROM support_notes").fetchall()
        return int(count)

    def run(self, name: str, **more: Any) -> Run:
        """Run an example; nothing raw may stand in what it left, whatever became of it."""
        dag = example(name)
        run = self.airflow.run(dag, **more)
        assert planted(self.shop).found_in(run.output.encode()) == {}, name
        assert planted(self.shop).found_in(self.kept(dag.dag_id)) == {}, name
        for file, content in self.written():
            assert planted(self.shop).found_in(content) == {}, file
        return run

    def written(self) -> Iterator[tuple[Path, bytes]]:
        """All that stands in the lake and in the gate's home."""
        for file in [*files(self.lake), *files(self.deployment.folder / "home")]:
            # what listeners tell is written beside the run, so a journal may be gone again
            with contextlib.suppress(FileNotFoundError):
                yield file, file.read_bytes()

    def kept(self, dag_id: str) -> bytes:
        """What Airflow keeps of a DAG's runs: results, rendered fields, events, logs."""
        rows = [
            self.airflow.rows(f"SELECT value FROM xcom WHERE dag_id = '{dag_id}'"),
            self.airflow.rows(
                "SELECT rendered_fields FROM rendered_task_instance_fields"
                f" WHERE dag_id = '{dag_id}'"
            ),
            self.airflow.rows(f"SELECT extra FROM asset_event WHERE source_dag_id = '{dag_id}'"),
        ]
        logs = files(self.airflow.home / "logs" / f"dag_id={dag_id}")
        return repr(rows).encode() + b"".join(p.read_bytes() for p in logs)

    def releases(self, place: str) -> list[Path]:
        """The folders below a place that hold an attestation, in order."""
        return sorted(p.parent.parent for p in self.lake.glob(f"{place}/**/attestation.json"))

    def rows(self, place: str) -> list[dict[str, Any]]:
        """The rows of the only release below a place."""
        (release,) = self.releases(place)
        rows: list[dict[str, Any]] = pq.read_table(next(release.glob("*.parquet"))).to_pylist()
        return rows

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        settings = Settings.load(home=self.deployment.folder / "home")
        with closing(open_signed_ledger(settings)) as opened:
            yield opened


@pytest.fixture
def town(airflow: Airflow, deployment: Deployment, shop: Shop, postgres: Postgres) -> Town:
    from tests.airflow_plugin.conftest import connection_json

    made = Town(airflow=airflow, deployment=deployment, shop=shop, postgres=postgres)
    made.inbox.mkdir()
    types = deployment.folder / "types.yaml"
    types.write_text("contacts: {customer_id: integer}\n")
    shared = {"path": str(made.lake / "shared"), "attested": "required"}
    warehouse = deployment.folder / "warehouse.db"
    for name, value in {
        "AIRFLOW__SLUICEGATE__POLICY": str(JOBS),
        "AIRFLOW_CONN_SHOP_WRITER": connection_json(made.owner),
        "AIRFLOW_CONN_LAKE": json.dumps({"conn_type": "fs", "extra": shared}),
        "AIRFLOW_CONN_PARTNER_FILES": json.dumps(
            {"conn_type": "fs", "extra": {"path": str(made.inbox), "schema": str(types)}}
        ),
        "AIRFLOW_CONN_SHOP_WAREHOUSE": json.dumps({"conn_type": "duckdb", "host": str(warehouse)}),
        "PARTNER_INBOX": str(made.inbox),
        "SHOP_TICKETS": str(made.inbox / "tickets.txt"),
    }.items():
        deployment.setting(name, value)
    return made


# ------------------------------------------------------------------ what is said of them
def test_they_import_with_nothing_set() -> None:
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("SLUICEGATE", "AIRFLOW_CONN"))}
    command = [sys.executable, "-W", "error::DeprecationWarning:airflow_provider_sluicegate"]
    one_by_one = "import runpy, sys\nfor file in sys.argv[1:]: runpy.run_path(file)"
    subprocess.run([*command, "-c", one_by_one, *map(str, FILES)], check=True, env=bare)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_each_says_when_to_use_it_and_is_named_as_its_file(file: Path) -> None:
    told = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    paragraphs = told.split("\n\n")
    assert [p for p in paragraphs if p.startswith("Use this where ")], "when to use it"
    assert [p for p in paragraphs if p.startswith(("Not for ", "Not a "))], "what it is not for"
    assert example(file.stem).dag_id == file.stem


def test_the_index_names_every_example_and_no_other() -> None:
    named = set(re.findall(r"\]\(\.\./\.\./example_dags/([\w/]+)\.py\)", INDEX))
    dagster = {f"dagster/{file.stem}" for file in (EXAMPLES / "dagster").glob("*.py")}
    assert named == dagster | set(NAMES)


def test_lint_passes_over_all_of_them() -> None:
    told = CliRunner().invoke(app, ["lint", str(EXAMPLES)])
    assert told.exit_code == 0, told.output
    assert " 0 statement" not in told.output


def test_every_rule_of_the_policy_is_for_an_example() -> None:
    pipelines = set(re.findall(r"pipeline: (\w+)", JOBS.read_text("utf-8")))
    assert load_policy(JOBS).permits
    assert pipelines <= set(NAMES)


# ------------------------------------------------------------------ the demo's three
def test_guarded_customers_releases_masked_rows(
    airflow: Airflow, deployment: Deployment, shop: Shop
) -> None:
    run = airflow.run(example("guarded_customers"))
    assert run.states == {"customers": ("success", 1)}, run.why
    [part] = [p for p in files(deployment.lake) if p.suffix == ".parquet"]
    table = pq.read_table(part)
    assert table.num_rows == shop.orders.num_rows
    raw = {str(v) for v in shop.customers["email"].to_pylist() if v}
    assert raw.isdisjoint(table["email"].to_pylist())


@pytest.mark.parametrize(
    ("name", "task", "told"),
    [("leaky_orders", "orders", "quarantined"), ("drop_table_attempt", "customers", "G03")],
)
def test_the_others_fail_at_once_and_leave_nothing(
    airflow: Airflow, deployment: Deployment, name: str, task: str, told: str
) -> None:
    run = airflow.run(example(name))
    assert run.states == {task: ("failed", 1)}, run.why
    assert told in run.output
    assert not files(deployment.lake)


# ------------------------------------------------------------------ one for each job
def test_orders_stand_on_s3(
    town: Town, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = object_store.bucket()
    login = {
        "conn_type": "aws",
        "login": "test",
        "password": "test",
        "extra": {"region_name": "us-east-1", "endpoint_url": object_store.proxy.url},
    }
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AIRFLOW_CONN_LAKE_S3", json.dumps(login))
    monkeypatch.setenv("SHOP_LAKE_BUCKET", bucket)
    run = town.run("extract_to_s3")
    assert run.states == {"orders": ("success", 1)}, run.why
    keys = object_store.keys(bucket, "orders/")
    assert sum(key.endswith("_SLUICEGATE/attestation.json") for key in keys) == 1
    for key in keys:
        assert planted(town.shop).found_in(object_store.content(bucket, key)) == {}, key


def test_a_training_set_joins_and_nobody_in_it_stands_alone(town: Town) -> None:
    run = town.run("training_set")
    assert succeeded(run), run.why
    people, orders = town.rows("training/*/people"), town.rows("training/*/orders")
    groups = [(row["plan"], row["region"]) for row in people]
    assert groups
    assert min(groups.count(group) for group in groups) >= 3
    ids = {row["id"] for row in people}
    joined = sum(row["customer_id"] in ids for row in orders)
    ((told,),) = town.airflow.rows(
        "SELECT value FROM xcom WHERE dag_id = 'training_set' AND task_id = 'train'"
        " AND key = 'return_value'"
    )
    assert json.loads(told) == {"people": len(people), "joined": joined}
    assert joined > 0


def test_a_model_is_not_trained_on_what_was_changed(town: Town) -> None:
    dag = example("training_set")
    require: Any = dag.get_task("require")

    def changed(_: Any) -> None:
        for file in town.lake.rglob("orders/*.parquet"):
            pq.write_table(pq.read_table(file).slice(1), file)

    require.partial_kwargs["pre_execute"] = changed
    run = town.airflow.run(dag)
    states = {task: state for task, (state, _) in run.states.items()}
    assert states["require[1]"] == "failed", run.why
    assert states["train"] == "upstream_failed"


def test_a_day_is_released_once_however_often_it_runs(town: Town) -> None:
    dag = example("incremental_by_day")
    task: Any = dag.get_task("orders")
    task.retry_delay = timedelta(0)
    outputs: list[str] = []

    def lost(_: Any, result: Any) -> None:
        """Fail the first try when it has released, as a worker that dies."""
        outputs.append(result["output"])
        if len(outputs) == 1:
            raise ConnectionError

    task._post_execute_hook = lost
    run = town.airflow.run(dag, logical_date=DAY)
    assert run.states == {"orders": ("success", 2)}, run.why
    assert len(outputs) == 2
    assert len(set(outputs)) == 1
    run = town.run("incremental_by_day", logical_date=DAY)  # another run of the day
    assert run.states == {"orders": ("failed", 1)}, run.why
    assert "SG-OUTPUT-EXISTS" in run.output

    (day,) = town.releases("shared/orders_by_day")
    since = DAY - timedelta(days=1)
    assert day.name == f"day={since:%Y-%m-%d}"
    assert len(list(day.glob("*.parquet"))) == 1
    placed = [at for at in town.shop.orders["placed_at"].to_pylist() if since <= at < DAY]
    assert len(town.rows("shared/orders_by_day")) == len(placed) > 0
    with town.ledger() as ledger:
        assert len(list(ledger.records(kind="extract.intent"))) == 1


def test_each_table_is_a_task_of_its_own(town: Town) -> None:
    run = town.run("mapped_over_tables")
    assert succeeded(run), run.why
    assert len(run.states) == 2
    assert [p.name for p in town.releases("tables")] == ["customers", "orders"]
    assert len(town.rows("tables/*/customers")) == town.shop.customers.num_rows


def test_what_others_wrote_is_imported_only_when_clean_and_attested(town: Town) -> None:
    delivery = town.inbox / "segments.csv"
    delivery.write_text("plan,share\nfree,0.5\nplus,0.5\n")
    assert succeeded(town.airflow.run(example("incremental_by_day"), logical_date=DAY))
    run = town.run("verify_foreign_output", logical_date=DAY)
    assert succeeded(run), run.why

    delivery.write_text(f"plan,share\nfree,0.5\nplus,{PERSON}\n")
    run = town.run("verify_foreign_output", logical_date=DAY)
    assert run.states == {
        "scan": ("failed", 1), "wait": ("success", 1), "imported": ("upstream_failed", 0),
    }, run.why  # fmt: skip
    assert PERSON.encode() not in run.output.encode() + town.kept("verify_foreign_output")


def test_the_copy_for_tests_fits_together(town: Town) -> None:
    from tests.airflow_plugin.conftest import connection_json

    staging = town.postgres.database()
    town.deployment.setting("AIRFLOW_CONN_STAGING", connection_json(staging))
    for _ in range(2):
        run = town.run("staging_copy")
        assert succeeded(run), run.why
    with psycopg.connect(staging) as connection:
        rows = connection.execute("SELECT * FROM customers").fetchall()
        orders = connection.execute("SELECT * FROM orders").fetchall()
        alone = connection.execute(
            "SELECT count(*) FROM orders o WHERE NOT EXISTS"
            " (SELECT FROM customers c WHERE c.id = o.customer_id)"
        ).fetchone()
    assert (len(rows), len(orders)) == (town.shop.customers.num_rows, town.shop.orders.num_rows)
    assert alone == (0,)
    assert any("@" in str(row[1]) for row in rows), "fakes look real"
    assert planted(town.shop).found_in(repr(rows).encode()) == {}


def warehouse_of(town: Town) -> None:
    """Build what the project's models say, as dbt compiled them, out of the shop's rows."""
    manifest = json.loads((EXAMPLES / "dbt/manifest.json").read_text("utf-8"))
    models = {node["name"]: node["compiled_code"] for node in manifest["nodes"].values()}
    # the compiled SQL names the database shop, and so does the file
    file = town.deployment.folder / "shop.duckdb"
    with closing(duckdb.connect(str(file))) as connection:
        connection.execute("CREATE SCHEMA raw")
        for table in ("customers", "orders"):
            rows = town.shop.tables[table]
            connection.register("rows_of_it", rows)
            connection.execute(f"CREATE TABLE raw.{table} AS SELECT * FROM rows_of_it")
        for name in ("stg_customers", "stg_orders", "customer_value"):
            connection.execute(f"CREATE TABLE main.{name} AS {models[name]}")
    warehouse = {"conn_type": "duckdb", "host": str(file)}
    town.deployment.setting("AIRFLOW_CONN_SHOP_WAREHOUSE", json.dumps(warehouse))


def test_a_model_is_extracted_and_a_forgotten_column_stops_it(town: Town) -> None:
    warehouse_of(town)
    run = town.run("dbt_model")
    assert succeeded(run), run.why
    rows = town.rows("models/customer_value")
    assert rows
    assert not [row for row in rows if row["contact"] and "@" in row["contact"]]

    text = JOBS.read_text("utf-8")
    assert "contact: email" in text
    forgotten = town.deployment.folder / "forgotten.yaml"
    forgotten.write_text(text.replace("contact: email", "contact: public"))
    town.deployment.setting("SHOP_JOBS_POLICY", str(forgotten))
    run = town.run("dbt_model")
    assert run.states == {
        "check": ("failed", 1), "lint": ("success", 1), "customer_value": ("upstream_failed", 0),
    }, run.why  # fmt: skip


def test_files_of_a_partner_come_out_masked(town: Town) -> None:
    (town.inbox / "contacts.csv").write_text(f"customer_id,email,plan\n1,{PERSON},free\n2,,plus\n")
    (town.inbox / "tickets.jsonl").write_text(
        "".join(json.dumps({"customer_id": n, "body": f"ask {PERSON}"}) + "\n" for n in (1, 2))
    )
    run = town.run("mask_files")
    assert succeeded(run), run.why
    contacts, tickets = town.rows("partner/*/contacts"), town.rows("partner/*/tickets")
    assert [row["body"] for row in tickets] == ["ask {EMAIL}"] * 2
    assert {row["customer_id"] for row in contacts} == {row["customer_id"] for row in tickets}
    assert PERSON.encode() not in b"".join(content for _, content in town.written())
    assert PERSON.encode() not in run.output.encode() + town.kept("mask_files")


def test_old_notes_are_deleted_within_the_budget_or_not_at_all(town: Town) -> None:
    run = town.run("upkeep", run_conf={"before": "2030-01-01"})
    assert run.states == {"look": ("success", 1), "delete": ("failed", 1)}, run.why
    assert town.notes() == town.shop.support_notes.num_rows
    run = town.run("upkeep")
    assert succeeded(run), run.why
    old = datetime(2024, 7, 1, tzinfo=UTC)
    kept = [at for at in town.shop.support_notes["written_at"].to_pylist() if at >= old]
    assert town.notes() == len(kept) < town.shop.support_notes.num_rows


@pytest.mark.parametrize(
    ("topic", "states"),
    [
        ("billing", {"topics": ("success", 1), "largest": ("success", 1)}),
        (PERSON, {"topics": ("failed", 1), "largest": ("upstream_failed", 0)}),
    ],
    ids=["clean", "personal"],
)
def test_code_gives_nothing_personal(
    town: Town, topic: str, states: dict[str, tuple[str, int]]
) -> None:
    (town.inbox / "tickets.txt").write_text(f"{topic}: call {PERSON}\n{topic}: thanks\n")
    run = town.run("guarded_code")
    assert run.states == states, run.why
    assert PERSON.encode() not in run.output.encode() + town.kept("guarded_code")


@contextmanager
def answering(town: Town, answer: Callable[[Approvals, str], Any]) -> Iterator[None]:
    """Let a person answer the first request, beside the run."""
    stop = threading.Event()

    def wait() -> None:
        while not stop.wait(0.1):
            if (town.deployment.folder / "home/ledger.db").exists():
                with town.ledger() as opened:
                    approvals = Approvals(opened)
                    for request in approvals.list(status=ApprovalStatus.PENDING):
                        time.sleep(0.3)  # the trigger looks meanwhile
                        answer(approvals, request.digest)
                        return

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_notes_are_read_only_after_somebody_agreed(town: Town) -> None:
    with answering(town, lambda approvals, digest: approvals.approve(digest, person="dana")):
        run = town.run("asks_first")
    assert succeeded(run), run.why
    released, stored = len(town.rows("quality/notes")), town.notes()
    assert released == stored > 0


@pytest.mark.dagster
def test_a_dataset_goes_to_dagster_and_comes_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dagster as dg

    assert succeeded(town.airflow.run(example("incremental_by_day"), logical_date=DAY))
    for name, value in {
        "SLUICEGATE_POLICY": str(JOBS),
        "SLUICEGATE_HOME": str(town.deployment.folder / "home"),
    }.items():
        monkeypatch.setenv(name, value)
    defs: Any = example_definitions("reads_airflow")
    day = f"{DAY - timedelta(days=1):%Y-%m-%d}"
    with dg.DagsterInstance.ephemeral() as instance:
        done = defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance, raise_on_error=False, partition_key=day
        )
    assert done.success
    run = town.run("reads_dagster", logical_date=DAY)
    assert succeeded(run), run.why
    assert {row["status"] for row in town.rows("reports")} <= {"paid", "shipped", "returned"}
    (report,) = town.releases("reports")
    with town.ledger() as ledger:
        chain = chain_of(ledger, str(report))
    assert [release.producer for release in chain] == [
        "airflow:incremental_by_day.orders",
        "dagster:__ASSET_JOB.sums_by_day",
        "airflow:reads_dagster.report",
    ]


def example_definitions(name: str) -> Any:
    """Import a Dagster example anew."""
    spec = util.spec_from_file_location(f"example_{name}", EXAMPLES / "dagster" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.defs
