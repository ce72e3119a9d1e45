"""A schema of pandera as a gate uses it: a copy on which nothing is let through.

A schema may drop rows that fail, or only warn of them. Both are switched off on the copy, so that
the schema stays as it is for others.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, Final

from sluicegate.errors import MissingDependencyError, QualityError
from sluicegate.quality.frames import to_pandas
from sluicegate.quality.pandera_checks import BY_VALUE, is_ours

try:
    from pandera.api.checks import Check
except ImportError:
    raise MissingDependencyError.of("pandera", "pandera") from None

_BY_VALUE: Final = frozenset(
    {
        "equal_to", "greater_than", "greater_than_or_equal_to", "in_range", "isin", "less_than",
        "less_than_or_equal_to", "not_equal_to", "notin", "str_contains", "str_endswith",
        "str_length", "str_matches", "str_startswith",
    }
)  # fmt: skip
"""Checks of pandera's own that look at each value alone."""


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


def own_copy(schema: Any, check: str) -> Any:
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


def without_warnings(schema: Any) -> frozenset[int]:
    """Have checks that only warn fail instead, and remember them: a warning quotes the rows."""
    warning = [check for check in checks_of(schema) if check.raise_warning]
    for check in checks_of(schema):
        check.raise_warning = False
        check.n_failure_cases = None
    return frozenset(map(id, warning))


def frame_maker(schema: Any, check: str) -> Callable[[Any], Any]:
    """Return what turns Arrow rows into a frame of the schema's library.

    Raises:
        QualityError: the schema is for another library.
    """
    module = type(schema).__module__
    if ".polars." in module:
        import polars as pl  # noqa: PLC0415 - there is such a schema, so there is polars

        return lambda rows: pl.DataFrame(pl.from_arrow(rows))
    if ".pandas." in module:
        return to_pandas
    raise QualityError(f"{check}: a schema for neither pandas nor polars")


def checks_of(schema: Any) -> Iterator[Any]:
    """Yield every check of a schema and its columns."""
    for part in (schema, *schema.columns.values()):
        yield from part.checks


def is_by_value(schema: Any) -> bool:
    """Tell whether the answer about two batches follows from those about each."""
    whole = schema.unique or schema.index is not None if hasattr(schema, "index") else schema.unique
    return not (
        whole
        or any(column.unique for column in schema.columns.values())
        or any(not _of_value(check) for check in checks_of(schema))
    )


def _of_value(check: Any) -> bool:
    if not isinstance(check, Check) or check.groupby is not None:
        return False
    if check.element_wise:
        return True
    function, name = check._check_fn, str(check.name)  # noqa: SLF001 - a name alone may be anybody's
    if name in _BY_VALUE:
        return function is Check.CHECK_FUNCTION_REGISTRY.get(name)
    return name in BY_VALUE and is_ours(function)
