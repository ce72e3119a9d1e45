"""Real Dagster runs against a real PostgreSQL. No deferred annotations: Dagster reads them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.lineage_servers import listening

from dagster_sluicegate import SluicegateResource
from sluicegate import ExtractRequest, Gate, RunIdentity

if TYPE_CHECKING:
    from tests.dagster_lib.conftest import Lab

pytestmark = [pytest.mark.dagster, pytest.mark.postgres]

SQL = "SELECT id, email, plan, notes FROM customers"
LEAKY = "SELECT id, ref FROM customers"


def asset_of(
    sql: str = SQL, output: str = "out", purpose: str = "training", **more: Any
) -> dg.AssetsDefinition:
    def customers(
        context: dg.AssetExecutionContext, sluicegate: SluicegateResource
    ) -> dg.MaterializeResult[Any]:
        return sluicegate.extract(context, source="shop", sql=sql, output=output, purpose=purpose)

    made: dg.AssetsDefinition = dg.asset(name="customers", **more)(customers)
    return made


def kinds(result: dg.ExecuteInProcessResult) -> list[str]:
    return [event.event_type_value for event in result.all_events]


def failure_of(result: dg.ExecuteInProcessResult) -> Any:
    (event,) = [e for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    data: Any = event.event_specific_data
    return data


def told(result: dg.ExecuteInProcessResult) -> Any:
    return failure_of(result).user_failure_data


def metadata_of(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = result.get_asset_materialization_events()
    return dict(event.materialization.metadata)


def test_options_say_how_it_is_written(lab: "Lab") -> None:
    @dg.asset
    def customers(
        context: dg.AssetExecutionContext, sluicegate: SluicegateResource
    ) -> dg.MaterializeResult[Any]:
        return sluicegate.extract(
            context, source="shop", sql=SQL, output="out", purpose="training",
            output_options={"format": "csv", "rows_per_file": 20},
        )  # fmt: skip

    result = lab.materialize(customers)
    assert result.success
    assert len(list(lab.output().glob("part-*.csv"))) == 3
    columns = metadata_of(result)["dagster/column_schema"].schema.columns
    assert {c.name: c.type for c in columns}["email"] == "string", "whatever the format"
    lab.assert_nothing_left()


def test_options_that_are_wrong_fail_the_step(lab: "Lab") -> None:
    @dg.asset
    def customers(
        context: dg.AssetExecutionContext, sluicegate: SluicegateResource
    ) -> dg.MaterializeResult[Any]:
        return sluicegate.extract(
            context, source="shop", sql=SQL, output="out", purpose="training",
            output_options={"fromat": "csv"},
        )  # fmt: skip

    assert not lab.materialize(customers).success
    assert not lab.output().exists()


def test_a_release_is_materialized(lab: "Lab") -> None:
    result = lab.materialize(asset_of())
    assert result.success
    assert pq.read_table(lab.output() / "part-00000.parquet").num_rows == 50
    assert (lab.output() / "_SLUICEGATE" / "attestation.json").is_file()
    lab.assert_nothing_left()


def test_the_metadata_tells_columns_masks_lineage_and_proof(lab: "Lab") -> None:
    metadata = metadata_of(lab.materialize(asset_of()))
    assert metadata["dagster/row_count"].value == 50
    schema = metadata["dagster/column_schema"].schema
    assert [(c.name, c.type) for c in schema.columns] == [
        ("id", "string"),
        ("email", "string"),
        ("plan", "string"),
        ("notes", "large_string"),
    ]
    assert {c.name: c.tags["sluicegate/mask"] for c in schema.columns} == {
        "id": "pseudonymize",
        "email": "pseudonymize",
        "plan": "keep",
        "notes": "redact",
    }
    assert {c.name: c.tags["sluicegate/class"] for c in schema.columns}["notes"] == "free_text"
    lineage = metadata["dagster/column_lineage"].value.deps_by_column
    source = dg.AssetKey(["shop", "public", "customers"])
    assert lineage["email"] == [dg.TableColumnDep(asset_key=source, column_name="email")]
    assert metadata["sluicegate/status"].value == "released"
    assert metadata["sluicegate/plan_digest"].value.startswith("sha256:")
    assert Path(metadata["sluicegate/attestation"].value).is_file()
    assert metadata["sluicegate/redactions"].value == {"email": 50}


def test_lineage_goes_through_openlineages_client_too(lab: "Lab") -> None:
    with listening() as (url, received):
        (lab.folder / "openlineage.yml").write_text(f"transport: {{type: http, url: '{url}'}}\n")
        options = lab.resource.model_dump() | {"openlineage": True}
        told = {"sluicegate": SluicegateResource(**options)}
        assert lab.materialize(asset_of(), resources=told).success
    assert [event["eventType"] for event in received] == ["START", "COMPLETE"]
    assert received[-1]["job"]["namespace"] == "dagster"
    fields = received[-1]["outputs"][0]["facets"]["columnLineage"]["fields"]
    assert fields["email"]["inputFields"][0]["transformations"][0]["masking"]
    (lab.folder / "received.json").write_text(json.dumps(received))
    lab.assert_nothing_left()


def test_the_log_tells_the_outcome(lab: "Lab") -> None:
    result = lab.materialize(asset_of())
    records = lab.instance.get_records_for_run(result.run_id).records
    messages = [r.event_log_entry.user_message for r in records]
    assert any("sluicegate released 50 rows" in message for message in messages)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("DROP TABLE customers", "G"),
        ("SELECT id FROM customers; DELETE FROM customers", "G"),
        ("SELECT id FROM orders", ""),
        ("SELECT usename FROM pg_catalog.pg_user", ""),
        ("SELEC id", ""),
    ],
)
def test_a_refusal_fails_once_although_retries_are_allowed(lab: "Lab", sql: str, code: str) -> None:
    result = lab.materialize(asset_of(sql, retry_policy=dg.RetryPolicy(max_retries=2)))
    assert kinds(result).count("STEP_FAILURE") == 1
    assert "STEP_UP_FOR_RETRY" not in kinds(result)
    assert told(result).description.startswith("sluicegate refused: nothing was read")
    assert code in told(result).metadata["sluicegate/reasons"].value[0]
    assert not lab.output().exists()


def test_a_leak_fails_once_and_leaves_nothing_at_the_output(lab: "Lab") -> None:
    result = lab.materialize(asset_of(LEAKY, retry_policy=dg.RetryPolicy(max_retries=2)))
    assert kinds(result).count("STEP_FAILURE") == 1
    assert "STEP_UP_FOR_RETRY" not in kinds(result)
    assert not result.get_asset_materialization_events()
    assert "quarantined" in told(result).description
    assert told(result).metadata["sluicegate/findings"].value == {"secret": 1}
    assert not lab.output().exists()
    lab.assert_nothing_left()


def test_an_unknown_purpose_is_refused(lab: "Lab") -> None:
    result = lab.materialize(asset_of(purpose="marketing"))
    assert "POLICY-" in told(result).description


def test_an_unreachable_database_is_tried_again(
    lab: "Lab", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", "postgresql://me:pw7f3a@127.0.0.1:9/shop")
    result = lab.materialize(asset_of(retry_policy=dg.RetryPolicy(max_retries=2)))
    assert kinds(result).count("STEP_UP_FOR_RETRY") == 2
    assert kinds(result).count("STEP_FAILURE") == 1
    assert "SG-SOURCE-UNAVAILABLE" in told(result).description
    lab.assert_nothing_left("pw7f3a")


def test_a_database_that_comes_back_is_read_by_the_next_try(
    lab: "Lab", shop_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    monkeypatch.setenv("SHOP_URL", "postgresql://127.0.0.1:9/shop")

    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def customers(
        context: dg.AssetExecutionContext, sluicegate: SluicegateResource
    ) -> dg.MaterializeResult[Any]:
        tries.append(context.retry_number)
        if len(tries) == 2:
            monkeypatch.setenv("SHOP_URL", shop_url)
        return sluicegate.extract(context, source="shop", sql=SQL, output="out", purpose="training")

    result = lab.materialize(customers)
    assert result.success
    assert tries == [0, 1]


def test_an_unknown_database_is_not_tried_again(
    lab: "Lab", shop_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", shop_url.replace("/test_", "/none_", 1))
    result = lab.materialize(asset_of(retry_policy=dg.RetryPolicy(max_retries=2)))
    assert "STEP_UP_FOR_RETRY" not in kinds(result)
    assert "3D000" in told(result).description


def test_a_variable_that_is_not_set_is_named(lab: "Lab", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOP_URL")
    result = lab.materialize(asset_of(retry_policy=dg.RetryPolicy(max_retries=2)))
    assert "STEP_UP_FOR_RETRY" not in kinds(result)
    assert "SHOP_URL is not set" in told(result).description


def test_a_missing_key_and_a_wrong_policy_fail_at_once(
    lab: "Lab", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROOT_KEY")
    assert "SG-KEY" in told(lab.materialize(asset_of())).description
    (lab.folder / "policy.yaml").write_text("version: 1\nname: x\nrulez: []\n")
    assert "SG-POLICY-INVALID" in told(lab.materialize(asset_of())).description
    assert not lab.output().exists()


def test_each_partition_has_its_output_and_is_told_on_record(lab: "Lab") -> None:
    days = dg.DailyPartitionsDefinition(start_date="2026-01-01")

    @dg.asset(partitions_def=days)
    def customers(
        context: dg.AssetExecutionContext, sluicegate: SluicegateResource
    ) -> dg.MaterializeResult[Any]:
        return sluicegate.extract(
            context,
            source="shop",
            sql="SELECT id, plan FROM customers WHERE plan = :plan",
            parameters={"plan": "pro"},
            output=f"out/{context.partition_key}",
            purpose="training",
        )

    for key in ("2026-01-01", "2026-01-02"):
        assert lab.materialize(customers, partition_key=key).success
        assert pq.read_table(lab.output() / key / "part-00000.parquet").num_rows == 25
    with Gate.open(lab.resource.settings()) as gate:
        intents = [r.body["identity"] for r in gate.ledger.records(kind="extract.intent")]
    assert [identity["partition"] for identity in intents] == ["2026-01-01", "2026-01-02"]


def test_an_op_in_a_job_may_extract(lab: "Lab") -> None:
    @dg.op
    def read(context: dg.OpExecutionContext, sluicegate: SluicegateResource) -> int:
        result = sluicegate.extract(
            context, source="shop", sql=SQL, output="out", purpose="training"
        )
        metadata: Any = result.metadata
        return int(metadata["dagster/row_count"])

    @dg.job(resource_defs={"sluicegate": lab.resource})
    def nightly() -> None:
        read()

    result = nightly.execute_in_process(instance=lab.instance)
    assert result.output_for_node("read") == 50


def test_a_preview_is_masked_and_on_record(lab: "Lab") -> None:
    seen: list[pa.Table] = []

    @dg.asset
    def look(context: dg.AssetExecutionContext, sluicegate: SluicegateResource) -> None:
        seen.append(sluicegate.preview(context, source="shop", sql=SQL, purpose="training", rows=7))

    assert lab.materialize(look).success
    assert seen[0].num_rows == 7
    assert seen[0]["notes"].to_pylist() == ["write to {EMAIL}"] * 7
    with Gate.open(lab.resource.settings()) as gate:
        kinds = [r.kind for r in gate.ledger.records()]
        assert kinds == ["key.created", "preview.intent", "preview.outcome"]
    lab.assert_nothing_left()


def test_a_leaky_preview_fails_and_shows_nothing(lab: "Lab") -> None:
    @dg.asset(retry_policy=dg.RetryPolicy(max_retries=2))
    def look(context: dg.AssetExecutionContext, sluicegate: SluicegateResource) -> None:
        sluicegate.preview(context, source="shop", sql=LEAKY, purpose="training")

    result = lab.materialize(look)
    assert kinds(result).count("STEP_FAILURE") == 1
    assert "STEP_UP_FOR_RETRY" not in kinds(result)
    lab.assert_nothing_left()


def test_masked_values_are_those_of_the_gate(lab: "Lab") -> None:
    assert lab.materialize(asset_of()).success
    request = ExtractRequest(
        source="shop", sql=SQL, purpose="training", output=str(lab.output("by_gate"))
    )
    identity = RunIdentity(orchestrator="cli", pipeline="p", task="t", run="r")
    with Gate.open(lab.resource.settings()) as gate:
        assert gate.extract(request, identity).released
    tables = [
        pq.read_table(lab.output(name) / "part-00000.parquet").sort_by("email")
        for name in ("out", "by_gate")
    ]
    assert tables[0].equals(tables[1])


def test_a_consent_lets_the_next_run_of_the_same_plan_pass(lab: "Lab") -> None:
    definitions = dg.Definitions(
        assets=[asset_of(purpose="quality")], resources={"sluicegate": lab.resource}
    )
    job = definitions.resolve_implicit_global_asset_job_def()
    first = job.execute_in_process(instance=lab.instance, raise_on_error=False)
    digest = told(first).metadata["sluicegate/approval"].value
    with Gate.open(lab.resource.settings()) as gate:
        gate.approvals.approve(digest, person="dana")
    again = job.execute_in_process(instance=lab.instance, raise_on_error=False)
    assert again.success


@pytest.mark.parametrize("where", ["context", "cause"])
def test_a_strangers_error_leaves_no_value_in_the_event_log(
    lab: "Lab", where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster stores message, stack, cause and context of what a step raises."""

    def broken(*_: Any, **__: Any) -> None:
        value = "marker7f3a@example.com"
        try:
            int(value)
        except ValueError as error:
            if where == "cause":
                raise RuntimeError(value) from error
            raise RuntimeError(value)  # noqa: B904 - the context is under test

    monkeypatch.setattr(Gate, "extract", broken)
    result = lab.materialize(asset_of(retry_policy=dg.RetryPolicy(max_retries=2)))
    assert kinds(result).count("STEP_FAILURE") == 1
    assert "RuntimeError" in told(result).description
    error = failure_of(result).error
    assert (error.cause, error.context) == (None, None)
    lab.assert_nothing_left()


def test_our_errors_carry_no_chain_into_the_event_log(
    lab: "Lab", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", "postgresql://127.0.0.1:9/shop")
    error = failure_of(lab.materialize(asset_of())).error
    assert (error.cause, error.context) == (None, None)


def test_the_run_is_on_record_with_its_identity(lab: "Lab") -> None:
    result = lab.materialize(
        asset_of(owners=["ann@example.com", "team:growth"], code_version="v7"),
        tags={"user": "ann", "dagster/schedule_name": "nightly"},
    )
    with Gate.open(lab.resource.settings()) as gate:
        (intent,) = gate.ledger.records(kind="extract.intent")
    identity = intent.body["identity"]
    expected = {
        "orchestrator": "dagster",
        "pipeline": "__ephemeral_asset_job__",
        "task": "customers",
        "run": result.run_id,
        "try_number": 1,
        "triggered_by": "ann",
        "trust": "asserted",
        "trigger": "scheduled",
        "owner": "ann@example.com",
        "team": "growth",
        "environment": "test",
        "code_version": "v7",
    }
    assert {name: identity[name] for name in expected} == expected
    assert identity["code_digest"].startswith("sha256:")
    assert set(identity["versions"]) == {"dagster", "dagster-sluicegate", "sluicegate", "python"}
    assert datetime.now(UTC) >= intent.time
