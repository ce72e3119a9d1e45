"""Frames, series and arrays: looked at column by column, as Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sluicegate.detect.metadata import metadata_texts
from sluicegate.gate.values.step import Step

if TYPE_CHECKING:
    from sluicegate.gate.values.walk import Walk


def numpy_array(walk: Walk, value: Any, step: Step) -> object:
    """Go through an array of any shape; what a mask hides is looked at too."""
    import numpy as np  # noqa: PLC0415  # only who has such a value has it

    flat = np.ndarray.ravel(np.ndarray.view(value, np.ndarray))
    if flat.dtype.kind in "mMb":
        return value
    new, changed = _column(walk, lambda: pa.array(flat), flat.tolist, step)
    return value if not changed else np.array(new, dtype=object).reshape(value.shape)


def pandas_series(walk: Walk, value: Any, step: Step) -> object:
    """Go through a series, its index, name and attributes."""
    _same(walk, value, [value.name, value.index, value.attrs], step)
    new, changed = _column(walk, lambda: pa.Array.from_pandas(value), value.tolist, step)
    return value if not changed else type(value)(new, index=value.index, name=value.name)


def pandas_index(walk: Walk, value: Any, step: Step) -> object:
    """Go through an index: its labels and names."""
    import pandas as pd  # noqa: PLC0415  # only who has such a value has it

    if isinstance(value, (pd.RangeIndex, pd.DatetimeIndex)):
        return _same(walk, value, list(value.names), step)
    return _same(walk, value, [list(value.names), list(value)], step)


def pandas_frame(walk: Walk, value: Any, step: Step) -> object:
    """Go through a frame: its columns and their names, index and attributes."""
    _same(walk, value, [value.index, value.attrs], step)
    labels = list(value.columns)
    copy = value
    for number, label in enumerate(labels):
        series, at = value.iloc[:, number], _at(walk, step, label, number)
        new, changed = _column(walk, partial(pa.Array.from_pandas, series), series.tolist, at)
        if changed:
            copy = value.copy() if copy is value else copy
            copy.isetitem(number, new)
    return copy


def polars_series(walk: Walk, value: Any, step: Step) -> object:
    """Go through a series and its name."""
    at = _at(walk, step, value.name, 0)
    new, changed = _column(walk, value.to_arrow, value.to_list, at)
    return value if not changed else type(value)(value.name, new)


def polars_frame(walk: Walk, value: Any, step: Step) -> object:
    """Go through the columns of a frame and their names."""
    copy = value
    for number, series in enumerate(value.get_columns()):
        at = _at(walk, step, series.name, number)
        new, changed = _column(walk, series.to_arrow, series.to_list, at)
        if changed:
            copy = copy.with_columns(type(series)(series.name, new))
    return copy


def arrow_table(walk: Walk, value: Any, step: Step) -> object:
    """Go through a table or record batch: columns, names and metadata."""
    _same(walk, value, metadata_texts(value.schema), step)
    copy = value
    for number, name in enumerate(value.column_names):
        column, at = value.column(number), _at(walk, step, name, number)
        new, changed = _column(walk, partial(_itself, column), column.to_pylist, at)
        if changed:
            copy = copy.set_column(number, name, pa.array(new))
    return copy


def arrow_column(walk: Walk, value: Any, step: Step) -> object:
    """Go through an array."""
    new, changed = _column(walk, partial(_itself, value), value.to_pylist, step)
    return value if not changed else pa.array(new)


def _itself(column: Any) -> Any:
    return column


def _column(
    walk: Walk,
    as_arrow: Callable[[], pa.Array | pa.ChunkedArray],
    as_list: Callable[[], list[Any]],
    step: Step,
) -> tuple[list[Any], bool]:
    """Look at a column as Arrow; one by one if it is none, and where it is to be written anew."""
    if walk.by_columns:
        try:
            column = as_arrow()
        except Exception:  # noqa: BLE001  # whatever the library or a value of the column raises
            return walk.each(as_list(), step)
        if not holds_bytes(column.type):
            walk.column(column, step)
            return [], False
    return walk.each(as_list(), step)


def holds_bytes(kind: pa.DataType) -> bool:
    """Tell whether a type is, or has within it, one of bytes: these may hold anything."""
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return holds_bytes(kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return holds_bytes(kind.storage_type)
    if kind.num_fields:
        return any(holds_bytes(kind.field(n).type) for n in range(kind.num_fields))
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _at(walk: Walk, step: Step, label: object, number: int) -> Step:
    """Look at the label of a column and return its step; a label is not written anew."""
    at = Step(step, label if isinstance(label, str) else "", number, "{}")
    if not isinstance(label, str):
        _same(walk, label, [label], at)
    elif walk.text(label, at, name=True) != label:
        walk.cannot(label, at, "name")
    return at


def _same(walk: Walk, value: object, parts: Iterable[object], step: Step) -> object:
    content = list(parts)
    changed = walk.visit(content, Step(step, "", 0))
    return value if changed is content else walk.cannot(value, step, "type")
