"""What pandera raises, as failures: names of checks and columns, and counts.

Its errors hold the frame and quote the rows that fail. They are read here and thrown away.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sluicegate.errors import MissingDependencyError
from sluicegate.model.quality import QualityFailure

try:
    from pandera.api.checks import Check
    from pandera.errors import SchemaError, SchemaErrors, SchemaWarning
except ImportError:
    raise MissingDependencyError.of("pandera", "pandera") from None

_ROWS_TOLD: Final = frozenset(
    {"DATAFRAME_CHECK", "SERIES_CONTAINS_NULLS", "SERIES_CONTAINS_DUPLICATES", "DUPLICATES"}
)
"""Reasons whose failure cases are rows, so that they can be counted."""
_COLUMN_TOLD: Final = frozenset({"COLUMN_NOT_IN_DATAFRAME", "COLUMN_NOT_IN_SCHEMA"})
"""Reasons whose failure case is the name of a column."""

_Key = tuple[str, str, str, bool]
"""Column, check, reason, and whether it only warns."""


class Tally:
    """Counts what fails, over all frames that are judged.

    Args:
        warning: Identities of the checks that only warn.
    """

    def __init__(self, warning: frozenset[int] = frozenset()) -> None:
        self._warning = warning
        self._failures: Counter[_Key] = Counter()
        self._broken = ""
        self._seen = 0

    def judge(self, schema: Any, frame: Any, rows: int) -> Any:
        """Validate a frame; return what pandera returns, ``None`` where it raised.

        Args:
            schema: A schema of pandera.
            frame: A frame of its library.
            rows: Of the frame.
        """
        self._seen += rows
        try:
            return schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            self._note(errors.schema_errors)
        except SchemaError as error:
            self._note([error])
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote the rows
            self._broken = self._broken or type(error).__name__
        return None

    def failures(self) -> list[QualityFailure]:
        """Return what failed so far."""
        found = [self._failure(key, count) for key, count in sorted(self._failures.items())]
        if self._broken:
            found.append(QualityFailure(name="schema", broken=self._broken))
        return found

    def _note(self, errors: Sequence[Any]) -> None:
        for error in errors:
            reason = getattr(error.reason_code, "name", "SCHEMA")
            named = reason in _COLUMN_TOLD and isinstance(error.failure_cases, str)
            column = str(error.failure_cases if named else error.schema.name or "")
            own = isinstance(error.check, Check)
            name = str(error.check.name) if own else reason.lower()
            warning = own and id(error.check) in self._warning
            self._failures[column, name, reason, warning] += _rows_of(error, reason)

    def _failure(self, key: _Key, count: int) -> QualityFailure:
        column, name, reason, warning = key
        return QualityFailure(
            name=name,
            columns=(column,) if column else (),
            unexpected=count or None,
            rows=self._seen if count else None,
            severity="warn" if warning else "error",
            broken="an error" if reason == "CHECK_ERROR" else "",
        )


def failures_of(schema: Any, frame: Any) -> tuple[Any, list[QualityFailure]]:
    """Validate one frame; return what pandera returns, and what fails. Its warnings are not shown.

    Args:
        schema: A ``DataFrameSchema`` or ``DataFrameModel``.
        frame: A frame of its library.
    """
    tally = Tally()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SchemaWarning)
        rows = len(frame) if hasattr(frame, "__len__") else 0
        return tally.judge(schema, frame, rows), tally.failures()


def _rows_of(error: Any, reason: str) -> int:
    """Count the rows that fail; 0 where that is not known, as of one answer about all rows."""
    cases = error.failure_cases
    try:
        return len(cases) if reason in _ROWS_TOLD and not isinstance(cases, str) else 0
    except TypeError:
        return 0
