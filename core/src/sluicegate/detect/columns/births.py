"""Tells birth dates from other dates by how they spread."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import pyarrow as pa


def dates(values: pa.Array) -> list[date]:
    """Return the days of an array of dates or timestamps; none of another, or out of range."""
    if not (pa.types.is_date(values.type) or pa.types.is_timestamp(values.type)):
        return []
    try:
        return list(values.cast(pa.timestamp("s")).cast(pa.date32()).to_pylist())
    except (pa.ArrowInvalid, ValueError, OverflowError):
        return []


def parsed(texts: list[str]) -> list[date]:
    """Read dates as people write them; what is none is left out."""
    found = []
    for text in texts:
        for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"):
            try:
                found.append(datetime.strptime(text, form).date())  # noqa: DTZ007  # only the day counts
            except ValueError:
                continue
            break
    return found


def born(days: list[date], today: date) -> bool:
    """Whether dates spread as births do: between 1900 and a year ago, over more than ten years."""
    if len(days) < _FEW:
        return False
    years = sorted((today - day).days / 365.25 for day in days)
    old, young = years[-1], years[0]
    middle = years[len(years) * 9 // 10] - years[len(years) // 10]
    return young > 1 and old < _OLDEST and middle > _SPREAD


_FEW: Final = 8
_OLDEST: Final = 126
_SPREAD: Final = 8.5
