"""A class for a column of which a project only says that it is personal."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from sluicegate.detect import open_scanner
from sluicegate.detect.columns import classify
from sluicegate.model.data import FREE_TEXT, PUBLIC, DataClass

_UNKNOWN: Final = DataClass("identifier")


def guess(table: str, column: str) -> DataClass:
    """Return the class that the name of a column says, else ``identifier``. A person looks at it.

    Args:
        table: Name of its relation, whose words count.
        column: Its name.
    """
    empty = pa.table({column: pa.array([], pa.string())})
    (verdict,) = classify(empty, scanner=open_scanner(), relation=table)
    return _UNKNOWN if verdict.data_class in {PUBLIC, FREE_TEXT} else verdict.data_class
