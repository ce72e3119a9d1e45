"""Partition columns: their values as folders, in Hive's form ``column=value``.

A folder's name leaves with the data and stands in the manifest and the ledger. The gate therefore
lets only columns partition whose values anybody may see; here the names are made safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import SinkError

MAX_PARTITIONS: Final = 100
"""Combinations of values, each of which has a file open."""
NULL: Final = "__HIVE_DEFAULT_PARTITION__"
_LONGEST: Final = 200
"""Bytes of a folder's name; file systems end at 255."""
_ROW: Final = "__row__"


class Partitions:
    """Splits batches by the values of some columns, and takes these columns out."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns

    def check(self, schema: pa.Schema) -> pa.Schema:
        """Return the schema without the partition columns.

        Raises:
            SinkError: a column is missing, has a type whose text does not tell the value, or no
                other column is left.
        """
        for name in self._columns:
            if len(schema.get_all_field_indices(name)) != 1:
                raise SinkError(f"the rows have no column {name!r} to partition by")
            kind = schema.field(name).type
            if not _fits(kind):
                raise SinkError(
                    f"the column {name!r} of type {kind} cannot name folders",
                    hint="partition by text, integers, booleans, dates or timestamps",
                )
        inner = [field for field in schema if field.name not in self._columns]
        if self._columns and not inner:
            raise SinkError("no column is left beside the partition columns")
        return pa.schema(inner)

    def split(self, batch: pa.RecordBatch) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Yield the folder and rows of each partition, ``""`` for all if there are none.

        Rows keep their order, and partitions come in the order of their first rows.

        Raises:
            SinkError: a value cannot be a folder's name.
        """
        if not self._columns:
            yield "", batch
            return
        keys = pa.table({c: _key(batch.column(c)) for c in self._columns})
        groups = keys.append_column(_ROW, pa.array(range(batch.num_rows), pa.int64()))
        groups = groups.group_by(list(self._columns), use_threads=False)
        found = groups.aggregate([(_ROW, "list"), (_ROW, "min")]).sort_by(f"{_ROW}_min")
        inner = batch.drop_columns(list(self._columns))
        rows = found[f"{_ROW}_list"].combine_chunks()
        for number, values in enumerate(found.select(list(self._columns)).to_pylist()):
            yield self._folder(values), inner.take(rows[number].values)

    def of_nothing(self) -> str:
        """Return the folder of a result without rows."""
        return self._folder(dict.fromkeys(self._columns))

    def _folder(self, values: dict[str, Any]) -> str:
        return "".join(f"{_segment(name, values[name])}/" for name in self._columns)


def _fits(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _fits(kind.value_type)
    t = pa.types
    text = t.is_string(kind) or t.is_large_string(kind)
    return bool(
        text or t.is_integer(kind) or t.is_boolean(kind) or t.is_date(kind) or t.is_timestamp(kind)
    )


def _key(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) and column.type.tz:
        column = column.cast(pa.timestamp(column.type.unit, "UTC"))
    return pc.cast(column, pa.string())


def _segment(name: str, value: str | None) -> str:
    if value in {"", NULL}:
        raise SinkError(
            f"an empty text in the partition column {name!r} cannot be told from NULL",
            hint="turn empty texts into NULL in the SQL: NULLIF(column, '')",
        )
    # all but letters, digits and _ . - ~ becomes %XX, so that no value has a say in the path
    segment = f"{quote(name, safe='')}={NULL if value is None else quote(value, safe='')}"
    if len(segment) > _LONGEST:
        raise SinkError(
            f"a value of the partition column {name!r} is too long to name a folder",
            hint="partition by a column with short values",
        )
    return segment
