"""Builds Arrow columns from whole chunks of rows in MySQL's binary form.

All values of a column are found at once: where a column ends in each row tells where the next one
begins. Python touches no single value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sluicegate.errors import SourceError
from sluicegate.sources.mysql_types import Form, Reading
from sluicegate.sources.mysql_wire import Chunk

_LENGTHS = {0xFC: 2, 0xFD: 3, 0xFE: 8}
_DAY, _MOMENT, _MICROS, _CLOCK, _CLOCK_MICROS = 4, 7, 11, 8, 12
"""Lengths in which a date or time may come; zero stands for all zeros."""


_DAY_MICROS = 86_400_000_000


class Rows:
    """The rows of one chunk, read column by column from left to right."""

    def __init__(self, chunk: Chunk) -> None:
        self._data = chunk.data
        self._bytes = np.frombuffer(chunk.data, np.uint8)
        self._starts = np.asarray(chunk.starts, np.int64)
        self._ends = np.asarray(chunk.ends, np.int64)
        self._at = self._starts
        self.zero_dates: dict[str, int] = {}
        """How many zero dates were read as NULL, by column."""

    def batch(self, columns: Sequence[Reading]) -> pa.RecordBatch:
        """Build the columns.

        Raises:
            SourceError: a value does not fit its column, which is named; or the rows do not follow
                the protocol.
        """
        self._at = self._starts + 1 + (len(columns) + 9) // 8
        if len(self._at) and (self._at > self._ends).any():
            raise _garbled()
        arrays = [self._array(n, column) for n, column in enumerate(columns)]
        if not np.array_equal(self._at, self._ends):
            raise _garbled()
        schema = pa.schema([pa.field(c.name, c.arrow) for c in columns])
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _array(self, number: int, column: Reading) -> Any:
        place = number + 2
        flags = self._bytes[self._starts + 1 + place // 8]
        null = (flags >> (place % 8) & 1).astype(bool)
        if column.form is Form.NONE:
            if not null.all():
                raise _garbled()
            return pa.nulls(len(null), column.arrow)
        return _READERS[column.form](self, column, null)

    def fixed(self, column: Reading, null: Any) -> Any:
        """Read numbers of a fixed width."""
        size = np.dtype(column.stored).itemsize
        values = self._view(column.stored, self._at)
        self._forward(np.where(null, 0, size))
        return pa.array(values, type=column.arrow, mask=null)

    def sized(self, column: Reading, null: Any) -> Any:
        """Read bytes, and make text or decimals of them."""
        begin, end = self._extent(null)
        values = _gathered(self._data, begin, end, null)
        if pa.types.is_binary(column.arrow):
            return values
        text = _cast(values, pa.string(), column, "text that is not valid UTF-8")
        if pa.types.is_string(column.arrow):
            return text
        return _cast(text, column.arrow, column, f"a number that {column.arrow} cannot hold")

    def day(self, column: Reading, null: Any) -> Any:
        """Read dates; a zero date becomes NULL."""
        days, empty, _ = self._calendar(column, null, {0, _DAY})
        return pa.array(days.astype(np.int32), mask=empty).view(pa.date32())

    def moment(self, column: Reading, null: Any) -> Any:
        """Read dates with a time; a zero date becomes NULL."""
        days, empty, at = self._calendar(column, null, {0, _DAY, _MOMENT, _MICROS})
        size = np.where(empty, 0, self._bytes[at])
        clock = self._clock(at + 5, size >= _MOMENT, size >= _MICROS)
        micros = days * _DAY_MICROS + clock
        return pa.array(micros, mask=empty).view(column.arrow)

    def clock(self, column: Reading, null: Any) -> Any:
        """Read times of day."""
        at, size = self._short(null, {0, _CLOCK, _CLOCK_MICROS})
        given = size >= _CLOCK
        days = np.where(given, self._view("<u4", at + 2), 0)
        micros = self._clock(at + 6, given, size >= _CLOCK_MICROS)
        negative = given & (self._bytes[at + 1] != 0)
        if (negative | (days > 0) | (micros >= _DAY_MICROS)).any():
            raise SourceError(
                f"column {column.name!r} holds a time that is no time of day",
                hint="MySQL's TIME goes from -838 to 838 hours; cast the column to CHAR",
            )
        return pa.array(micros, mask=null).view(column.arrow)

    def _calendar(self, column: Reading, null: Any, sizes: set[int]) -> tuple[Any, Any, Any]:
        """Return days since 1970, which rows have none, and where each value began."""
        at, size = self._short(null, sizes)
        given = size >= _DAY
        year = np.where(given, self._view("<u2", at + 1), 0).astype(np.int64)
        month = np.where(given, self._bytes[at + 3], 0).astype(np.int64)
        day = np.where(given, self._bytes[at + 4], 0).astype(np.int64)
        clock = self._clock(at + 5, size >= _MOMENT, size >= _MICROS)
        zero = ~null & (year == 0) & (month == 0) & (day == 0) & (clock == 0)
        empty = null | zero
        months = np.where(empty, 0, (year - 1970) * 12 + month - 1).astype("M8[M]")
        days = months.astype("M8[D]") + np.where(empty, 0, day - 1)
        if (
            ~empty & ((month < 1) | (day < 1) | (year < 1) | (days.astype("M8[M]") != months))
        ).any():
            raise SourceError(
                f"column {column.name!r} holds a date that no calendar has, such as 2024-00-00",
                hint="leave such rows out, or cast the column to CHAR",
            )
        if zero.any():
            self.zero_dates[column.name] = int(zero.sum())
        return days.astype(np.int64), empty, at

    def _clock(self, at: Any, given: Any, micros: Any) -> Any:
        """Read hours, minutes, seconds and perhaps microseconds as microseconds."""
        parts = [np.where(given, self._bytes[at + n], 0).astype(np.int64) for n in range(3)]
        seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2]
        return seconds * 1_000_000 + np.where(micros, self._view("<u4", at + 3), 0)

    def _short(self, null: Any, sizes: set[int]) -> tuple[Any, Any]:
        """Step over values that begin with a length of one byte; return where and how long."""
        at = self._at
        size = np.where(null, 0, self._bytes[at]).astype(np.int64)
        if not np.isin(size, list(sizes)).all():
            raise _garbled()
        self._forward(np.where(null, 0, size + 1))
        return at, size

    def _extent(self, null: Any) -> tuple[Any, Any]:
        """Step over values that begin with a length of any size; return where they lie."""
        first = np.where(null, 0, self._bytes[self._at]).astype(np.int64)
        begin = self._at + ~null
        size = first
        for mark in np.unique(first[first >= min(_LENGTHS)]).tolist():
            width = _LENGTHS.get(mark, 0)
            if not width:
                raise _garbled()
            marked = first == mark
            wide = self._view("<u8", self._at[marked] + 1) & np.uint64(2 ** (8 * width) - 1)
            if (wide > np.uint64(len(self._data))).any():
                raise _garbled()
            size = size.copy()
            size[marked] = wide.astype(np.int64)
            begin[marked] += width
        self._forward(begin + size - self._at)
        return begin, self._at

    def _forward(self, steps: Any) -> None:
        self._at = self._at + steps
        if (self._at > self._ends).any():
            raise _garbled()

    def _view(self, stored: str, at: Any) -> Any:
        """Read a number of fixed width at each place."""
        size = np.dtype(stored).itemsize
        shape = (len(self._data) - size + 1,)
        return np.ndarray(shape, stored, self._data, strides=(1,))[at]


_READERS: dict[Form, Callable[[Rows, Reading, Any], Any]] = {
    Form.FIXED: Rows.fixed,
    Form.SIZED: Rows.sized,
    Form.DAY: Rows.day,
    Form.MOMENT: Rows.moment,
    Form.CLOCK: Rows.clock,
}


def _gathered(data: bytes, begin: Any, end: Any, null: Any) -> Any:
    """Copy ``data[begin:end]`` of each row into one column.

    The chunk itself is taken for a column in which values and what lies between them alternate,
    and every second element is taken.
    """
    count = len(begin)
    if not count:
        return pa.array([], type=pa.binary())
    offsets = np.empty(2 * count, np.int32)
    offsets[0::2], offsets[1::2] = begin, end
    both = pa.Array.from_buffers(
        pa.binary(), 2 * count - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    return both.take(pa.array(np.arange(0, 2 * count, 2), mask=null))


def _cast(values: Any, wanted: Any, column: Reading, problem: str) -> Any:
    try:
        return values.cast(wanted)
    except pa.ArrowException:
        failed = SourceError(
            f"column {column.name!r} holds {problem}", hint="convert it in the statement"
        )
    raise failed


def _garbled() -> SourceError:
    return SourceError("the server sent rows that do not follow the protocol")
