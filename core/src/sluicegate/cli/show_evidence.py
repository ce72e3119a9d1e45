"""Shows which controls records support evidence for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sluicegate.evidence.reporting import Dossier, Passport


def dossier_document(dossier: Dossier) -> dict[str, Any]:
    """Build the JSON document: numbers of records by control."""
    signed = dossier.checkpoint
    return {
        "framework": dossier.framework.id,
        "scope": dict(dossier.scope.told()),
        "records": len(dossier.entries),
        "checkpoint": signed.note if signed else None,
        "policies": dict(dossier.policies),
        "controls": [
            {
                "id": control.id,
                "title": control.title,
                "topics": list(control.topics),
                "records": [entry.sequence for entry in dossier.of_control(control)],
            }
            for control in dossier.framework.controls
        ],
    }


def dossier_rows(dossier: Dossier) -> Iterator[tuple[str, str, str]]:
    """Tell a person how many records support evidence for each control."""
    for control in dossier.framework.controls:
        number = len(dossier.of_control(control))
        yield control.id, control.title, f"{number:,}" if number else "none in the period"


def passport_rows(passport: Passport) -> Iterator[tuple[str, str]]:
    """Tell a person what a passport says, in short."""
    told = passport.document()
    dataset, origin = told["dataset"], told["origin"]
    yield "dataset", f"{dataset['name']} {dataset['manifest']}"
    yield "content", f"{dataset['files']:,} file(s), {dataset['rows']:,} rows"
    yield "released", dataset["released_at"]
    yield "origin", f"{origin['source']}: {', '.join(origin['relations'])}"
    yield "purpose", told["purpose"]
    for column in told["preparation"]["columns"]:
        methods = ", ".join(sorted({mask["method"] for mask in column["masks"]}))
        yield f"column {column['name']}", methods or "computed"
    for missing in told["to_be_added"]:
        yield "to be added", missing
