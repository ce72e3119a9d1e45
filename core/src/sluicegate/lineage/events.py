"""OpenLineage run events from a plan: what was read, what was made of it, and what was masked.

Source of the format: OpenLineage RunEvent 2-0-2. Plain dictionaries; no value, and of the SQL only
its shape, of errors only their codes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from sluicegate.lineage.columns import column_fields, row_fields
from sluicegate.lineage.facets import PRODUCER, SPEC, facet
from sluicegate.lineage.gates import gate_tests
from sluicegate.lineage.names import input_namespace, output_name
from sluicegate.lineage.tags import input_tags, output_tags
from sluicegate.model.canonical import digest

if TYPE_CHECKING:
    from sluicegate.model.data import RelationName
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import Plan

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sluicegate:run")

EventType = Literal["START", "COMPLETE", "FAIL"]


def run_event(
    kind: EventType,
    *,
    plan: Plan | None,
    identity: RunIdentity,
    outcome: Outcome | None,
    time: datetime,
    error: str = "",
) -> dict[str, Any]:
    """Build one run event.

    The run id is a UUIDv5 of the work key: all tries of a run are one run, whoever asks. A run that
    failed names no output, since it released none.

    Args:
        kind: ``START``, ``COMPLETE`` or ``FAIL``.
        plan: What runs; ``None`` if it was refused before there was one, so that nothing is known
            of what it would have read.
        identity: Who runs it; its work key names the run over all tries.
        outcome: How it ended, if it has.
        time: Of the event, with a zone.
        error: Code of the error that it broke off with, if it did.

    Raises:
        ValueError: ``time`` has no zone: readers would each take another one.
    """
    if time.tzinfo is None:
        raise ValueError("the time of an event needs a zone")
    return {
        "eventType": kind,
        "eventTime": time.isoformat(),
        "producer": PRODUCER,
        "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": str(uuid.uuid5(_NAMESPACE, digest(identity.work_key))),
            "facets": _run_facets(kind, plan, identity, outcome, error),
        },
        "job": {
            "namespace": identity.orchestrator,
            "name": f"{identity.pipeline}.{identity.task}",
            "facets": _job_facets(plan, identity),
        },
        "inputs": [_input(plan, relation) for relation in plan.relations] if plan else [],
        "outputs": [_output(plan, outcome)] if plan and plan.output and kind != "FAIL" else [],
    }


def _run_facets(
    kind: EventType, plan: Plan | None, identity: RunIdentity, outcome: Outcome | None, error: str
) -> dict[str, Any]:
    facets = {
        "sluicegate_extract": {
            "_producer": PRODUCER,
            "_schemaURL": f"{PRODUCER}:facet:extract:v1",
            "plan": plan.digest if plan else "",
            "policy": plan.decision.policy_digest if plan else identity.policy_digest or "",
            "purpose": plan.purpose if plan else "",
            "try_number": identity.try_number,
            "status": "" if outcome is None else outcome.status.value,
        }
    }
    if kind == "FAIL":
        # Codes only: the texts of errors, ours or a driver's, do not belong in another system.
        codes = sorted({r.code for r in outcome.reasons}) if outcome else [error] * bool(error)
        facets["errorMessage"] = facet(
            "ErrorMessageRunFacet",
            "1-0-1",
            message=f"not released: {', '.join(codes) or 'it could not be done'}",
            programmingLanguage="PYTHON",
        )
    if kind != "START":
        facets["test"] = facet("TestRunFacet", "1-0-1", tests=gate_tests(plan, outcome, error))
    return facets


def _job_facets(plan: Plan | None, identity: RunIdentity) -> dict[str, Any]:
    facets = {
        "jobType": facet(
            "JobTypeJobFacet",
            "2-0-4",
            processingType="BATCH",
            integration="SLUICEGATE",
            jobType="EXTRACT",
        ),
    }
    if plan is not None:
        facets["sql"] = facet("SQLJobFacet", "1-1-0", query=plan.shape, dialect=plan.dialect)
    if identity.owner:
        facets["ownership"] = facet("OwnershipJobFacet", "1-0-1", owners=[{"name": identity.owner}])
    return facets


def _input(plan: Plan, relation: RelationName) -> dict[str, Any]:
    tags = facet("TagsDatasetFacet", "1-0-0", tags=input_tags(plan, relation))
    return {
        "namespace": input_namespace(plan),
        "name": str(relation),
        "facets": {"tags": tags} if tags["tags"] else {},
    }


def _output(plan: Plan, outcome: Outcome | None) -> dict[str, Any]:
    namespace, name = output_name(plan.output)
    names = dict.fromkeys(c.name for c in plan.columns)
    types = outcome.types if outcome is not None else {}
    fields = [{"name": n} | ({"type": types[n]} if n in types else {}) for n in names]
    facets: Mapping[str, Any] = {
        "schema": facet("SchemaDatasetFacet", "1-2-0", fields=fields),
        "columnLineage": facet(
            "ColumnLineageDatasetFacet",
            "1-2-0",
            fields=column_fields(plan),
            dataset=row_fields(plan),
        ),
        "tags": facet("TagsDatasetFacet", "1-0-0", tags=output_tags(plan)),
    }
    dataset: dict[str, Any] = {"namespace": namespace, "name": name, "facets": facets}
    if outcome is not None and outcome.released:
        dataset["outputFacets"] = {
            "outputStatistics": facet(
                "OutputStatisticsOutputDatasetFacet",
                "1-0-2",
                rowCount=outcome.rows,
                size=sum(f.bytes for f in outcome.files),
                fileCount=len(outcome.files),
            )
        }
    return dataset
