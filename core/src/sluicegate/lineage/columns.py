"""Column lineage: which columns of the source reach which column of the output, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sluicegate.lineage.names import input_namespace
from sluicegate.model.masks import Keep, Mask, keeps_parts

if TYPE_CHECKING:
    from sluicegate.model.data import ColumnRef
    from sluicegate.model.plan import Influence, OutputColumn, Plan


def column_lineage(plan: Plan) -> Mapping[str, tuple[ColumnRef, ...]]:
    """Which columns of the source reach each output column.

    Columns of one name are told together: two readers would each take another one of them.
    """
    origins: dict[str, dict[ColumnRef, None]] = {}
    for column in plan.columns:
        origins.setdefault(column.name, {}).update(dict.fromkeys(column.origins))
    return MappingProxyType({name: tuple(refs) for name, refs in origins.items()})


def column_fields(plan: Plan) -> dict[str, dict[str, Any]]:
    """Build the ``fields`` of OpenLineage's ColumnLineageDatasetFacet."""
    namespace = input_namespace(plan)
    fields: dict[str, dict[str, Any]] = {}
    for column in plan.columns:
        inputs = fields.setdefault(column.name, {"inputFields": []})["inputFields"]
        inputs += [_input(namespace, column, origin) for origin in column.origins]
    return fields


def row_fields(plan: Plan) -> list[dict[str, Any]]:
    """Build the ``dataset`` of OpenLineage's ColumnLineageDatasetFacet: what decides about rows.

    A filter, join or sort sees masked values only, so their influence is masked like a column's.
    """
    namespace = input_namespace(plan)
    kinds: dict[ColumnRef, list[Influence]] = {}
    for kind, refs in plan.influences.items():
        for ref in refs:
            kinds.setdefault(ref, []).append(kind)
    return [
        _field(namespace, ref, [("INDIRECT", kind.upper()) for kind in found], _mask(plan, ref))
        for ref, found in sorted(kinds.items())
    ]


def _input(namespace: str, column: OutputColumn, origin: ColumnRef) -> dict[str, Any]:
    mask = column.masks.get(origin)
    return _field(namespace, origin, [("DIRECT", _subtype(column, mask))], mask)


def _subtype(column: OutputColumn, mask: Mask | None) -> str:
    if column.aggregated:
        return "AGGREGATION"
    return "IDENTITY" if column.bare and not _masks(mask) else "TRANSFORMATION"


def _field(
    namespace: str, ref: ColumnRef, kinds: Sequence[tuple[str, str]], mask: Mask | None
) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "name": str(ref.relation),
        "field": ref.column,
        "transformations": [
            {
                "type": type_,
                "subtype": subtype,
                "description": mask.method if mask is not None else "",
                "masking": _masks(mask),
            }
            for type_, subtype in kinds
        ],
    }


def _mask(plan: Plan, ref: ColumnRef) -> Mask | None:
    rule = plan.decision.obligations.columns.get(ref)
    return rule.mask if rule else None


def masks_all(mask: Mask | None) -> bool:
    """Tell whether nothing of a column passes a mask as it is."""
    return _masks(mask) and mask is not None and not keeps_parts(mask)


def _masks(mask: Mask | None) -> bool:
    return mask is not None and not isinstance(mask, Keep)
