"""The examples run as they stand, with the policies that lie beside them."""

from __future__ import annotations

import base64
import importlib.util
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest
from example_dags.shop import generate, load, planted

from folder_content import contents

if TYPE_CHECKING:
    from example_dags.shop import Shop
    from tests.conftest import ObjectStore, Postgres

pytestmark = [pytest.mark.dagster, pytest.mark.postgres]

EXAMPLES = Path(__file__).parents[2] / "example_dags"
FILES = sorted((EXAMPLES / "dagster").glob("*.py"))
PROJECT = EXAMPLES / "dagster" / "dg_project"
CLEAN = "plan,region\n" + "pro,north\n" * 3 + "basic,south\n" * 3


@dataclass(frozen=True, kw_only=True)
class Town:
    """A shop's database, and where the examples work."""

    folder: Path
    shop: Shop
    staging: str
    instance: dg.DagsterInstance

    def run(self, name: str, job: str | None = None, **more: Any) -> dg.ExecuteInProcessResult:
        """Run a job of an example's definitions, all assets if none is named."""
        made = definitions(name)
        found = made.resolve_job_def(job) if job else made.resolve_implicit_global_asset_job_def()
        return found.execute_in_process(instance=self.instance, raise_on_error=False, **more)

    def assert_nothing_planted(self, *but: str) -> None:
        """No raw value of the shop stands in any file: releases, Dagster's storage, the ledger."""
        told = planted(self.shop)
        for file, content in contents(self.folder).items():
            assert file.name in but or told.found_in(content) == {}, file


def definitions(name: str) -> dg.Definitions:
    """Import the file anew: it reads the environment."""
    file = EXAMPLES / "dagster" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"example_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dg.Definitions = module.defs
    return found


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate(customers=50, orders=150, notes=20)


@pytest.fixture(scope="module")
def shop_uri(postgres: Postgres, shop: Shop) -> str:
    return load(postgres.database(), shop)


@pytest.fixture
def town(
    postgres: Postgres,
    shop: Shop,
    shop_uri: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Town]:
    staging = postgres.database()
    for name, value in {
        "SHOP_PROD_URL": shop_uri,
        "SHOP_STAGING_URL": staging,
        "SHOP_CHANNEL": str(tmp_path / "channel.txt"),
        "SHOP_TICKETS": str(tmp_path / "tickets.txt"),
        "PARTNER_INBOX": str(tmp_path / "inbox"),
        "SLUICEGATE_DEMO_LAKE": str(tmp_path / "lake"),
        "SLUICEGATE_POLICY": str(EXAMPLES / "dagster" / "shop_jobs.yaml"),
        "SLUICEGATE_HOME": str(tmp_path / "guard"),
        "SLUICEGATE_ROOT_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        yield Town(folder=tmp_path, shop=shop, staging=staging, instance=instance)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_it_loads_with_nothing_set_and_says_when_to_use_it(file: Path) -> None:
    dg.Definitions.validate_loadable(definitions(file.stem))
    assert "Use this where" in file.read_text("utf-8")


def test_the_demos_asset_releases_the_shops_customers(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICEGATE_POLICY", str(EXAMPLES / "policies" / "shop.yaml"))
    result = town.run("guarded_customers")
    assert result.success
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.passed
    (part,) = (town.folder / "lake").rglob("part-00000.parquet")
    assert pq.read_table(part).num_rows > 0
    town.assert_nothing_planted()


def test_orders_stand_on_s3(
    town: Town, object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_LAKE_BUCKET", bucket := object_store.bucket())
    result = town.run("extract_to_s3")
    assert result.success
    listed = object_store.client.list_objects_v2(Bucket=bucket)["Contents"]
    assert any(one["Key"].endswith("_SLUICEGATE/attestation.json") for one in listed)


def test_a_training_set_is_made_of_two_releases(town: Town) -> None:
    result = town.run("training_set")
    assert result.success
    assert all(e.passed for e in result.get_asset_check_evaluations())
    table = result.output_for_node("training_set")
    assert table.num_rows == 50
    assert table["amount_sum"].null_count < 50
    town.assert_nothing_planted()


def test_a_month_is_a_partition_and_may_be_made_anew(town: Town) -> None:
    runs = [town.run("incremental_by_month", partition_key="2024-03-01") for _ in range(2)]
    assert all(run.success for run in runs)
    (month,) = (town.folder / "lake" / "orders").iterdir()
    assert month.name == "2024-03-01"
    assert {place.name for place in month.iterdir()} == {run.run_id for run in runs}


def test_each_table_is_a_step(town: Town) -> None:
    result = town.run("mapped_over_tables", "mapped_over_tables")
    assert result.success
    assert len(list((town.folder / "lake" / "tables").glob("*/*/_SLUICEGATE"))) == 2
    town.assert_nothing_planted()


@pytest.mark.parametrize(("rows", "passes"), [(CLEAN, True), (CLEAN + "x@example.com,n\n", False)])
def test_a_delivery_is_looked_at_first(town: Town, rows: str, passes: bool) -> None:
    (town.folder / "inbox").mkdir()
    (town.folder / "inbox" / "delivery.csv").write_text(rows)
    result = town.run("verify_foreign_output")
    assert result.success is passes
    done = {event.step_key for event in result.get_step_success_events()}
    assert ("imported" in done) is passes


def test_the_copy_for_tests_fits_together(town: Town) -> None:
    assert town.run("staging_copy").success
    again = town.run("staging_copy")
    assert again.success
    with psycopg.connect(town.staging) as connection:
        rows = connection.execute("SELECT id, email FROM customers").fetchall()
        (alone,) = connection.execute(
            "SELECT count(*) FROM orders o WHERE NOT EXISTS"
            " (SELECT FROM customers c WHERE c.id = o.customer_id)"
        ).fetchone() or (None,)
    assert len(rows) == 50
    assert alone == 0
    told = planted(town.shop)
    assert told.found_in(repr(rows).encode()) == {}


def test_tickets_are_stored_redacted(town: Town) -> None:
    (town.folder / "tickets.txt").write_text("call jane.roe@example.com\nall fine\n")
    result = town.run("looked_through")
    assert result.success
    for file in (p for p in (town.folder / "lake").rglob("*") if p.is_file()):
        assert b"jane.roe" not in file.read_bytes()
    assert list(result.output_for_node("ticket_lengths")["length"]) == [12, 8]


def test_a_refusal_is_told_to_others_with_its_code(town: Town) -> None:
    result = town.run("told_to_others", "nightly")
    assert not result.success
    told = (town.folder / "channel.txt").read_text()
    assert "POLICY" in told
    assert "curious" in told


def warehouse_of(town: Town) -> str:
    """Build what the dbt project's models say, as dbt compiled them, out of the shop's rows."""
    manifest = json.loads((EXAMPLES / "dbt" / "manifest.json").read_text("utf-8"))
    models = {node["name"]: node["compiled_code"] for node in manifest["nodes"].values()}
    file = town.folder / "shop.duckdb"  # the compiled SQL calls the database shop
    with closing(duckdb.connect(str(file))) as connection:
        connection.execute("CREATE SCHEMA raw")
        for table in ("customers", "orders"):
            connection.register("rows_of_it", town.shop.tables[table])
            connection.execute(f"CREATE TABLE raw.{table} AS SELECT * FROM rows_of_it")
        for name in ("stg_customers", "stg_orders", "customer_value"):
            connection.execute(f"CREATE TABLE main.{name} AS {models[name]}")
    return f"duckdb:///{file}"


@pytest.mark.parametrize(("said", "passes"), [("email", True), ("public", False)])
def test_a_model_that_the_policy_does_not_know_is_not_extracted(
    town: Town, monkeypatch: pytest.MonkeyPatch, said: str, passes: bool
) -> None:
    text = (EXAMPLES / "policies" / "jobs.yaml").read_text("utf-8")
    assert "contact: email" in text
    (town.folder / "jobs.yaml").write_text(text.replace("contact: email", f"contact: {said}"))
    monkeypatch.setenv("SLUICEGATE_POLICY", str(town.folder / "jobs.yaml"))
    monkeypatch.setenv("SHOP_WAREHOUSE_URL", warehouse_of(town))
    result = town.run("dbt_model")
    assert result.success is passes
    (told,) = (
        e for e in result.get_asset_check_evaluations() if e.check_name == "policy_knows_the_models"
    )
    assert told.passed is passes
    assert bool(list((town.folder / "lake").rglob("attestation.json"))) is passes
    town.assert_nothing_planted("shop.duckdb")


def test_files_of_a_partner_come_out_masked(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICEGATE_POLICY", str(EXAMPLES / "policies" / "jobs.yaml"))
    (town.folder / "inbox").mkdir()
    (town.folder / "inbox" / "contacts.csv").write_text(
        "customer_id,email,plan\n1,jane.roe@example.com,free\n"
    )
    (town.folder / "inbox" / "tickets.csv").write_text(
        "customer_id,body\n1,ask jane.roe@example.com\n"
    )
    assert town.run("mask_files").success
    rows = {
        part.parent.name: pq.read_table(part).to_pylist()
        for part in (town.folder / "lake").rglob("*.parquet")
    }
    assert rows["tickets"][0]["body"] == "ask {EMAIL}"
    assert rows["tickets"][0]["customer_id"] == rows["contacts"][0]["customer_id"]
    for file in (p for p in (town.folder / "lake").rglob("*") if p.is_file()):
        assert b"jane.roe" not in file.read_bytes()


def test_components_make_the_same_assets(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROJECT / "src"))
    for name in [n for n in sys.modules if n.partition(".")[0] == "shop_extracts"]:
        monkeypatch.delitem(sys.modules, name)
    made = dg.load_from_defs_folder(path_within_project=PROJECT)
    job = made.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=town.instance, raise_on_error=False)
    assert result.success
    names = {e.check_name for e in result.get_asset_check_evaluations() if e.passed}
    assert names == {"attested", "current_policy", "disclosure_risk"}
    town.assert_nothing_planted()
