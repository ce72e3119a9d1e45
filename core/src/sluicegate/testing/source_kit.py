"""The table that the contract of sources reads."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

KIT_TABLE: Final = "sluicegate_kit"
"""Name of the table; it stands in the source's default schema."""

KIT_COLUMNS: Final = (
    ("id", "integer"),
    ("label", "text"),
    ("missing", "text"),
    ("born", "date"),
    ("seen", "timestamp"),
    ("price", "decimal"),
    ("active", "boolean"),
    ("photo", "binary"),
)
"""Name and type family of each column. ``price`` has ten digits, two of them decimals."""

BIG_CELL: Final = 10 * 1024 * 1024
"""Characters of the label in the last row."""

KIT_ROWS: Final[tuple[tuple[Any, ...], ...]] = (
    (
        *(1, "plain", None, date(2024, 2, 29), datetime(2024, 2, 29, 23, 59, 59, 123456)),  # noqa: DTZ001  # a timestamp without a zone is meant
        *(Decimal("12.50"), True, b"\x00\xff\x10"),
    ),
    (
        *(2, "Žluťoučký 日本語 🦦", None, date(1970, 1, 1), datetime(1969, 12, 31, 0, 0)),  # noqa: DTZ001  # as above
        *(Decimal("-0.01"), False, b""),
    ),
    (3, 'it\'s; -- "quoted" $1 ?1 %s {x}', None, date(1, 1, 1), None, None, None, None),
    (4, "", None, None, None, Decimal("99999999.99"), True, None),
    (5, "x" * BIG_CELL, None, date(9999, 12, 31), None, Decimal("0.00"), False, b"z"),
)
"""Rows in the order of ``id``; ``missing`` is NULL in each."""
