"""The ways through types of numpy, pandas, polars, Arrow and of URLs, if these are imported.

A value of such a type exists only if its library was imported, so none is imported here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sluicegate.gate.values import tables
from sluicegate.gate.values.step import Step

if TYPE_CHECKING:
    from sluicegate.gate.values.walk import Walk

Handler = Callable[["Walk", Any, Step], Any]


def foreign_handler(kind: type) -> tuple[type, Handler] | None:
    """Return the way through values of a type of another library, and the type it is meant for."""
    for module, name, handler in _WAYS:
        base = getattr(sys.modules.get(module), name, None)
        if isinstance(base, type) and issubclass(kind, base):
            return base, handler
    return None


def _nothing(_: Walk, value: object, __: Step) -> object:
    return value


def _spoken(walk: Walk, value: object, step: Step) -> object:
    text = type(value).__str__(value)
    changed = walk.text(text, step)
    return value if changed is text else changed


def _scalar(walk: Walk, value: Any, step: Step) -> object:
    plain = value.item()
    changed = walk.visit(plain, step)
    return value if changed is plain else changed


def _arrow_scalar(walk: Walk, value: Any, step: Step) -> object:
    plain = value.as_py()
    return value if walk.visit(plain, step) is plain else walk.cannot(value, step, "type")


_WAYS: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("numpy", "datetime64", _nothing),
    ("numpy", "timedelta64", _nothing),
    ("numpy", "generic", _scalar),
    ("numpy", "ndarray", tables.numpy_array),
    ("pandas", "DataFrame", tables.pandas_frame),
    ("pandas", "Series", tables.pandas_series),
    ("pandas", "Index", tables.pandas_index),
    ("polars", "DataFrame", tables.polars_frame),
    ("polars", "Series", tables.polars_series),
    ("pyarrow", "Table", tables.arrow_table),
    ("pyarrow", "RecordBatch", tables.arrow_table),
    ("pyarrow", "ChunkedArray", tables.arrow_column),
    ("pyarrow", "Array", tables.arrow_column),
    ("pyarrow", "Scalar", _arrow_scalar),
    ("pydantic_core", "Url", _spoken),
    ("pydantic_core", "MultiHostUrl", _spoken),
    ("pydantic.networks", "_BaseUrl", _spoken),
    ("pydantic.networks", "_BaseMultiHostUrl", _spoken),
    ("yarl", "URL", _spoken),
    ("pandas._libs.missing", "NAType", _nothing),
)
