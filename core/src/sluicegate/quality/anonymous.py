"""Measures k-anonymity, l-diversity and t-closeness, for checks of other libraries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sluicegate.errors import ConfigurationError
from sluicegate.risk import RiskMeter

_TINY = 1e-9
"""What rounding may add to a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymity:
    """What is asked of a table; ``None`` is not asked for."""

    quasi_identifiers: tuple[str, ...]
    """Columns that somebody may know of a person from elsewhere."""
    k: int
    """Least rows of a class, or people where a subject is named."""
    sensitive: tuple[str, ...] = ()
    l: int | None = None  # noqa: E741 - the measure's name
    """Least distinct sensitive values of a class."""
    t: float | None = None
    """Largest distance of a class's sensitive values from those of all rows."""
    subject: str = ""
    """Column that names the person whom a row is about."""

    def __post_init__(self) -> None:
        if not self.quasi_identifiers:
            raise ConfigurationError("k-anonymity needs quasi-identifiers")
        if self.k < 2:  # noqa: PLR2004 - one is everybody
            raise ConfigurationError("k must be 2 or more")
        if (self.l is None and self.t is None) != (not self.sensitive):
            raise ConfigurationError("`l` and `t` need `sensitive`, and `sensitive` one of them")

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are looked at."""
        named = (*self.quasi_identifiers, *self.sensitive, self.subject)
        return tuple(dict.fromkeys(filter(None, named)))


def measure(wanted: Anonymity, batches: Iterable[pa.RecordBatch]) -> dict[str, Any]:
    """Measure a table, and tell whether it is as wanted. JSON types, no value.

    Args:
        wanted: What is asked.
        batches: Of its columns, all of one schema.

    Raises:
        CombinationsExceeded: there are more classes than can be counted.
    """
    meter = RiskMeter(
        quasi=wanted.quasi_identifiers,
        sensitive=wanted.sensitive,
        subjects=[wanted.subject] if wanted.subject else [],
        enough=wanted.k,
    )
    for batch in batches:
        meter.add(batch)
    found = meter.measure()
    below = found.people < wanted.k
    worst_l = [int(s.distinct[s.distinct > 0].min()) for s in found.sensitive if s.distinct.any()]
    worst_t = [float(s.distance.max()) for s in found.sensitive if len(s.distance)]
    least = min(worst_l, default=None)
    most = max(worst_t, default=None)
    holds = (
        not below.any()
        and (wanted.l is None or least is None or least >= wanted.l)
        and (wanted.t is None or most is None or most <= wanted.t + _TINY)
    )
    return {
        "holds": bool(holds),
        "k": int(found.people.min()) if len(found.people) else None,
        "l": least,
        "t": most,
        "rows": int(found.rows.sum()),
        "classes": len(found.rows),
        "classes_below": int(below.sum()),
        "rows_below": int(found.rows[below].sum()),
    }
