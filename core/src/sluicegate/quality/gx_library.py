"""Great Expectations, imported late (it takes seconds) and kept quiet.

Results of this library carry values, and so do its log and its errors. What is asked of it here is
counts, and what it logs while rows are judged goes nowhere.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sluicegate.errors import MissingDependencyError

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
try:
    import great_expectations as gx
    from great_expectations.core.metric_domain_types import MetricDomainTypes
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.execution_engine.sparkdf_execution_engine import (
        SparkDFExecutionEngine,
    )
    from great_expectations.execution_engine.sqlalchemy_execution_engine import (
        SqlAlchemyExecutionEngine,
    )
    from great_expectations.expectations.expectation import (
        BatchExpectation,
        ColumnAggregateExpectation,
    )
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from great_expectations.expectations.metrics.metric_provider import (
        MetricProvider,
        metric_value,
    )
    from great_expectations.validator.validator import Validator
except ImportError:
    raise MissingDependencyError.of("Great Expectations", "great-expectations") from None

__all__ = [
    "COLUMN",
    "TABLE",
    "TOOL",
    "BatchExpectation",
    "ColumnAggregateExpectation",
    "ExpectationConfiguration",
    "MetricProvider",
    "PandasExecutionEngine",
    "SparkDFExecutionEngine",
    "SqlAlchemyExecutionEngine",
    "gx",
    "judge",
    "metric_value",
    "sqlalchemy_select",
]

COLUMN: Final = MetricDomainTypes.COLUMN
TABLE: Final = MetricDomainTypes.TABLE
TOOL: Final = f"great-expectations {gx.__version__}"
_COUNTS: Final = {"result_format": "BASIC", "partial_unexpected_count": 0}
_LOGGER: Final = logging.getLogger("great_expectations")


def judge(frame: Any, expectations: Sequence[Any]) -> list[Any]:
    """Judge a frame; no data context, nothing is stored and nothing is told to anybody.

    Args:
        frame: A pandas frame.
        expectations: Their configurations name columns of it.

    Returns:
        A result for each expectation, those that raised first.
    """
    validator = Validator(execution_engine=PandasExecutionEngine(batch_data_dict={"rows": frame}))
    validator.metrics_calculator.show_progress_bars = False
    with _quiet():
        return list(
            validator.graph_validate(
                configurations=[e.configuration for e in expectations],
                runtime_configuration={"result_format": _COUNTS},
            )
        )


def sqlalchemy_select(selectable: Any, columns: Sequence[str]) -> Any:
    """Select columns of a table or query, by their names."""
    import sqlalchemy as sa  # noqa: PLC0415 - only where the engine is SQLAlchemy's

    return sa.select(*(sa.column(name) for name in columns)).select_from(selectable)


class _Silence(logging.NullHandler):
    """Ours: the library may have a handler of this kind of its own."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Send what the library logs nowhere; runs side by side leave it quiet until the last ends."""
    silence = _Silence()
    _LOGGER.addHandler(silence)
    _LOGGER.propagate = False
    try:
        yield
    finally:
        _LOGGER.removeHandler(silence)
        if not any(isinstance(handler, _Silence) for handler in _LOGGER.handlers):
            _LOGGER.propagate = True
