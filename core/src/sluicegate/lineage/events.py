"""OpenLineage run events from a plan: what was read, what was made of it, and what was masked.

Source of the format: OpenLineage RunEvent 2-0-2, SchemaDatasetFacet 1-1-1,
ColumnLineageDatasetFacet 1-2-0. Plain dictionaries; no value, and of the SQL only its shape.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from sluicegate.model.canonical import digest
from sluicegate.model.masks import Keep

if TYPE_CHECKING:
    from sluicegate.model.data import ColumnRef
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import OutputColumn, Plan

PRODUCER: Final = "urn:sluicegate"
_SPEC: Final = "https://openlineage.io/spec"
_NAMESPACE: Final = uuid.UUID("6d0f9f5e-8a4b-5c53-9a5a-4b1f4f0f7a11")

EventType = Literal["START", "COMPLETE", "FAIL"]


def run_event(
    kind: EventType,
    *,
    plan: Plan,
    identity: RunIdentity,
    outcome: Outcome | None,
    time: datetime,
) -> dict[str, Any]:
    """Build one run event.

    Args:
        kind: ``START``, ``COMPLETE`` or ``FAIL``.
        plan: What runs.
        identity: Who runs it; its work key names the run over all tries.
        outcome: How it ended, if it has.
        time: Of the event, with a zone.
    """
    outputs = [_output(plan, outcome)] if plan.output else []
    return {
        "eventType": kind,
        "eventTime": time.isoformat(),
        "producer": PRODUCER,
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.uuid5(_NAMESPACE, digest(identity.work_key))), "facets": {}},
        "job": {
            "namespace": identity.orchestrator,
            "name": f"{identity.pipeline}.{identity.task}",
            "facets": {"sql": _facet("1-1-0/SQLJobFacet", query=plan.shape)},
        },
        "inputs": [{"namespace": plan.source, "name": str(r)} for r in plan.relations],
        "outputs": outputs,
    }


def column_lineage(plan: Plan) -> Mapping[str, tuple[ColumnRef, ...]]:
    """Which columns of the source reach each output column."""
    return MappingProxyType({c.name: c.origins for c in plan.columns})


def _output(plan: Plan, outcome: Outcome | None) -> dict[str, Any]:
    facets = {
        "schema": _facet(
            "1-1-1/SchemaDatasetFacet", fields=[{"name": c.name} for c in plan.columns]
        ),
        "columnLineage": _facet(
            "1-2-0/ColumnLineageDatasetFacet",
            fields={c.name: {"inputFields": _inputs(plan, c)} for c in plan.columns},
        ),
    }
    dataset: dict[str, Any] = {"namespace": "file", "name": plan.output, "facets": facets}
    if outcome is not None and outcome.released:
        statistics = _facet(
            "1-0-2/OutputStatisticsOutputDatasetFacet", rowCount=outcome.rows, size=outcome.bytes
        )
        dataset["outputFacets"] = {"outputStatistics": statistics}
    return dataset


def _inputs(plan: Plan, column: OutputColumn) -> list[dict[str, Any]]:
    fields = []
    for origin in column.origins:
        mask = column.masks.get(origin)
        masked = mask is not None and not isinstance(mask, Keep)
        transformation = {
            "type": "DIRECT",
            "subtype": "IDENTITY" if column.bare and not masked else "TRANSFORMATION",
            "description": mask.method if mask is not None else "",
            "masking": masked,
        }
        fields.append(
            {
                "namespace": plan.source,
                "name": str(origin.relation),
                "field": origin.column,
                "transformations": [transformation],
            }
        )
    return fields


def _facet(schema: str, **content: Any) -> dict[str, Any]:
    return {"_producer": PRODUCER, "_schemaURL": f"{_SPEC}/facets/{schema}.json", **content}
