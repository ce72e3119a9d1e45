"""Disclosure risk: what a policy wants of a result, and what was measured of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sluicegate.model.data import ColumnRef, DataClass

QUASI_IDENTIFIERS: Final = frozenset(
    map(
        DataClass,
        (
            "age", "birth_date", "city", "education", "ethnicity", "gender", "job_title",
            "marital_status", "money", "nationality", "postcode", "religion",
        ),
    )
)  # fmt: skip
"""Classes that are harmless alone, while several together single a person out (Sweeney 2000)."""

LARGEST_DIFFERENCE: Final = 500
"""Results are compared for differences of fewer rows than this."""

OnFailure = Literal["refuse", "suppress_rows"]
"""Release nothing, or leave out the rows of the classes that fail."""
Differencing = Literal["refuse", "ask", "warn"]
"""What becomes of a result that differs by too few people from an earlier one: ``ask`` keeps it
back until somebody approved just this result. The strictest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSet:
    """Columns of sources, by data class or by name: what a result calls them does not matter."""

    classes: frozenset[DataClass] = frozenset()
    columns: frozenset[ColumnRef] = frozenset()

    def holds(self, column: ColumnRef, data_class: DataClass | None) -> bool:
        """Tell whether a column of the source is among them."""
        return column in self.columns or data_class in self.classes

    def __or__(self, other: ColumnSet) -> ColumnSet:
        return ColumnSet(classes=self.classes | other.classes, columns=self.columns | other.columns)

    def __bool__(self) -> bool:
        return bool(self.classes or self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTerms:
    """What a result must fulfil; ``None`` is not asked for."""

    quasi_identifiers: ColumnSet = field(
        default_factory=lambda: ColumnSet(classes=QUASI_IDENTIFIERS)
    )
    sensitive: ColumnSet = field(default_factory=ColumnSet)
    subjects: tuple[ColumnSet, ...] = ()
    """Columns that name the person whom a row is about. With several, each must fulfil ``k``."""
    k: int | None = None
    """Least size of a class: rows, or people where a subject is named."""
    l: int | None = None  # noqa: E741 - the measure's name
    """Least number of distinct sensitive values of a class."""
    entropy_l: float | None = None
    """Least effective number of sensitive values of a class: e to their entropy."""
    t: float | None = None
    """Largest distance of a class's sensitive values from those of all rows."""
    unique: float | None = None
    """Largest share of rows that are alone in their class."""
    cells: int | None = None
    """Least count of a row of an aggregate."""
    on_failure: OnFailure = "refuse"
    differencing: Differencing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much of personal data one consumer may get for one purpose in a period."""

    seconds: int
    """Length of the period, which ends now."""
    rows: int | None = None
    cells: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitiveRisk:
    """The measures of one sensitive column, of the worst class each."""

    column: str
    l: int | None  # noqa: E741 - the measure's name
    """``None``: the column is empty."""
    entropy_l: float | None
    t: float
    ordered: bool
    """Whether values are ranked, as numbers and dates are, or any two are equally far apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskReport:
    """What was measured of a result, as it left. Counts and names of columns, never a value."""

    rows: int
    classes: int
    """Distinct combinations of the quasi-identifiers; of an aggregate its rows."""
    k: int | None
    """Size of the smallest class; ``None`` if there is no row. Of people at most as many are
    counted as are asked for."""
    classes_below: int
    rows_below: int
    """Classes, and rows in them, that are smaller than asked for."""
    unique: float
    """Share of rows that are alone in their class."""
    quasi_identifiers: tuple[str, ...]
    """Output columns."""
    sensitive: tuple[SensitiveRisk, ...] = ()
    subject: tuple[str, ...] = ()
    """Output columns by whose distinct values classes were counted; empty: by rows."""
    aggregated: bool = False
    """Whether rows are groups of an aggregate, counted by its own count."""
    suppressed: int = 0
    """Rows that were left out, so that the rest may leave."""


def read_report(value: Mapping[str, Any] | None) -> RiskReport | None:
    """Read a report from the JSON types of an attestation."""
    if value is None:
        return None
    lists = {name: tuple(value[name]) for name in ("quasi_identifiers", "subject")}
    sensitive = tuple(SensitiveRisk(**one) for one in value["sensitive"])
    return RiskReport(**{**value, **lists, "sensitive": sensitive})
