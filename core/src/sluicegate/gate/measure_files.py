"""Measures the disclosure risk of a table that stands somewhere, by the names of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from sluicegate.errors import ConfigurationError
from sluicegate.gate.gauges import RowGauge, failures
from sluicegate.gate.measuring import Measuring

if TYPE_CHECKING:
    from sluicegate.model.findings import Reason
    from sluicegate.model.risk import RiskReport, RiskTerms


def measure_rows(
    batches: Iterable[pa.RecordBatch],
    terms: RiskTerms,
    *,
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str] = (),
    subject: Sequence[str] = (),
) -> tuple[RiskReport, tuple[Reason, ...]]:
    """Measure rows as they stand, and tell what of the terms they do not fulfil.

    Memory is bounded by combinations of values, not by rows.

    Args:
        batches: The rows.
        terms: What they must fulfil; its sets of columns are not looked at.
        quasi_identifiers: Columns that together may single a person out.
        sensitive: Columns that ``l``, ``entropy_l`` and ``t`` look at.
        subject: Columns that name the person; then people are counted, not rows.

    Raises:
        ConfigurationError: a column is not there.
        CombinationsExceeded: there are more classes than can be counted.
        MaskingError: a column is nested.
    """
    columns = Measuring(
        quasi_identifiers=tuple(quasi_identifiers),
        sensitive=tuple(sensitive),
        subject=tuple(subject),
        classes=tuple(sorted(quasi_identifiers)),
    )
    gauge = RowGauge(terms, columns)
    wanted = list(dict.fromkeys((*quasi_identifiers, *sensitive, *subject)))
    for batch in batches:
        if missing := [name for name in wanted if name not in batch.schema.names]:
            raise ConfigurationError(
                f"there is no column {missing[0]!r} to measure the risk of",
                hint=f"the table has: {', '.join(batch.schema.names)}",
            )
        gauge.add(batch)
    report = gauge.report()
    return report, tuple(failures(terms, report))
