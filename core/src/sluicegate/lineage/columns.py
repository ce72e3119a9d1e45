"""Column lineage: which columns of the source reach which column of the output, and how."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sluicegate.lineage.names import input_namespace
from sluicegate.model.masks import Keep

if TYPE_CHECKING:
    from sluicegate.model.data import ColumnRef
    from sluicegate.model.plan import OutputColumn, Plan


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


def _input(namespace: str, column: OutputColumn, origin: ColumnRef) -> dict[str, Any]:
    mask = column.masks.get(origin)
    masked = mask is not None and not isinstance(mask, Keep)
    return {
        "namespace": namespace,
        "name": str(origin.relation),
        "field": origin.column,
        "transformations": [
            {
                "type": "DIRECT",
                "subtype": "IDENTITY" if column.bare and not masked else "TRANSFORMATION",
                "description": mask.method if mask is not None else "",
                "masking": masked,
            }
        ],
    }
