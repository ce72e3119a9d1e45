"""Types of DuckDB: their families, and which of them are read as text."""

from __future__ import annotations

import re

from sluicegate.model.data import TypeFamily

_FAMILIES = {
    **dict.fromkeys(
        (
            *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
            *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
        ),
        TypeFamily.INTEGER,
    ),
    **dict.fromkeys(("FLOAT", "DOUBLE"), TypeFamily.FLOAT),
    **dict.fromkeys(("VARCHAR", "ENUM"), TypeFamily.TEXT),
    **dict.fromkeys(
        (
            *("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
            *("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
        ),
        TypeFamily.TIMESTAMP,
    ),
    **dict.fromkeys(("TIME", "TIME WITH TIME ZONE"), TypeFamily.TIME),
    "DECIMAL": TypeFamily.DECIMAL,
    "BOOLEAN": TypeFamily.BOOLEAN,
    "DATE": TypeFamily.DATE,
    "UUID": TypeFamily.UUID,
    "JSON": TypeFamily.JSON,
    "BLOB": TypeFamily.BINARY,
}

_KEPT = re.compile(
    r"((U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|VARCHAR|BOOLEAN|DATE|TIME|BLOB"
    r"|TIMESTAMP( WITH TIME ZONE|_S|_MS|_NS)?|DECIMAL\(\d+,\d+\)))(\[\])*"
)
_QUIET = {"UUID", "JSON", "ENUM"}


def spelled(native: str) -> str:
    """Return the type's name without the labels of an enum, which are data."""
    return "ENUM" if native.startswith("ENUM(") else native


def family(native: str) -> TypeFamily:
    """Return the family of a type as the catalogue spells it."""
    if native.endswith("]"):
        return TypeFamily.ARRAY
    return _FAMILIES.get(native.partition("(")[0], TypeFamily.OTHER)


def text_cast(native: str) -> str | None:
    """Return the types to cast to, or ``None`` if Arrow and Parquet hold the column as it is.

    HUGEINT reaches beyond the 38 digits of a decimal; intervals, bits and unions would leave in
    forms that a scan does not read. Maps and structs become JSON, with what is in them.
    """
    if _KEPT.fullmatch(native):
        return None
    of_list = native.endswith("[]")
    item = native.removesuffix("[]") if of_list else native
    nested = item.startswith(("STRUCT(", "MAP(", "ROW(", "TUPLE(")) or item.endswith("]")
    if nested:
        return "JSON[]::VARCHAR[]" if of_list and not item.endswith("]") else "JSON::VARCHAR"
    return "VARCHAR[]" if of_list else "VARCHAR"


def note(name: str, native: str) -> str:
    """Say that a column was read as text; nothing is lost for UUIDs, JSON and enums."""
    if spelled(native).removesuffix("[]") in _QUIET:
        return ""
    return f"column {name!r}: {spelled(native).partition('(')[0]} was read as text"
