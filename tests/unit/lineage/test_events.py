from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sluicegate.lineage import EventType, column_lineage, run_event
from sluicegate.model.data import ColumnRef, RelationName
from sluicegate.model.decision import ColumnRule, Decision, Effect, Obligations
from sluicegate.model.findings import Reason
from sluicegate.model.identity import RunIdentity
from sluicegate.model.masks import Keep, Pseudonymize, Redact
from sluicegate.model.outcome import Outcome, OutputFile, Status
from sluicegate.model.plan import Carries, OutputColumn, Plan

MakePlan = Callable[..., Plan]
MakeIdentity = Callable[..., RunIdentity]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RELEASED = Outcome(
    status=Status.RELEASED,
    run_key="k",
    rows=7,
    bytes=999,
    files=(
        OutputFile(name="a", sha256="0" * 64, bytes=30, rows=3),
        OutputFile(name="b", sha256="0" * 64, bytes=40, rows=4),
    ),
)
QUARANTINED = Outcome(
    status=Status.QUARANTINED,
    run_key="k",
    reasons=(
        Reason(code="LEAK", message="canary-message", hint="canary-hint", place="canary-place"),
        Reason(code="LEAK", message="another"),
        Reason(code="BLIND", message="x"),
    ),
)


@pytest.fixture
def event(make_plan: MakePlan, make_identity: MakeIdentity) -> Callable[..., dict[str, Any]]:
    def build(
        kind: EventType = "COMPLETE", outcome: Outcome | None = RELEASED, **plan: Any
    ) -> dict[str, Any]:
        return run_event(
            kind, plan=make_plan(**plan), identity=make_identity(), outcome=outcome, time=NOW
        )

    return build


def test_a_completed_run(event: Callable[..., dict[str, Any]]) -> None:
    told = event()
    assert told["eventType"] == "COMPLETE"
    assert datetime.fromisoformat(told["eventTime"]) == NOW
    assert told["job"]["namespace"] == "airflow"
    assert told["job"]["name"] == "daily.customers"
    assert told["job"]["facets"]["sql"]["query"] == "SELECT id FROM customers WHERE plan = ?"
    assert told["job"]["facets"]["ownership"]["owners"] == [{"name": "owen"}]
    assert told["inputs"] == [
        {"namespace": "postgres://shop_prod", "name": "public.customers", "facets": {}}
    ]
    (output,) = told["outputs"]
    assert (output["namespace"], output["name"]) == ("s3://lake", "train/customers")
    statistics = output["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["size"], statistics["fileCount"]) == (7, 70, 2)
    assert told["run"]["facets"]["sluicegate_extract"]["status"] == "released"


def test_a_run_that_starts_tells_no_size(event: Callable[..., dict[str, Any]]) -> None:
    (output,) = event("START", None)["outputs"]
    assert "outputFacets" not in output
    assert "columnLineage" in output["facets"]


def test_a_run_that_failed_made_nothing_and_tells_codes_only(
    event: Callable[..., dict[str, Any]],
) -> None:
    told = event("FAIL", QUARANTINED)
    assert told["outputs"] == []
    assert told["run"]["facets"]["errorMessage"]["message"] == "not released: BLIND, LEAK"
    assert "canary-" not in json.dumps(told)
    assert "stackTrace" not in json.dumps(told)
    assert "could not be done" in event("FAIL", None)["run"]["facets"]["errorMessage"]["message"]


def test_the_rewritten_sql_with_its_literals_is_not_told(
    event: Callable[..., dict[str, Any]],
) -> None:
    for kind in ("START", "COMPLETE", "FAIL"):
        assert "canary-literal" not in json.dumps(event(kind))


def test_masks_and_origins_of_each_column(event: Callable[..., dict[str, Any]]) -> None:
    facets = event()["outputs"][0]["facets"]
    assert facets["schema"]["fields"] == [{"name": n} for n in ("id", "email", "label", "rows")]
    fields = facets["columnLineage"]["fields"]

    def told(name: str) -> list[tuple[str, str, str, bool]]:
        return [
            (f["field"], t["subtype"], t["description"], t["masking"])
            for f in fields[name]["inputFields"]
            for t in f["transformations"]
            if t["type"] == "DIRECT"
        ]

    assert told("id") == [("id", "IDENTITY", "keep", False)]
    assert told("email") == [("email", "TRANSFORMATION", "pseudonymize", True)]
    assert told("label") == [
        ("first", "TRANSFORMATION", "redact", True),
        ("last", "TRANSFORMATION", "suppress", True),
        ("id", "TRANSFORMATION", "keep", False),
    ]
    assert told("rows") == []
    assert fields["id"]["inputFields"][0]["namespace"] == "postgres://shop_prod"
    assert fields["id"]["inputFields"][0]["name"] == "public.customers"


def test_columns_of_one_name_are_told_together(
    event: Callable[..., dict[str, Any]], make_plan: MakePlan, make_column: Any
) -> None:
    twice: tuple[OutputColumn, ...] = (
        make_column("x", ("id", Keep())),
        make_column("x", ("email", Redact())),
    )
    facets = event(columns=twice)["outputs"][0]["facets"]
    assert facets["schema"]["fields"] == [{"name": "x"}]
    assert len(facets["columnLineage"]["fields"]["x"]["inputFields"]) == 2
    lineage = column_lineage(make_plan(columns=twice))
    assert [r.column for r in lineage["x"]] == ["id", "email"]


def test_column_lineage_names_the_origins(make_plan: MakePlan) -> None:
    lineage = column_lineage(make_plan())
    assert {name: [str(r) for r in refs] for name, refs in lineage.items()} == {
        "id": ["public.customers.id"],
        "email": ["public.customers.email"],
        "label": ["public.customers.first", "public.customers.last", "public.customers.id"],
        "rows": [],
    }


def test_the_run_id_names_the_run_over_its_tries(
    make_plan: MakePlan, make_identity: MakeIdentity
) -> None:
    def run_id(**changes: Any) -> str:
        told = run_event(
            "START", plan=make_plan(), identity=make_identity(**changes), outcome=None, time=NOW
        )
        return str(told["run"]["runId"])

    assert uuid.UUID(run_id()).version == 5
    assert run_id() == run_id(try_number=2, host="other")
    others: list[dict[str, Any]] = [
        {},
        {"run": "2"},
        {"task": "x"},
        {"map_index": 0},
        {"partition": "p"},
    ]
    assert len({run_id(**changes) for changes in others}) == len(others)


@pytest.mark.parametrize(
    ("output", "namespace", "name"),
    [
        ("/data/out/", "file", "/data/out"),
        ("out", "file", str(Path.cwd() / "out")),
        ("file:///data/out", "file", "/data/out"),
        ("s3://lake/a/b", "s3://lake", "a/b"),
        ("S3a://lake/a/b/", "s3://lake", "a/b"),
        ("table://warehouse/train.customers", "table://warehouse", "train.customers"),
        ("gs://lake", "gs://lake", "/"),
    ],
)
def test_outputs_are_named_as_other_tools_name_them(
    event: Callable[..., dict[str, Any]], output: str, namespace: str, name: str
) -> None:
    (told,) = event(output=output)["outputs"]
    assert (told["namespace"], told["name"]) == (namespace, name)


def test_a_preview_has_no_output(event: Callable[..., dict[str, Any]]) -> None:
    assert event(output="")["outputs"] == []


def test_a_time_without_a_zone_is_refused(make_plan: MakePlan, make_identity: MakeIdentity) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        run_event("START", plan=make_plan(), identity=make_identity(), outcome=None, time=naive)


def _facets(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name.lower().endswith("facets"):
                yield from item.values()
            yield from _facets(item)
    elif isinstance(value, list):
        for item in value:
            yield from _facets(item)


@pytest.mark.parametrize("kind", ["START", "COMPLETE", "FAIL"])
def test_what_the_format_demands_is_there(
    event: Callable[..., dict[str, Any]], kind: EventType
) -> None:
    """Required members of RunEvent and of every facet in the OpenLineage schema."""
    told = event(kind, RELEASED if kind == "COMPLETE" else None)
    assert json.loads(json.dumps(told)) == told
    assert told.keys() >= {"eventTime", "producer", "schemaURL", "run", "job", "inputs", "outputs"}
    assert re.fullmatch(r"[0-9a-f-]{36}", told["run"]["runId"])
    facets = list(_facets(told))
    assert len(facets) >= 4
    for facet in facets:
        assert ":" in facet["_producer"]
        assert facet["_schemaURL"].startswith(("https://openlineage.io/spec/facets/", "urn:"))


def test_what_decides_about_rows_is_told_as_indirect(event: Callable[..., dict[str, Any]]) -> None:
    email = ColumnRef(relation=RelationName(schema="public", name="customers"), column="email")
    rule = ColumnRule(column=email, data_class=None, mask=Pseudonymize(), rule="r")
    decision = Decision(
        effect=Effect.PERMIT,
        policy_digest="sha256:0",
        obligations=Obligations(columns={email: rule}),
    )
    told = event(decision=decision, influences={"filter": (email,), "sort": (email,)})
    (field,) = told["outputs"][0]["facets"]["columnLineage"]["dataset"]
    assert field["field"] == "email"
    assert [(t["type"], t["subtype"], t["masking"]) for t in field["transformations"]] == [
        ("INDIRECT", "FILTER", True),
        ("INDIRECT", "SORT", True),
    ]


def test_an_aggregate_is_told_and_is_no_mask(event: Callable[..., dict[str, Any]]) -> None:
    plan = ColumnRef(relation=RelationName(schema="public", name="customers"), column="plan")
    column = OutputColumn(
        name="top",
        carries=Carries.FINISHED,
        origins=(plan,),
        masks={plan: Keep()},
        bare=False,
        aggregated=True,
    )
    fields = event(columns=(column,))["outputs"][0]["facets"]["columnLineage"]["fields"]
    (step,) = fields["top"]["inputFields"][0]["transformations"]
    assert (step["subtype"], step["masking"]) == ("AGGREGATION", False)
