"""Outcomes as Dagster metadata. Never a value from the data."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import dagster as dg

from sluicegate.gate.present import outcome_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.evidence.problem import Problem
    from sluicegate.gate import ScanReport
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import OutputColumn, Plan
    from sluicegate.model.risk import RiskReport

_PATHS: Final = ("output", "attestation", "quarantine")
"""What a scan calls the place of findings in the names of columns."""
_TOLD_ELSEWHERE: Final = frozenset({*_PATHS, "rows", "masks"})


def release_metadata(
    outcome: "Outcome", upstream: Mapping[str, dg.AssetKey] | None = None
) -> dict[str, Any]:
    """Build the metadata of a materialization, with its column schema and lineage.

    Args:
        outcome: Of an extract.
        upstream: Relation → the asset that it is; ``source / schema / table`` if not told.
    """
    plan = outcome.plan
    shape = _column_metadata(plan, outcome.types, upstream or {}) if plan else {}
    return failure_metadata(outcome) | {"dagster/row_count": outcome.rows} | shape


def failure_metadata(outcome: "Outcome") -> dict[str, Any]:
    """Build the metadata that every end has: what happened, and where it is on record."""
    facts = outcome_facts(outcome) | {"approval": outcome.approval}
    told = {
        f"sluicegate/{name}": value
        for name, value in facts.items()
        if name not in _TOLD_ELSEWHERE and value not in ("", [], {}, None)
    }
    return told | {f"sluicegate/{n}": dg.MetadataValue.path(facts[n]) for n in _PATHS if facts[n]}


def verification_metadata(output: str, problems: "Sequence[Problem]") -> dict[str, Any]:
    """Build the metadata of a comparison with the attestation."""
    return {
        "sluicegate/output": dg.MetadataValue.path(output),
        "sluicegate/problems": [str(problem) for problem in problems],
    }


def risk_metadata(place: str, report: "RiskReport") -> dict[str, Any]:
    """Build the metadata of a measurement: counts and names of columns."""
    return {
        "sluicegate/path": dg.MetadataValue.path(place),
        "sluicegate/rows": report.rows,
        "sluicegate/classes": report.classes,
        "sluicegate/k": report.k or 0,
        "sluicegate/unique": report.unique,
        "sluicegate/quasi_identifiers": list(report.quasi_identifiers),
    } | {f"sluicegate/l/{one.column}": one.l or 0 for one in report.sensitive}


def leak_metadata(path: str, report: "ScanReport") -> dict[str, Any]:
    """Build the metadata of a scan: classes, columns and counts."""
    scan = report.scan
    return {
        "sluicegate/path": dg.MetadataValue.path(path),
        "sluicegate/findings": {str(name): n for name, n in scan.by_class().items()},
        "sluicegate/columns": sorted({c.column for c in scan.counts}),
        "sluicegate/files": len(report.files),
        "sluicegate/rows": scan.rows,
        "sluicegate/detectors": scan.detectors,
        "sluicegate/blind_spots": list(scan.blind_spots),
    }


def _column_metadata(
    plan: "Plan", types: Mapping[str, str], upstream: Mapping[str, dg.AssetKey]
) -> dict[str, Any]:
    columns = [
        dg.TableColumn(c.name, type=types.get(c.name, "unknown"), tags=_tags(c))
        for c in plan.columns
    ]
    lineage = {c.name: _origins(plan.source, c, upstream) for c in plan.columns}
    return {
        "dagster/column_schema": dg.TableSchema(columns=columns),
        "dagster/column_lineage": dg.TableColumnLineage(lineage),
    }


def _origins(
    source: str, column: "OutputColumn", upstream: Mapping[str, dg.AssetKey]
) -> list[dg.TableColumnDep]:
    return [
        dg.TableColumnDep(
            asset_key=upstream.get(str(origin.relation))
            or dg.AssetKey([source, origin.relation.schema, origin.relation.name]),
            column_name=origin.column,
        )
        for origin in column.origins
    ]


def _tags(column: "OutputColumn") -> dict[str, str]:
    """Tell masks and data classes; several are joined by a dot, which tag values allow."""
    masks = sorted({mask.method for mask in column.masks.values()})
    return {
        "sluicegate/mask": ".".join(masks) or "none",
        "sluicegate/class": ".".join(sorted(column.data_classes)) or "none",
    }
