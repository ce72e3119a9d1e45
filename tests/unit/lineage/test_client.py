"""Events as OpenLineage's own client takes and sends them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import RunEvent
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    error_message_run,
    schema_dataset,
    tags_dataset,
    test_run,
)
from openlineage.client.serde import Serde
from tests.lineage_servers import drain, hanging, listening

from sluicegate.errors import MissingDependencyError
from sluicegate.lineage import (
    ClientTransport,
    EventType,
    client_event,
    client_transport,
    run_event,
)
from sluicegate.model.findings import Reason, ScanSummary
from sluicegate.model.masks import Keep, Pseudonymize
from sluicegate.model.outcome import Outcome, OutputFile, Status
from sluicegate.model.plan import Plan

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RELEASED = Outcome(
    status=Status.RELEASED,
    run_key="k",
    rows=3,
    files=(OutputFile(name="a", sha256="0" * 64, bytes=30, rows=3),),
    types={"id": "int64"},
    scan=ScanSummary(rows=3, bytes=9, detectors="1/2/x"),
)
LEAKED = Outcome(
    status=Status.QUARANTINED, run_key="k", reasons=(Reason(code="LEAK", message="x"),)
)


@pytest.fixture
def event(make_plan: Callable[..., Plan], make_identity: Any) -> Callable[..., dict[str, Any]]:
    def build(kind: EventType = "COMPLETE", outcome: Outcome | None = RELEASED) -> dict[str, Any]:
        plan = make_plan(warnings=(Reason(code="G31", message="x"),))
        return run_event(kind, plan=plan, identity=make_identity(), outcome=outcome, time=NOW)

    return build


def without_empty(value: Any) -> Any:
    """The client adds empty lists and dictionaries of what was not given."""
    if isinstance(value, dict):
        cleaned = {name: without_empty(item) for name, item in value.items()}
        return {name: item for name, item in cleaned.items() if item not in ({}, [])}
    if isinstance(value, list):
        return [without_empty(item) for item in value]
    return value


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("START", None), ("COMPLETE", RELEASED), ("FAIL", LEAKED), ("FAIL", None)],
)
def test_the_clients_own_classes_take_every_field_of_an_event(
    event: Callable[..., dict[str, Any]], kind: EventType, outcome: Outcome | None
) -> None:
    """A field that they do not have, or another version of a facet, would not come back."""
    told = event(kind, outcome)
    made = client_event(told)
    assert type(made) is RunEvent
    assert without_empty(Serde.to_dict(made)) == without_empty(told)


def test_what_was_refused_before_there_was_a_plan_is_an_event_too(make_identity: Any) -> None:
    reasons = (
        Reason(code="G02", message="hidden"),
        Reason(code="POLICY-NO-RULE", message="hidden"),
    )
    refused = Outcome(status=Status.REFUSED, run_key="k", reasons=reasons)
    told = run_event("FAIL", plan=None, identity=make_identity(), outcome=refused, time=NOW)
    assert (told["inputs"], told["outputs"]) == ([], [])
    assert told["run"]["facets"]["errorMessage"]["message"] == "not released: G02, POLICY-NO-RULE"
    assert without_empty(Serde.to_dict(client_event(told))) == without_empty(told)


def test_facets_are_of_the_classes_that_describe_them(
    event: Callable[..., dict[str, Any]],
) -> None:
    made = client_event(event())
    assert made.run.facets is not None
    assert made.outputs is not None
    facets: Any = made.outputs[0].facets
    fields: Any = facets["columnLineage"].fields
    assert type(facets["columnLineage"]) is column_lineage_dataset.ColumnLineageDatasetFacet
    assert type(facets["schema"]) is schema_dataset.SchemaDatasetFacet
    assert type(facets["tags"]) is tags_dataset.TagsDatasetFacet
    step = fields["email"].inputFields[0].transformations[0]
    assert type(step) is column_lineage_dataset.Transformation
    assert (step.masking, step.description) == (True, Pseudonymize().method)
    kept = fields["id"].inputFields[0].transformations[0]
    assert (kept.masking, kept.description, kept.subtype) == (False, Keep().method, "IDENTITY")
    tests: Any = made.run.facets["test"]
    assert type(tests) is test_run.TestRunFacet
    assert {t.status for t in tests.tests} <= {"pass", "fail", "skip"}
    failed: Any = client_event(event("FAIL", LEAKED)).run.facets
    assert type(failed["errorMessage"]) is error_message_run.ErrorMessageRunFacet


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises((TypeError, ValueError)):
        client_event({"eventType": "COMPLETE"})


def sending_to(url: str, **retry: Any) -> Callable[[], OpenLineageClient]:
    transport = {"type": "http", "url": url, "timeout": 60, "retry": {"total": 0} | retry}
    return lambda: OpenLineageClient(config={"transport": transport})


def test_events_arrive_in_their_order(event: Callable[..., dict[str, Any]]) -> None:
    with listening() as (url, received):
        transport = ClientTransport(sending_to(url), most_seconds=30)
        assert transport.emit(event("START", None))
        assert transport.emit(event())
        assert transport.flush()
    assert [e["eventType"] for e in received] == ["START", "COMPLETE"]
    for part in ("inputs", "outputs", "job"):
        assert without_empty(received[1][part]) == without_empty(event()[part])
    told = event()["run"]["facets"]
    assert received[1]["run"]["facets"]["sluicegate_extract"] == told["sluicegate_extract"]
    assert without_empty(received[1]["run"]["facets"]["test"]) == without_empty(told["test"])


def test_a_server_that_hangs_costs_its_bound_once(
    event: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    with hanging() as url:
        transport = ClientTransport(sending_to(url), most_seconds=0.4)
        began = monotonic()
        assert transport.emit(event("START", None))
        assert monotonic() - began < 0.3, "what starts does not wait"
        assert not transport.flush()
        assert 0.3 < monotonic() - began < 5
        again = monotonic()
        assert transport.emit(event())
        assert not transport.flush()
        assert monotonic() - again < 0.3, "while one is stuck, nobody waits for the next"
    assert "slow" in caplog.text
    drain(transport)


def test_events_that_wait_are_bounded(
    event: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    with hanging() as url:
        transport = ClientTransport(sending_to(url), most_seconds=0.05, most_waiting=3)
        assert transport.emit(event())
        transport.flush()  # the sender holds one by now
        assert [transport.emit(event()) for _ in range(5)] == [True, True, True, False, False]
    assert "too many wait" in caplog.text
    drain(transport)


@pytest.mark.parametrize("answer", [400, 500])
def test_a_server_that_refuses_is_told_by_the_kind_of_error_only(
    event: Callable[..., dict[str, Any]], answer: int, caplog: pytest.LogCaptureFixture
) -> None:
    with listening(answer) as (url, received):
        transport = ClientTransport(sending_to(url), most_seconds=30)
        for _ in range(2):
            transport.emit(event())
        assert transport.flush()
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("sluicegate")]
    assert len(received) == len(ours) == 2, "one that failed does not end the next"
    assert all("dropped" in line and url not in line for line in ours)


def test_a_client_that_is_configured_wrongly_fails_nothing(
    event: Callable[..., dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    transport = ClientTransport(
        lambda: OpenLineageClient(config={"transport": {"type": "http"}}), most_seconds=30
    )
    assert transport.emit(event())
    assert transport.flush()
    assert "dropped" in caplog.text


def test_what_is_no_event_is_dropped_and_the_next_one_sent(
    event: Callable[..., dict[str, Any]],
) -> None:
    with listening() as (url, received):
        transport = ClientTransport(sending_to(url), most_seconds=30)
        transport.emit({"eventType": "START"})
        transport.emit(event())
        assert transport.flush()
    assert len(received) == 1


def test_a_client_that_is_not_installed_is_told_with_what_to_install(
    event: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(sys.modules, "openlineage.client", None)
    with pytest.raises(MissingDependencyError):
        client_event(event())
    transport = client_transport()
    assert transport.emit(event())
    drain(transport)
    assert "sluicegate[lineage]" in caplog.text
