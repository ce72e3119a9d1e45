"""Guarded assets in real runs. No deferred annotations: Dagster reads them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dagster_sluicegate import GuardedIOManager, SluicegateResource, Statement, guarded_asset

if TYPE_CHECKING:
    from tests.dagster_lib.conftest import Lab

pytestmark = [pytest.mark.dagster, pytest.mark.postgres]

SQL = "SELECT id, email, plan, notes FROM customers"
WHERE: dict[str, Any] = {"source": "shop", "purpose": "training"}
DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01", end_date="2026-01-04")


class Wanted(dg.Config):
    plan: str = "pro"


@guarded_asset(
    **WHERE,
    output="lake/{asset}/{run}",
    upstream={"public.customers": ["shop", "customers"]},
    key_prefix=["lake"],
    owners=["team:growth"],
    tags={"domain": "sales"},
    group_name="training",
)
def customers() -> str:
    """Customers of the shop."""
    return SQL


@guarded_asset(**WHERE, output="lake/{asset}/{partition}", partitions_def=DAYS)
def by_day(context: dg.AssetExecutionContext, config: Wanted) -> Statement:
    day = context.partition_time_window.start.day
    sql = "SELECT id, plan FROM customers WHERE plan = :plan OR 2 = :day"
    return Statement(sql=sql, parameters={"plan": config.plan, "day": day})


@guarded_asset(
    **WHERE,
    output="lake/{asset}/{partition}",
    partitions_def=DAYS,
    backfill_policy=dg.BackfillPolicy.single_run(),
    attested=False,
)
def in_one_run(context: dg.AssetExecutionContext) -> str:
    assert context.partition_key_range.start == "2026-01-01"
    return "SELECT id, plan FROM customers"


@dg.asset
def trained(customers: pa.Table) -> dg.MaterializeResult[Any]:
    assert customers.num_rows == 50
    return dg.MaterializeResult(metadata={"columns": customers.column_names})


def materialized(lab: "Lab", *assets: Any, **more: Any) -> dg.ExecuteInProcessResult:
    return lab.materialize(*assets, **more)


def test_the_asset_has_what_it_was_told() -> None:
    spec = customers.specs_by_key[dg.AssetKey(["lake", "customers"])]
    assert spec.group_name == "training"
    assert spec.tags["domain"] == "sales"
    assert spec.kinds == {"sluicegate"}
    assert [dep.asset_key for dep in spec.deps] == [dg.AssetKey(["shop", "customers"])]
    assert spec.metadata["sluicegate/purpose"] == "training"
    assert spec.description == "Customers of the shop."
    assert [key.name for key in customers.check_keys] == ["attested"]


def test_it_is_released_attested_and_traced_to_the_asset_upstream(lab: "Lab") -> None:
    result = materialized(lab, customers)
    assert result.success
    (event,) = result.get_asset_materialization_events()
    metadata = event.materialization.metadata
    place = Path(str(metadata["sluicegate/output"].value))
    assert place == lab.folder / "lake" / "lake" / "customers" / result.run_id
    (evaluation,) = result.get_asset_check_evaluations()
    assert evaluation.passed
    lineage: Any = metadata["dagster/column_lineage"].value
    (dep,) = lineage.deps_by_column["email"]
    assert (dep.asset_key.path, dep.column_name) == (["shop", "customers"], "email")
    lab.assert_nothing_left()


def test_each_partition_has_a_place_and_an_identity_of_its_own(lab: "Lab") -> None:
    for day, rows in (("2026-01-01", 25), ("2026-01-02", 50)):
        config = {"ops": {"by_day": {"config": {"plan": "basic"}}}}
        assert materialized(lab, by_day, partition_key=day, run_config=config).success
        table = pq.read_table(lab.folder / "lake" / "by_day" / day / "part-00000.parquet")
        assert table.num_rows == rows


def test_a_backfill_of_one_run_has_one_place(lab: "Lab") -> None:
    tags = {
        "dagster/asset_partition_range_start": "2026-01-01",
        "dagster/asset_partition_range_end": "2026-01-03",
    }
    result = materialized(lab, in_one_run, tags=tags)
    assert result.success
    assert (lab.folder / "lake" / "in_one_run" / "2026-01-01...2026-01-03").is_dir()
    assert not list(result.get_asset_check_evaluations())


@pytest.mark.parametrize("key", ["../../etc", "..", "a/b", "."])
def test_whoever_names_a_partition_does_not_choose_the_folder(lab: "Lab", key: str) -> None:
    shops = dg.DynamicPartitionsDefinition(name="shops")

    @guarded_asset(**WHERE, output="lake/{partition}/out", partitions_def=shops)
    def by_shop() -> str:
        return "SELECT id, plan FROM customers"

    lab.instance.add_dynamic_partitions("shops", [key])
    result = materialized(lab, by_shop, partition_key=key)
    assert result.success
    (found,) = lab.folder.glob("lake/*/out")
    assert found.resolve().parent.parent == (lab.folder / "lake").resolve()


def test_an_output_that_names_what_is_not_there_fails_before_anything_is_read(lab: "Lab") -> None:
    @guarded_asset(**WHERE, output="lake/{partition}")
    def nowhere() -> str:
        return SQL

    result = materialized(lab, nowhere)
    (failure,) = result.filter_events(lambda e: e.event_type_value == "STEP_FAILURE")
    assert "SG-CONFIG" in str(failure.event_specific_data.user_failure_data.description)  # type: ignore[union-attr]


def test_a_quality_check_that_is_not_there_fails_before_anything_is_read(lab: "Lab") -> None:
    @guarded_asset(**WHERE, output="lake/{run}", quality=["gx:missing.json"])
    def judged() -> str:
        return SQL

    result = materialized(lab, judged)
    (failure,) = result.filter_events(lambda e: e.event_type_value == "STEP_FAILURE")
    assert "missing.json" in str(failure.event_specific_data.user_failure_data.description)  # type: ignore[union-attr]
    assert not (lab.folder / "lake").exists()


def test_what_the_function_raises_shows_no_value(lab: "Lab") -> None:
    @guarded_asset(**WHERE, output="lake/{run}")
    def broken() -> str:
        raise KeyError("marker7f3a@example.com")

    result = materialized(lab, broken)
    assert not result.success
    lab.assert_nothing_left()


def test_the_resource_may_be_a_parameter_and_have_another_name(lab: "Lab") -> None:
    @guarded_asset(**WHERE, output="lake/{run}", resource_key="guard")
    def looked(context: dg.AssetExecutionContext, guard: SluicegateResource) -> str:
        seen = guard.preview(context, source="shop", sql=SQL, purpose="training", rows=1)
        return f"SELECT {seen.column_names[0]} FROM customers"

    assert materialized(lab, looked, resources={"guard": lab.resource}).success


def test_another_asset_reads_the_release_and_only_as_it_was_attested(lab: "Lab") -> None:
    @guarded_asset(**WHERE, output="lake/customers")
    def customers() -> str:
        return SQL

    manager = GuardedIOManager(
        inner=dg.FilesystemIOManager(base_dir=str(lab.folder / "values")),
        sluicegate=lab.resource,
        attested_inputs=True,
    )
    resources = {"sluicegate": lab.resource, "io_manager": manager}
    assert materialized(lab, customers, trained, resources=resources).success
    (lab.folder / "lake" / "customers" / "added.csv").write_text("a\n1\n")
    again = materialized(
        lab, customers, trained, resources=resources, selection=dg.AssetSelection.assets(trained)
    )
    assert not again.success
