"""Judges a result by a schema of pandera, for pandas or polars.

A schema whose checks all hold or not for each value alone is judged batch by batch. One with any
other (uniqueness, a function of somebody's own, a check of the frame) needs the whole result.

What pandera may be told by a schema or an environment variable to let through is switched off on a
copy of the schema: ``PANDERA_VALIDATION_ENABLED``, ``drop_invalid_rows``, ``raise_warning``.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import MissingDependencyError, QualityError
from sluicegate.model.quality import QualityFailure
from sluicegate.quality.frames import to_pandas
from sluicegate.quality.port import TOO_LARGE

try:
    import pandera
    from pandera.api.checks import Check
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaError, SchemaErrors
except ImportError:
    raise MissingDependencyError.of("pandera", "pandera") from None

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.quality.port import Whole

_BY_VALUE: Final = frozenset(
    {
        "equal_to", "greater_than", "greater_than_or_equal_to", "in_range", "isin", "less_than",
        "less_than_or_equal_to", "not_equal_to", "notin", "str_contains", "str_endswith",
        "str_length", "str_matches", "str_startswith",
        "no_sensitive_data",
    }
)  # fmt: skip
"""Checks of pandera's own, and one of ours, that look at each value alone."""
_ROWS_TOLD: Final = frozenset(
    {"DATAFRAME_CHECK", "SERIES_CONTAINS_NULLS", "SERIES_CONTAINS_DUPLICATES", "DUPLICATES"}
)
"""Reasons whose failure cases are rows, so that they can be counted."""
_COLUMN_TOLD: Final = frozenset({"COLUMN_NOT_IN_DATAFRAME", "COLUMN_NOT_IN_SCHEMA"})
"""Reasons whose failure case is the name of a column."""

_Key = tuple[str, str, str, bool]


class PanderaInspector:
    """A schema of pandera, as a check.

    Args:
        schema: A ``DataFrameSchema`` or ``DataFrameModel``, for pandas or polars.
        check: How the check is named, for errors.

    Raises:
        QualityError: it is neither, or it asks nothing.
    """

    tool = f"pandera {pandera.__version__}"

    def __init__(self, schema: Any, check: str) -> None:
        self._schema = _own(schema, check)
        self._warning = _without_warnings(self._schema)
        self._frame = _frame_maker(self._schema, check)
        self._by_value = _by_value(self._schema)
        columns = self._schema.columns
        self.evaluated = len(columns) + sum(1 for _ in _checks(self._schema))
        self.over_whole = 0 if self._by_value else self.evaluated
        if not self.evaluated:
            raise QualityError(f"{check}: a schema without columns and checks")
        self._seen = 0
        self._failures: Counter[_Key] = Counter()
        self._broken: str = ""

    def kept(self, names: Sequence[str]) -> frozenset[str]:
        """Name the columns that are needed again at the end."""
        return frozenset() if self._by_value else frozenset(names)

    def see(self, batch: pa.RecordBatch) -> None:
        """Judge what can be told row by row."""
        if self._by_value:
            self._seen += batch.num_rows
            self._judge(batch)

    def conclude(self, whole: Whole | None) -> Sequence[QualityFailure]:
        """Judge the rest."""
        if not self._by_value and whole is not None:
            table = whole.table(whole.schema.names)
            if table is None:
                return [QualityFailure(name="schema", broken=TOO_LARGE)]
            self._seen = table.num_rows
            self._judge(table)
        found = [self._failure(key, count) for key, count in sorted(self._failures.items())]
        if self._broken:
            found.append(QualityFailure(name="schema", broken=self._broken))
        return found

    def _judge(self, rows: pa.RecordBatch | pa.Table) -> None:
        try:
            with config_context(
                validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA
            ):
                self._schema.validate(self._frame(rows), lazy=True)
        except SchemaErrors as errors:
            self._note(errors.schema_errors)
        except SchemaError as error:
            self._note([error])
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote the rows
            self._broken = self._broken or type(error).__name__

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
        told = reason in _ROWS_TOLD and count > 0
        return QualityFailure(
            name=name,
            columns=(column,) if column else (),
            unexpected=count if told else None,
            rows=self._seen if told else None,
            severity="warn" if warning else "error",
            broken="an error" if reason == "CHECK_ERROR" else "",
        )


def schema_of_yaml(text: str, check: str) -> Any:
    """Read a schema as pandera serializes it.

    Raises:
        QualityError: it is not one.
    """
    polars = "api: polars" in text.splitlines()[:20]
    try:
        if polars:
            from pandera.io import polars_io as reader  # noqa: PLC0415 - polars may be missing
        else:
            from pandera.io import pandas_io as reader  # type: ignore[no-redef] # noqa: PLC0415
        return reader.from_yaml(text)  # type: ignore[no-untyped-call]
    except ImportError:
        library = "polars" if polars else "pandas"
    except Exception as error:  # noqa: BLE001 - of any type
        raise QualityError(f"{check}: not a schema of pandera ({type(error).__name__})") from None
    raise QualityError(f"{check}: needs {library}", hint=f'pip install "pandera[{library}]"')


def _own(schema: Any, check: str) -> Any:
    """Copy a schema, so that what is switched off on it stays on for others."""
    if isinstance(schema, type) and hasattr(schema, "to_schema"):
        schema = schema.to_schema()
    if not hasattr(schema, "validate") or not isinstance(getattr(schema, "columns", None), dict):
        raise QualityError(f"{check}: not a DataFrameSchema or DataFrameModel of pandera")
    own = copy.deepcopy(schema)
    for part in (own, *own.columns.values()):
        part.drop_invalid_rows = False
        if part.parsers:
            raise QualityError(f"{check}: a schema with parsers", hint="a gate changes no row")
    return own


def _without_warnings(schema: Any) -> frozenset[int]:
    """Have checks that only warn fail instead, and remember them: a warning quotes the rows."""
    warning = [check for check in _checks(schema) if check.raise_warning]
    for check in _checks(schema):
        check.raise_warning = False
        check.n_failure_cases = None
    return frozenset(map(id, warning))


def _frame_maker(schema: Any, check: str) -> Callable[[Any], Any]:
    module = type(schema).__module__
    if ".polars." in module:
        import polars as pl  # noqa: PLC0415 - there is such a schema, so there is polars

        return lambda rows: pl.DataFrame(pl.from_arrow(rows))
    if ".pandas." in module:
        return to_pandas
    raise QualityError(f"{check}: a schema for neither pandas nor polars")


def _checks(schema: Any) -> Iterator[Any]:
    for part in (schema, *schema.columns.values()):
        yield from part.checks


def _by_value(schema: Any) -> bool:
    whole = schema.unique or schema.index is not None if hasattr(schema, "index") else schema.unique
    return not (
        whole
        or any(column.unique for column in schema.columns.values())
        or any(not _of_value(check) for check in _checks(schema))
    )


def _of_value(check: Any) -> bool:
    if not isinstance(check, Check) or check.groupby is not None:
        return False
    if check.element_wise:
        return True
    known = Check.CHECK_FUNCTION_REGISTRY.get(str(check.name))
    ours = getattr(check._check_fn, "_sluicegate_by_value", False)  # noqa: SLF001 - as pandera's
    return check.name in _BY_VALUE and (ours or check._check_fn is known)  # noqa: SLF001


def _rows_of(error: Any, reason: str) -> int:
    cases = error.failure_cases
    if reason not in _ROWS_TOLD or cases is None or isinstance(cases, (str, bytes)):
        return 1
    try:
        return len(cases)
    except TypeError:
        return 1
