"""Values that are masked by whose they are: dates that move together, numbers with noise."""

from __future__ import annotations

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MaskingError

_DIGITS: Final = 64
_DECIMAL: Final = re.compile(r"decimal128\((\d+), (\d+)\)")
_TYPES: Final = {
    "date32[day]": pa.date32(),
    "timestamp[us]": pa.timestamp("us"),
    "timestamp[us, tz=UTC]": pa.timestamp("us", "UTC"),
    "int64": pa.int64(),
    "double": pa.float64(),
}


def arrow_type(name: str) -> pa.DataType:
    """Return the type that a plan names."""
    declared = _DECIMAL.fullmatch(name)
    if declared:
        return pa.decimal128(int(declared[1]), int(declared[2]))
    return _TYPES[name]


def split(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Take ``<digest of the subject>:<value>`` apart: digests and texts, NULL beside NULL.

    Raises:
        MaskingError: a text is written in another way, so the source did not send what was asked.
    """
    texts = texts.cast(pa.large_string())
    marks = pc.utf8_slice_codeunits(texts, _DIGITS, _DIGITS + 1)
    if not pc.all(pc.equal(marks, ":"), min_count=0).as_py():
        raise MaskingError(
            "the source sent a value without its subject",
            hint="the masked rewrite and the source disagree; nothing was written",
        )
    return (
        pc.utf8_slice_codeunits(texts, 0, _DIGITS),
        pc.utf8_slice_codeunits(texts, _DIGITS + 1),
    )


def typed(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """Read the texts of dates, moments or numbers.

    Raises:
        MaskingError: one cannot be read, such as ``infinity``; the message does not hold it.
    """
    try:
        if pa.types.is_timestamp(kind):  # the texts of instants are in UTC, without saying so
            return texts.cast(pa.timestamp("us")).cast(kind)
        return texts.cast(kind)
    except pa.ArrowInvalid:
        raise MaskingError(
            f"a value cannot be read as {kind}",
            hint="clean the column in the source, leave such rows out, or suppress the column",
        ) from None
