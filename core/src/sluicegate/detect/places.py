"""Places as an allow-list names them: a column, and the way to a nested value without positions.

A finding tells its exact position in a list; an entry of an allow-list never does. A value of a
dictionary stands at many positions at once, and a position would change with every row.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from sluicegate.model.allow import escape

Places = Callable[[str, str], str]
"""Gives the place of a column's name and a finding's JSON pointer."""


def places_of(schema: pa.Schema) -> Places:
    """Return the function that tells places in batches of ``schema``.

    Of columns that share a name no type is known: their pointers stay as they are, so that an entry
    with ``*`` does not match them.
    """
    names = schema.names
    kinds = {f.name: f.type for f in schema if names.count(f.name) == 1}

    def place(column: str, pointer: str) -> str:
        return escape(column) + _without_positions(pointer, kinds.get(column))

    return place


def _without_positions(pointer: str, kind: pa.DataType | None) -> str:
    """Write ``*`` for each step that is a position in a list or map of the type ``kind``."""
    if not pointer:
        return ""
    steps = pointer.replace("#", "~2").split("/")
    for index in range(1, len(steps)):
        kind = _plain(kind)
        if kind is None:
            break
        if pa.types.is_struct(kind):
            kind = _field(kind, steps[index])
        elif pa.types.is_map(kind):
            steps[index] = "*"
            kind = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
        elif hasattr(kind, "value_field"):
            steps[index] = "*"
            kind = kind.value_type
        else:
            break
    return "/".join(steps)


def _plain(kind: pa.DataType | None) -> pa.DataType | None:
    """Look through the types that only say how others are stored."""
    while kind is not None:
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        elif pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
            kind = kind.value_type
        else:
            break
    return kind


def _field(kind: pa.DataType, step: str) -> pa.DataType | None:
    fields = [f for f in kind if escape(f.name) == step]
    return fields[0].type if len(fields) == 1 else None
