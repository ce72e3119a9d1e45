"""The leaves of a column: nested values taken apart until only plain arrays are left.

Paths are JSON pointers made of field names and positions, never of map keys: a key is data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.detect.spans import Ints

Paths = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A plain array, and where each of its values stands in the column."""

    array: pa.Array = field(repr=False)
    rows: Ints
    """Row of the batch that each value belongs to."""
    path: Paths
    """JSON pointer of a value, by its place in the array."""
    kind: str = ""
    """Path of the leaf with ``*`` for positions: the same for all its values."""


def leaves(array: pa.Array) -> Iterator[Leaf]:
    """Take a column apart."""
    rows = np.arange(len(array), dtype=np.int64)
    yield from _leaves(Leaf(array=array, rows=rows, path=lambda _: ""))


def _leaves(leaf: Leaf) -> Iterator[Leaf]:
    array, kind = leaf.array, leaf.array.type
    if isinstance(array, pa.ExtensionArray):
        yield from _leaves(_with(leaf, array.storage))
    elif pa.types.is_run_end_encoded(kind):
        yield from _leaves(_with(leaf, pc.run_end_decode(array)))
    elif pa.types.is_struct(kind):
        for name, child in zip((f.name for f in kind), array.flatten(), strict=True):
            yield from _leaves(_field(leaf, name, child))
    elif pa.types.is_map(kind):
        # The list functions of Arrow abort the process on a map; on its list form they do not.
        pairs = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
        yield from _leaves(_with(leaf, array.cast(pa.list_(pairs))))
    elif _is_list(kind):
        yield from _leaves(_items(leaf))
    elif pa.types.is_dictionary(kind) and pa.types.is_nested(kind.value_type):
        yield from _leaves(_with(leaf, array.dictionary_decode()))
    else:
        yield leaf


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind)
        or pa.types.is_large_list(kind)
        or pa.types.is_fixed_size_list(kind)
        or pa.types.is_list_view(kind)
        or pa.types.is_large_list_view(kind)
    )


def _with(leaf: Leaf, array: pa.Array) -> Leaf:
    return Leaf(array=array, rows=leaf.rows, path=leaf.path, kind=leaf.kind)


def _field(leaf: Leaf, name: str, child: pa.Array) -> Leaf:
    step = "/" + name.replace("~", "~0").replace("/", "~1")
    return Leaf(
        array=child,
        rows=leaf.rows,
        path=lambda place: leaf.path(place) + step,
        kind=leaf.kind + step,
    )


def _items(leaf: Leaf) -> Leaf:
    parents = pc.list_parent_indices(leaf.array).to_numpy(zero_copy_only=False).astype(np.int64)

    def path(place: int) -> str:
        parent = int(parents[place])
        position = place - int(np.searchsorted(parents, parent))
        return f"{leaf.path(parent)}/{position}"

    return Leaf(
        array=pc.list_flatten(leaf.array),
        rows=leaf.rows[parents],
        path=path,
        kind=leaf.kind + "/*",
    )
