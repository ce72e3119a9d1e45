"""The family of an Arrow type, for samples that come without a catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from sluicegate.model.data import TypeFamily

_FAMILIES: Final[tuple[tuple[Callable[[pa.DataType], bool], TypeFamily], ...]] = (
    (pa.types.is_boolean, TypeFamily.BOOLEAN),
    (pa.types.is_integer, TypeFamily.INTEGER),
    (pa.types.is_decimal, TypeFamily.DECIMAL),
    (pa.types.is_floating, TypeFamily.FLOAT),
    (pa.types.is_date, TypeFamily.DATE),
    (pa.types.is_timestamp, TypeFamily.TIMESTAMP),
    (pa.types.is_time, TypeFamily.TIME),
    (pa.types.is_string, TypeFamily.TEXT),
    (pa.types.is_large_string, TypeFamily.TEXT),
    (pa.types.is_string_view, TypeFamily.TEXT),
    (pa.types.is_binary, TypeFamily.BINARY),
    (pa.types.is_large_binary, TypeFamily.BINARY),
    (pa.types.is_fixed_size_binary, TypeFamily.BINARY),
    (pa.types.is_binary_view, TypeFamily.BINARY),
    (pa.types.is_list, TypeFamily.ARRAY),
    (pa.types.is_large_list, TypeFamily.ARRAY),
    (pa.types.is_null, TypeFamily.TEXT),
)


def family_of(kind: pa.DataType) -> TypeFamily:
    """Return the family; dictionaries have that of their values."""
    if isinstance(kind, pa.BaseExtensionType):
        return family_of(kind.storage_type)
    if pa.types.is_dictionary(kind):
        return family_of(kind.value_type)
    return next((family for check, family in _FAMILIES if check(kind)), TypeFamily.OTHER)
