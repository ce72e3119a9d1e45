"""What is told to others: hooks, sensors, Pipes, and the storage that redacts.

No deferred annotations: Dagster reads them.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from dagster_sluicegate import (
    GuardedPipesMessageReader,
    guarded_failure_hook,
    guarded_run_failure_sensor,
    guarded_success_hook,
    leakproof,
)
from dagster_sluicegate.events import SafeEvent
from dagster_sluicegate.failures import GuardedFailure
from dagster_sluicegate.records import redacted_record, redacted_tags
from dagster_sluicegate.redactor import text_redactor

pytestmark = pytest.mark.dagster

MAIL = "marker7f3a@example.com"
TOLD: list[SafeEvent] = []
PLAIN = "telemetry: {{enabled: false}}"
GUARDED = """\
telemetry: {{enabled: false}}
storage:
  custom:
    module: dagster_sluicegate.storage
    class: RedactingStorage
    config:
      inner:
        module: dagster._core.storage.sqlite_storage
        class: DagsterSqliteStorage
        config: {{base_dir: {home}/storage}}
"""


@pytest.fixture(autouse=True)
def _forget() -> None:
    TOLD.clear()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as opened:
        yield opened


@dg.op
def fails() -> None:
    raise ValueError(MAIL)


@dg.op
def refuses() -> None:
    raise GuardedFailure("[SG-VALUE] refused", metadata={"sluicegate/code": "SG-VALUE"})


class Pretends(dg.Failure):
    """Has our code in its metadata, and data in its text."""


@dg.op
def pretends() -> None:
    raise Pretends(MAIL, metadata={"sluicegate/code": MAIL})


@dg.op
def works() -> int:
    return 1


@dg.job(hooks={guarded_failure_hook(TOLD.append), guarded_success_hook(TOLD.append)})
def watched() -> None:
    fails()
    refuses()
    pretends()
    works()


def by_step() -> dict[str, SafeEvent]:
    return {event.step: event for event in TOLD}


def test_hooks_tell_what_is_ours_and_no_others_text(instance: dg.DagsterInstance) -> None:
    watched.execute_in_process(instance=instance, raise_on_error=False)
    told = by_step()
    assert set(told) == {"fails", "refuses", "pretends", "works"}
    assert (told["fails"].kind, told["fails"].told) == ("ValueError", "")
    assert (told["refuses"].code, told["refuses"].told) == ("SG-VALUE", "[SG-VALUE] refused")
    assert told["works"].succeeded
    assert MAIL not in "".join(map(str, TOLD)) + repr(TOLD)


def test_the_sensor_tells_each_failed_step(instance: dg.DagsterInstance) -> None:
    sensor = guarded_run_failure_sensor(TOLD.append, name="tell")
    result = watched.execute_in_process(instance=instance, raise_on_error=False)
    TOLD.clear()
    (failed,) = [e for e in result.all_events if e.event_type_value == "PIPELINE_FAILURE"]
    context = dg.build_run_status_sensor_context(
        sensor_name="tell",
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=failed,
    ).for_run_failure()
    sensor(context)
    told = by_step()
    assert set(told) == {"fails", "refuses", "pretends"}
    assert told["refuses"].code == "SG-VALUE"
    assert MAIL not in "".join(map(str, TOLD)) + repr(TOLD)


@dg.asset
@leakproof
def generator() -> Iterator[dg.Output[int]]:
    yield dg.Output(1, metadata={"rows": 3})


@dg.asset
@leakproof
def retried(context: dg.AssetExecutionContext) -> int:
    if context.retry_number == 0:
        raise dg.RetryRequested(max_retries=1) from ValueError(MAIL)
    context.add_output_metadata({"tries": 2})
    return 7


def test_leakproof_leaves_what_is_clean_as_it_is(instance: dg.DagsterInstance) -> None:
    result = dg.materialize([generator, retried], instance=instance)
    assert result.success
    assert result.output_for_node("retried") == 7
    events = {
        e.asset_key.to_user_string(): e
        for e in result.get_asset_materialization_events()
        if e.asset_key
    }
    assert events["generator"].materialization.metadata["rows"].value == 3
    assert events["retried"].materialization.metadata["tries"].value == 2


def test_leakproof_is_not_for_coroutines() -> None:
    async def later() -> None:
        return None

    with pytest.raises(TypeError):
        leakproof(later)


CHILD = """
from dagster_pipes import open_dagster_pipes
with open_dagster_pipes() as pipes:
    pipes.report_asset_materialization(metadata={"rows": 3, "plan": "pro"}, data_version="v1")
    pipes.report_asset_check("fine", passed=True, metadata={"share": 0.5})
    pipes.report_custom_message({"n": [1, 2]})
"""


def test_clean_pipes_messages_arrive_as_they_were_sent(instance: dg.DagsterInstance) -> None:
    seen: list[Any] = []

    @dg.asset(check_specs=[dg.AssetCheckSpec("fine", asset="piped")])
    def piped(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):  # type: ignore[no-untyped-def] # noqa: ANN202
        done = pipes.run(command=[sys.executable, "-c", CHILD], context=context)
        seen.extend(done.get_custom_messages())
        return done.get_materialize_result()

    client = dg.PipesSubprocessClient(
        message_reader=GuardedPipesMessageReader(dg.PipesTempFileMessageReader())
    )
    result = dg.materialize([piped], instance=instance, resources={"pipes": client})
    (event,) = result.get_asset_materialization_events()
    assert event.materialization.metadata["rows"].value == 3
    assert event.materialization.tags == {
        **(event.materialization.tags or {}),
        "dagster/data_version": "v1",
    }
    assert result.get_asset_check_evaluations()[0].passed
    assert seen == [{"n": [1, 2]}]


def test_the_storage_leaves_what_dagster_works_with_as_it_was(tmp_path: Path) -> None:
    """Versions, partitions, keys and identities: the same as without it."""

    @dg.asset(partitions_def=dg.DailyPartitionsDefinition("2026-01-01"), code_version="v1")
    def upstream() -> dg.MaterializeResult[Any]:
        column = dg.TableColumn("email", type="string", tags={"sluicegate/mask": "none"})
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": 3,
                "dagster/column_schema": dg.TableSchema(columns=[column]),
                "where": dg.MetadataValue.path("/lake/customers"),
            }
        )

    homes = [tmp_path / "plain", tmp_path / "guarded"]
    for home, config in zip(homes, (PLAIN, GUARDED), strict=True):
        home.mkdir()
        (home / "dagster.yaml").write_text(config.format(home=home))
    with (
        dg.DagsterInstance.from_config(str(homes[0])) as plain,
        dg.DagsterInstance.from_config(str(homes[1])) as other,
    ):
        seen = []
        for instance in (plain, other):
            dg.materialize(
                [upstream],
                instance=instance,
                partition_key="2026-01-02",
                tags={"user": "ann@example.com"},
            )
            (run,) = instance.get_runs()
            assert run.tags["user"] == "ann@example.com"
            assert run.status is dg.DagsterRunStatus.SUCCESS
            record = instance.fetch_materializations(upstream.key, limit=1).records[0]
            told = record.asset_materialization
            assert told is not None
            logs = [
                e.dagster_event.event_type_value
                for e in instance.all_logs(run.run_id)
                if e.dagster_event
            ]
            seen.append((told.metadata, told.partition, sorted(told.tags or {}), logs))
        assert seen[0] == seen[1]


def test_tags_by_which_dagster_works_are_kept_and_others_redacted() -> None:
    tags = {"user": MAIL, "dagster/partition": MAIL, "note": MAIL, MAIL: "x", "dagster/note": MAIL}
    redacted = redacted_tags(tags, text_redactor())
    assert redacted == {
        "user": MAIL,
        "dagster/partition": MAIL,
        "note": "{EMAIL}",
        "{EMAIL}": "x",
        "dagster/note": "{EMAIL}",
    }


def test_a_record_without_a_finding_is_the_same_object() -> None:
    result = dg.materialize([dg.asset(name="a")(lambda: None)])
    for event in result.all_events:
        assert redacted_record(event, text_redactor()) is event
