"""The guarded I/O manager in real runs. No deferred annotations: Dagster reads them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from dagster_sluicegate import GuardedIOManager, guarded_asset

if TYPE_CHECKING:
    from tests.dagster_lib.conftest import Lab

pytestmark = [pytest.mark.dagster, pytest.mark.postgres]

MAIL = "marker7f3a@example.com"
STATES = dg.StaticPartitionsDefinition(["a", "b"])


def run(lab: "Lab", *assets: Any, inner: Any = None, **more: Any) -> dg.ExecuteInProcessResult:
    options = {n: more.pop(n) for n in ("on_finding", "attested_inputs") if n in more}
    manager = GuardedIOManager(
        inner=inner or dg.FilesystemIOManager(base_dir=str(lab.folder / "values")),
        sluicegate=lab.resource,
        **options,
    )
    resources = {"io_manager": manager, "sluicegate": lab.resource}
    return lab.materialize(*assets, resources=resources, **more)


def events(result: dg.ExecuteInProcessResult, kind: str) -> list[Any]:
    return [e for e in result.all_events if e.event_type_value == kind]


def asset_of(value: Any, **more: Any) -> dg.AssetsDefinition:
    def made():  # type: ignore[no-untyped-def] # noqa: ANN202 - an Output wants none
        return value

    definition: dg.AssetsDefinition = dg.asset(name="made", **more)(made)
    return definition


@dg.asset
def reads(made: Any) -> int:
    return len(made)


def test_a_clean_value_is_stored_and_read_again(lab: "Lab") -> None:
    result = run(lab, asset_of({"plan": "pro"}), reads)
    assert result.success
    assert result.output_for_node("reads") == 1
    metadata = events(result, "ASSET_MATERIALIZATION")[0].materialization.metadata
    assert metadata["sluicegate/checked"].value == "nothing found"


@pytest.mark.parametrize(("cell", "passes"), [("pro", True), (MAIL, False)])
def test_metadata_of_dagsters_own_kinds_is_looked_through(
    lab: "Lab", cell: str, passes: bool
) -> None:
    schema = dg.TableSchema(columns=[dg.TableColumn("plan", tags={"a": "b"})])
    metadata: dict[str, Any] = {
        "dagster/column_schema": schema,
        "head": dg.MetadataValue.table([dg.TableRecord({"plan": cell})], schema=schema),
        "text": dg.MetadataValue.md(f"| {cell} |"),
        "n": 3,
    }
    # Dagster has put it into the event log by then: what keeps it from there is the storage's part
    assert run(lab, asset_of(dg.Output({"n": 1}, metadata=metadata))).success is passes


def test_a_finding_is_refused_once_and_nothing_is_stored(lab: "Lab") -> None:
    made = asset_of({"rows": [MAIL]}, retry_policy=dg.RetryPolicy(max_retries=2))
    result = run(lab, made, reads)
    (failure,) = events(result, "STEP_FAILURE")
    told = failure.event_specific_data.user_failure_data
    assert told.metadata["sluicegate/findings"].value == {"email": 1}
    assert told.metadata["sluicegate/places"].value == ["value.rows[0]"]
    assert not events(result, "STEP_UP_FOR_RETRY")
    assert not list((lab.folder / "values").rglob("made*"))
    lab.assert_nothing_left()


def test_text_may_be_stored_redacted_instead(lab: "Lab") -> None:
    result = run(lab, asset_of([f"to {MAIL}"]), on_finding="redact")
    assert result.success
    lab.assert_nothing_left()
    assert list((lab.folder / "values").rglob("made*"))


def test_what_cannot_be_redacted_is_refused(lab: "Lab") -> None:
    result = run(lab, asset_of(ValueError(MAIL)), on_finding="redact")
    assert not result.success
    lab.assert_nothing_left()


def test_a_large_table_is_scanned_by_column(lab: "Lab") -> None:
    table = pa.table({"n": range(200_000), "plan": ["pro"] * 199_999 + [MAIL]})
    result = run(lab, asset_of(table))
    (failure,) = events(result, "STEP_FAILURE")
    told = failure.event_specific_data.user_failure_data.metadata
    assert told["sluicegate/places"].value == ["plan"]
    lab.assert_nothing_left()


def test_a_column_of_bytes_is_stored_and_named_as_a_blind_spot(lab: "Lab") -> None:
    result = run(lab, asset_of(pa.table({"raw": [b"\xff\xfe\xfd"]})))
    (event,) = events(result, "ASSET_MATERIALIZATION")
    assert "raw" in str(event.materialization.metadata["sluicegate/blind_spots"].value)


class Breaks(dg.IOManager):
    """Fails with the value in its text, once."""

    def __init__(self) -> None:
        self.tries = 0

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        self.tries += 1
        if self.tries == 1:
            raise OSError(f"no space for {obj} of {context.step_key} {MAIL}")

    def load_input(self, context: dg.InputContext) -> Any:
        raise KeyError(MAIL, context.name)


def test_what_the_wrapped_manager_raises_is_retried_and_has_no_text(lab: "Lab") -> None:
    made = asset_of(1, retry_policy=dg.RetryPolicy(max_retries=1))
    result = run(lab, made, reads, inner=Breaks())
    assert len(events(result, "STEP_UP_FOR_RETRY")) == 1
    assert [e.step_key for e in events(result, "STEP_SUCCESS")] == ["made"]
    lab.assert_nothing_left()


@guarded_asset(source="shop", purpose="training", output="lake/{partition}", partitions_def=STATES)
def states() -> str:
    return "SELECT id, plan FROM customers"


@dg.asset
def of_arrow(states: pa.Table) -> int:
    return int(states.num_rows)


@dg.asset
def of_dataset(states: ds.Dataset) -> int:
    return int(states.count_rows())


@dg.asset
def of_pandas(states: pd.DataFrame) -> int:
    return len(states)


@dg.asset
def of_polars(states: pl.DataFrame) -> int:
    return states.height


@dg.asset(partitions_def=STATES)
def of_one(states: pa.Table) -> int:
    return int(states.num_rows)


def test_releases_of_all_partitions_are_opened_as_the_type_that_is_asked_for(lab: "Lab") -> None:
    for key in STATES.get_partition_keys():
        assert run(lab, states, of_one, partition_key=key, attested_inputs=True).success
    readers = [of_arrow, of_dataset, of_pandas, of_polars]
    chosen = dg.AssetSelection.assets(*readers)
    result = run(lab, states, *readers, selection=chosen, attested_inputs=True)
    assert result.success
    assert [result.output_for_node(f.key.to_python_identifier()) for f in readers] == [100] * 4


def test_a_release_that_was_changed_is_not_read(lab: "Lab") -> None:
    for key in STATES.get_partition_keys():
        assert run(lab, states, partition_key=key).success
    Path("lake/b/part-00000.parquet").write_bytes(Path("lake/a/part-00000.parquet").read_bytes())
    Path("lake/b/added.csv").touch()
    result = run(lab, states, of_arrow, selection=dg.AssetSelection.assets(of_arrow))
    (failure,) = events(result, "STEP_FAILURE")
    assert "not as attested" in failure.event_specific_data.user_failure_data.description


def test_what_no_gate_released_is_not_read_where_a_release_is_demanded(lab: "Lab") -> None:
    result = run(lab, asset_of([1]), reads, attested_inputs=True)
    (failure,) = events(result, "STEP_FAILURE")
    assert "SG-INTEGRITY" in failure.event_specific_data.user_failure_data.description
    assert [e.step_key for e in events(result, "STEP_SUCCESS")] == ["made"]
