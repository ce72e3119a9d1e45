"""pandera with a policy: our checks, schemas that follow from masks, and errors without values.

The other way, a schema as a gate, is ``quality: ["pandera:schema.yaml"]`` of a policy or request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.errors import QualityError
from sluicegate.quality.pandera_checks import k_anonymous, looks_masked, no_sensitive_data
from sluicegate.quality.pandera_failures import failures_of
from sluicegate.quality.pandera_schema import schema_from_plan, schema_from_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.model.quality import QualityFailure

__all__ = [
    "k_anonymous",
    "looks_masked",
    "no_sensitive_data",
    "schema_from_plan",
    "schema_from_policy",
    "validate",
]


def validate(schema: Any, frame: Any) -> Any:
    """Validate a frame as ``schema.validate`` does, with an error that quotes no value.

    What pandera raises holds the frame and quotes the rows that fail; it goes no further than here.

    Args:
        schema: A ``DataFrameSchema`` or ``DataFrameModel``.
        frame: A frame of its library.

    Raises:
        QualityError: the frame does not fulfil the schema; names of checks and columns, and counts.

    Returns:
        What pandera returns: the frame, coerced and parsed if the schema says so.
    """
    validated, failures = failures_of(schema, frame)
    if failures:
        raise QualityError(f"the frame does not fulfil the schema: {_told(failures)}")
    return validated


def _told(failures: Sequence[QualityFailure]) -> str:
    return "; ".join(map(str, failures))
