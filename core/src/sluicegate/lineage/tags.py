"""Tags of columns: data classes on what is read, and on what leaves unless a mask stops them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from sluicegate.lineage.columns import masks_all
from sluicegate.model.data import PUBLIC

if TYPE_CHECKING:
    from sluicegate.model.data import ColumnRef, RelationName
    from sluicegate.model.plan import Plan

DATA_CLASS: Final = "data_class"
MASK: Final = "mask"
_SOURCE: Final = "SLUICEGATE"


def input_tags(plan: Plan, relation: RelationName) -> list[dict[str, Any]]:
    """Tag the columns of a relation that the statement looks at with their data classes."""
    found = ((ref.column, _class_of(plan, ref)) for ref in _read(plan) if ref.relation == relation)
    return _tags((column, DATA_CLASS, name) for column, name in found if name)


def output_tags(plan: Plan) -> list[dict[str, Any]]:
    """Tag the columns of the output: with the data classes that reached them, and with their masks.

    A class stops at a mask. It goes on where a mask of documents keeps a part of them.
    """
    return _tags(_of_output(plan))


def _of_output(plan: Plan) -> Iterator[tuple[str, str, str]]:
    for column in plan.columns:
        for ref in column.origins:
            mask = column.masks.get(ref)
            if masks_all(mask):
                yield column.name, MASK, mask.method if mask else ""
            elif name := _class_of(plan, ref):
                yield column.name, DATA_CLASS, name


def _read(plan: Plan) -> list[ColumnRef]:
    origins = (ref for column in plan.columns for ref in column.origins)
    influences = (ref for refs in plan.influences.values() for ref in refs)
    return sorted({*plan.facts.columns, *origins, *influences})


def _class_of(plan: Plan, ref: ColumnRef) -> str:
    rule = plan.decision.obligations.columns.get(ref)
    found = rule.data_class if rule else None
    return "" if found in {None, PUBLIC} else str(found)


def _tags(found: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": value, "source": _SOURCE, "field": column}
        for column, key, value in dict.fromkeys(found)
    ]
