"""The identity of every kind of step. No deferred annotations: Dagster reads them."""

import hashlib
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_sluicegate import run_identity
from sluicegate import RunIdentity, Trust

pytestmark = pytest.mark.dagster

SEEN: list[RunIdentity] = []


@pytest.fixture(autouse=True)
def _forget() -> None:
    SEEN.clear()


@dg.asset(key_prefix=["lake"], owners=["team:growth"])
def people(context: dg.AssetExecutionContext) -> None:
    SEEN.append(run_identity(context, "prod"))


def materialized(*assets: Any, **more: Any) -> RunIdentity:
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize(list(assets), instance=instance, **more).success
    (identity,) = SEEN
    return identity


def test_an_asset_is_named_by_its_key() -> None:
    identity = materialized(people)
    assert identity.task == "lake/people"
    assert (identity.owner, identity.team, identity.environment) == (None, "growth", "prod")


def test_a_run_that_names_nobody_is_nobodys() -> None:
    identity = materialized(people)
    assert (identity.triggered_by, identity.trust) == (None, Trust.UNKNOWN)


@pytest.mark.parametrize(
    "tags",
    [
        {"user": "ann"},
        {"user": "ann", "trust": "authenticated", "sluicegate/trust": "authenticated"},
    ],
)
def test_a_person_in_a_tag_is_asserted_and_never_more(tags: dict[str, str]) -> None:
    identity = materialized(people, tags=tags)
    assert (identity.triggered_by, identity.trust) == ("ann", Trust.ASSERTED)


def test_no_tag_sets_the_environment() -> None:
    tags = {"environment": "x", "sluicegate/environment": "x", "dagster/environment": "x"}
    assert materialized(people, tags=tags).environment == "prod"


@pytest.mark.parametrize(
    ("tags", "trigger"),
    [
        ({}, "manual"),
        ({"dagster/schedule_name": "nightly"}, "scheduled"),
        ({"dagster/sensor_name": "arrivals"}, "sensor"),
        ({"dagster/backfill": "b1"}, "backfill"),
        ({"dagster/backfill": "b1", "dagster/schedule_name": "nightly"}, "backfill"),
    ],
)
def test_the_trigger_is_what_the_tags_say(tags: dict[str, str], trigger: str) -> None:
    assert materialized(people, tags=tags).trigger == trigger


def test_the_code_digest_is_that_of_the_file() -> None:
    expected = "sha256:" + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    assert materialized(people).code_digest == expected


def test_code_without_a_file_has_no_digest() -> None:
    names: dict[str, Any] = {"SEEN": SEEN}
    code = (
        "import dagster as dg\n"
        "from dagster_sluicegate import run_identity\n"
        "@dg.asset\n"
        "def loose(context: dg.AssetExecutionContext) -> None:\n"
        "    SEEN.append(run_identity(context))\n"
    )
    exec(compile(code, "<nowhere>", "exec", dont_inherit=True), names)
    assert materialized(names["loose"]).code_digest is None


def test_a_range_of_partitions_is_named_by_its_ends() -> None:
    @dg.asset(
        partitions_def=dg.DailyPartitionsDefinition(start_date="2026-01-01"),
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def daily(context: dg.AssetExecutionContext) -> None:
        SEEN.append(run_identity(context))

    tags = {
        "dagster/asset_partition_range_start": "2026-01-01",
        "dagster/asset_partition_range_end": "2026-01-03",
    }
    assert materialized(daily, tags=tags).partition == "2026-01-01...2026-01-03"


def test_an_op_is_named_with_its_graphs() -> None:
    @dg.op
    def read(context: dg.OpExecutionContext) -> None:
        SEEN.append(run_identity(context))

    @dg.graph
    def inner() -> None:
        read()

    @dg.job
    def nightly() -> None:
        inner()

    assert nightly.execute_in_process().success
    (identity,) = SEEN
    assert (identity.pipeline, identity.task) == ("nightly", "inner.read")
    assert identity.owner is None


def test_several_assets_of_one_step_are_named_by_the_op() -> None:
    @dg.multi_asset(
        specs=[
            dg.AssetSpec("a", owners=["team:growth", "ann@example.com"], code_version="1"),
            dg.AssetSpec("b", owners=["team:growth"], code_version="2"),
        ]
    )
    def both(context: dg.AssetExecutionContext) -> Any:
        SEEN.append(run_identity(context))
        yield dg.MaterializeResult(asset_key="a")
        yield dg.MaterializeResult(asset_key="b")

    identity = materialized(both)
    assert identity.task == "both"
    assert (identity.owner, identity.team) == (None, "growth"), "owners that all of them have"
    assert identity.code_version is None


def test_an_asset_check_has_an_identity_too() -> None:
    @dg.asset_check(asset=people)
    def fine(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        SEEN[:] = [run_identity(context)]
        return dg.AssetCheckResult(passed=True)

    assert materialized(people, fine).run


@dg.op
def tell_run(context: dg.OpExecutionContext) -> str:
    return run_identity(context).run


@dg.job
def told() -> None:
    tell_run()


def test_a_re_execution_is_a_try_of_the_run_it_repeats(tmp_path: Path) -> None:
    job = dg.reconstructable(told)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        with dg.execute_job(job, instance) as first:
            run = first.output_for_node("tell_run")
        options = dg.ReexecutionOptions(parent_run_id=first.run_id)
        with dg.execute_job(job, instance, reexecution_options=options) as second:
            again = second.output_for_node("tell_run")
    assert second.run_id != first.run_id
    assert again == run == first.run_id


def test_no_tag_makes_a_run_a_try_of_another(tmp_path: Path) -> None:
    tags = {"dagster/parent_run_id": "another", "dagster/root_run_id": "another"}
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        result = told.execute_in_process(instance=instance, tags=tags)
    assert result.output_for_node("tell_run") == result.run_id
