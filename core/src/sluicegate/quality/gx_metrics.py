"""What our expectations ask of each engine of Great Expectations. All of it is counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from sluicegate.quality.anonymous import Anonymity, measure
from sluicegate.quality.gx_columns import sql_batches, without_values
from sluicegate.quality.gx_library import (
    COLUMN,
    TABLE,
    MetricProvider,
    PandasExecutionEngine,
    SparkDFExecutionEngine,
    SqlAlchemyExecutionEngine,
    metric_value,
)
from sluicegate.quality.rows import pandas_batches, spark_batches
from sluicegate.quality.sensitive import SensitiveCount

SENSITIVE = "column.sluicegate_sensitive_data"
ANONYMITY = "table.sluicegate_anonymity"
Reader = Callable[[Any, Any, Sequence[str]], Iterator[list[pa.Array]]]
"""Reads columns of what an engine holds, some rows at a time."""


class _Counts(MetricProvider):
    """A metric that reads columns of any engine; what it makes of them is `count`'s to say."""

    @classmethod
    def count(cls, read: Reader, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return the counts."""
        raise NotImplementedError

    @metric_value(engine=PandasExecutionEngine)
    @without_values
    def _pandas(cls, **asked: Any) -> dict[str, Any]:  # noqa: N805 - as the library has it
        return cls.count(pandas_batches, asked)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    @without_values
    def _sqlalchemy(cls, **asked: Any) -> dict[str, Any]:  # noqa: N805 - as the library has it
        return cls.count(sql_batches, asked)

    @metric_value(engine=SparkDFExecutionEngine)
    @without_values
    def _spark(cls, **asked: Any) -> dict[str, Any]:  # noqa: N805 - as the library has it
        return cls.count(spark_batches, asked)


class SensitiveData(_Counts):
    """Rows of a column that hold sensitive data."""

    metric_name = SENSITIVE
    domain_keys = ("batch_id", "table", "column", "row_condition", "condition_parser")
    value_keys = ("allowed_classes",)

    @classmethod
    def count(cls, read: Reader, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Count the rows of the column, and those with findings."""
        engine, kwargs = asked["execution_engine"], asked["metric_value_kwargs"]
        data, _, rest = engine.get_compute_domain(asked["metric_domain_kwargs"], COLUMN)
        column = str(rest["column"])
        count = SensitiveCount(allowed=frozenset(kwargs.get("allowed_classes") or ()))
        for (array,) in read(engine, data, [column]):
            count.add(array, column)
        return count.facts()


class TableAnonymity(_Counts):
    """How small the classes of a table are."""

    metric_name = ANONYMITY
    domain_keys = ("batch_id", "table", "row_condition", "condition_parser")
    value_keys = ("quasi_identifiers", "k", "sensitive", "l", "t", "subject")

    @classmethod
    def count(cls, read: Reader, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Measure the classes of the quasi-identifiers."""
        engine, wanted = asked["execution_engine"], wanted_of(asked["metric_value_kwargs"])
        data, _, _ = engine.get_compute_domain(asked["metric_domain_kwargs"], TABLE)
        names = list(wanted.columns)
        batches = read(engine, data, names)
        return measure(wanted, (pa.record_batch(arrays, names=names) for arrays in batches))


def wanted_of(kwargs: Any) -> Anonymity:
    """Read what an expectation asks.

    Raises:
        ConfigurationError: it cannot be measured.
    """
    return Anonymity(
        quasi_identifiers=tuple(kwargs["quasi_identifiers"]),
        k=int(kwargs["k"]),
        sensitive=tuple(kwargs.get("sensitive") or ()),
        l=kwargs.get("l"),
        t=kwargs.get("t"),
        subject=kwargs.get("subject") or "",
    )
