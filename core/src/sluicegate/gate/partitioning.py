"""Which columns may become folders: a folder's name is told to many who may not see the rows.

The names of files stand in the manifest, the ledger, lineage and the logs of orchestrators. So only
what anybody may see becomes one: public values that are kept, and values that were generalized.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sluicegate.model.data import PUBLIC
from sluicegate.model.findings import Reason
from sluicegate.model.masks import Bucket, GeneralizeDate, GeneralizeNumber, Keep
from sluicegate.model.plan import Carries, OutputColumn

_GENERALIZED: Final = (GeneralizeDate, GeneralizeNumber, Bucket)


def partition_faults(wanted: Sequence[str], columns: Sequence[OutputColumn]) -> tuple[Reason, ...]:
    """Tell which of the wanted columns may not partition the output."""
    known = {column.name: column for column in columns}
    return tuple(_fault(name) for name in wanted if not _may_name_folders(known.get(name)))


def _may_name_folders(column: OutputColumn | None) -> bool:
    if column is None or column.carries is not Carries.FINISHED or not column.origins:
        return False
    if column.bare and isinstance(column.mask, _GENERALIZED):
        return True
    masks = [column.masks.get(origin) for origin in column.origins]
    return all(isinstance(m, Keep) for m in masks) and set(column.data_classes) <= {PUBLIC}


def _fault(name: str) -> Reason:
    return Reason(
        code="SG-PARTITION",
        message=f"the column {name!r} may not partition the output: its values would be folders",
        hint="partition by columns of the result that are public and kept, or are generalized",
        place=f"column {name}",
    )
