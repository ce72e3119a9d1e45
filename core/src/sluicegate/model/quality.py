"""Quality of data: the checks that a result must pass, and how they ended. Never a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTerm:
    """One check that a result must pass, bound to what it says."""

    check: str
    """As policy or request name it: ``gx:suite.json``, ``pandera:shop.schemas:Customers``."""
    digest: str
    """SHA-256 of the files that hold it; of a module its own file, not what it imports."""
    by_policy: bool
    """Whether the policy asks for it, or only the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFailure:
    """One expectation that the result does not meet."""

    name: str
    """Name of the expectation or check."""
    columns: tuple[str, ...] = ()
    unexpected: int | None = None
    """Rows that do not meet it; ``None`` where it is about the result as a whole."""
    rows: int | None = None
    """Rows that were judged."""
    severity: Literal["error", "warn"] = "error"
    broken: str = ""
    """Why it could not be evaluated: a word of ours or the type of an error, never its text."""

    def __str__(self) -> str:
        where = f" on {', '.join(self.columns)}" if self.columns else ""
        if self.broken:
            return f"{self.name}{where} could not be evaluated: {self.broken}"
        if self.unexpected is None:
            return f"{self.name}{where} does not hold"
        return (
            f"{self.name}{where} does not hold for {self.unexpected:,} of {self.rows or 0:,} rows"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """How one check ended."""

    check: str
    digest: str
    tool: str
    """Library and version, for example ``great-expectations 1.24.1``."""
    evaluated: int
    """Expectations of the check that were evaluated."""
    skipped: int = 0
    """Expectations about the result as a whole that a preview cannot answer."""
    failures: tuple[QualityFailure, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing of severity ``error`` failed."""
        return all(f.severity != "error" for f in self.failures)


def read_reports(value: Sequence[Mapping[str, Any]] | None) -> tuple[QualityReport, ...]:
    """Read reports from the JSON types of an attestation."""
    return tuple(
        QualityReport(**{**one, "failures": tuple(map(_read_failure, one["failures"]))})
        for one in value or ()
    )


def _read_failure(value: Mapping[str, Any]) -> QualityFailure:
    return QualityFailure(**{**value, "columns": tuple(value["columns"])})
