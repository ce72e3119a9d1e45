"""Our expectations about data for Great Expectations: no sensitive data, and k-anonymity.

Their results hold counts, names of data classes and codes in every result format: the metrics they
rest on return no value, so there is none for a result, a checkpoint's action or data docs to show.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sluicegate.quality.gx_library import BatchExpectation, ColumnAggregateExpectation
from sluicegate.quality.gx_metrics import ANONYMITY, SENSITIVE, wanted_of


class ExpectColumnValuesToHoldNoSensitiveData(ColumnAggregateExpectation):
    """Expect that no value of a column holds personal data or a secret.

    All detectors of the catalogue look at every value, those of installed plug-ins too. A column
    that cannot be scanned does not hold.

    Args:
        column: The column.
        allowed_classes: Data classes that may be there, as ``["country"]``.
        mostly: Least share of the rows that are not NULL and hold none, 0 to 1.
    """

    allowed_classes: list[str] | None = None
    mostly: float = 1.0

    domain_keys: ClassVar[tuple[str, ...]] = (
        "batch_id", "column", "row_condition", "condition_parser",
    )  # fmt: skip
    metric_dependencies: ClassVar[tuple[str, ...]] = (SENSITIVE,)
    success_keys: ClassVar[tuple[str, ...]] = ("allowed_classes", "mostly")
    library_metadata: ClassVar[dict[str, Any]] = {
        "maturity": "production",
        "tags": ["privacy"],
        "contributors": ["Sluicegate"],
    }

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the library's
        execution_engine: Any = None,  # noqa: ARG002 - signature
    ) -> dict[str, Any]:
        found = metrics[SENSITIVE]
        present = found["element_count"] - found["missing_count"]
        share = (present - found["unexpected_count"]) / present if present else 1.0
        kinds = ", ".join(f"{count} × {name}" for name, count in found["data_classes"].items())
        told = {key: found[key] for key in ("element_count", "missing_count", "unexpected_count")}
        return {
            "success": share >= self.mostly and not found["not_scanned"],
            "result": {
                **told,
                "unexpected_percent": round(100 * (1 - share), 6),
                "observed_value": kinds or "nothing sensitive",
                "details": {
                    "data_classes": found["data_classes"],
                    "not_scanned": found["not_scanned"],
                },
            },
        }


class ExpectKAnonymity(BatchExpectation):
    """Expect that each combination of quasi-identifiers stands for several rows or people.

    Args:
        quasi_identifiers: Columns that somebody may know of a person from elsewhere.
        k: Least size of a class, 2 or more.
        sensitive: Columns that nobody should learn of a person.
        l: Least number of distinct sensitive values of a class.
        t: Largest distance of a class's sensitive values from those of all rows, 0 to 1. Numbers of
            a pandas frame go by rank; any two texts are equally far, and so is all that comes from
            SQLAlchemy or Spark.
        subject: Column that names the person; then people are counted, not rows.
    """

    quasi_identifiers: list[str]
    k: int
    sensitive: list[str] | None = None
    l: int | None = None  # noqa: E741
    t: float | None = None
    subject: str | None = None

    metric_dependencies: ClassVar[tuple[str, ...]] = (ANONYMITY,)
    success_keys: ClassVar[tuple[str, ...]] = (
        "quasi_identifiers", "k", "sensitive", "l", "t", "subject",
    )  # fmt: skip

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        wanted_of(self.dict())

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - the library's
        execution_engine: Any = None,  # noqa: ARG002 - signature
    ) -> dict[str, Any]:
        found = metrics[ANONYMITY]
        details = {key: value for key, value in found.items() if key != "holds"}
        measured = ", ".join(f"{key} = {found[key]}" for key in ("k", "l", "t") if found[key])
        return {
            "success": found["holds"],
            "result": {"observed_value": measured or "no row", "details": details},
        }
