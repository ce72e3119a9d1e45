"""What can be done to a column: one frozen value per mask, with its parameters and their units.

``mask/`` applies them to Arrow arrays; ``sql/`` translates those that a source can do itself. NULL
stays NULL under every mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

DateUnit = Literal["year", "quarter", "month", "week", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Leaves the value as it is."""

    method: ClassVar[str] = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppress:
    """Makes every value NULL; the column and its type stay."""

    method: ClassVar[str] = "suppress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redact:
    """Replaces each finding in a text by its data class in braces: ``call {PHONE}``. Guard only."""

    method: ClassVar[str] = "redact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Keeps the first and last characters of a text and fills the middle; the length stays.

    A text no longer than ``keep_first + keep_last`` is filled entirely.
    """

    method: ClassVar[str] = "partial"
    keep_first: int = 0
    """Characters (code points) kept at the start, 0–64."""
    keep_last: int = 4
    """Characters (code points) kept at the end, 0–64."""
    fill: str = "*"
    """One ASCII character that is neither letter nor digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonymize:
    """Replaces a value by ``PRF(key of the purpose, SHA-256(type tag ‖ canonical value))`` in hex.

    Equal values of one data class stay equal within a purpose, so joins and counts hold.
    """

    method: ClassVar[str] = "pseudonymize"
    length: int = 32
    """Hex digits that are kept, 16–32. 32 digits are 128 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralizeDate:
    """Rounds a date or timestamp down to the start of a unit; weeks start on Monday."""

    method: ClassVar[str] = "generalize_date"
    unit: DateUnit = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralizeNumber:
    """Rounds a number down to a multiple of ``width``: 37 → 30 for width 10, −3 → −10."""

    method: ClassVar[str] = "generalize_number"
    width: int = 10
    """Width of a bucket, in units of the column, at least 2."""


Mask = Keep | Suppress | Redact | Partial | Pseudonymize | GeneralizeDate | GeneralizeNumber
