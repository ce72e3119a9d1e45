"""Measures of a result against what the policy wants: of rows, and of an aggregate's groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
import pyarrow as pa

from sluicegate.model.findings import Reason
from sluicegate.model.risk import RiskReport, RiskTerms, SensitiveRisk
from sluicegate.risk import Measured, RiskMeter, Sensitive, Sieve

if TYPE_CHECKING:
    import numpy.typing as npt

    from sluicegate.gate.measuring import Measuring

_TINY: Final = 1e-9
"""What rounding may add to a share or an entropy."""
_COARSER: Final = "generalize these columns in the policy, or leave one of them out"


class Gauge(Protocol):
    """Sees every batch that would leave, and then judges the whole."""

    meter: RiskMeter
    """Of an aggregate it is fed only where results are compared."""

    def add(self, batch: pa.RecordBatch) -> None:
        """See a batch."""

    def report(self) -> RiskReport:
        """Tell what was measured."""

    def sieve(self) -> Callable[[pa.RecordBatch], pa.RecordBatch] | None:
        """Return what leaves out the rows that fail; ``None`` if there are none."""


def gauge(terms: RiskTerms, columns: Measuring) -> Gauge:
    """Return the gauge of a result."""
    return CellGauge(terms, columns) if columns.counts else RowGauge(terms, columns)


class RowGauge:
    """Classes of rows that are alike in their quasi-identifiers."""

    def __init__(self, terms: RiskTerms, columns: Measuring) -> None:
        self._terms = terms
        self._columns = columns
        self._measured: Measured | None = None
        self.meter = RiskMeter(
            quasi=columns.classes,
            sensitive=columns.sensitive,
            subjects=columns.subject,
            enough=max(2, terms.k or 2),
        )

    def add(self, batch: pa.RecordBatch) -> None:
        """See a batch."""
        self._measured = None
        self.meter.add(batch)

    def report(self) -> RiskReport:
        """Tell what was measured."""
        found = self._found()
        rows = int(found.rows.sum())
        below = found.people < (self._terms.k or 0)
        alone = int(found.rows[found.people == 1].sum())
        return RiskReport(
            rows=rows,
            classes=len(found.rows),
            k=int(found.people.min()) if rows else None,
            classes_below=int(below.sum()),
            rows_below=int(found.rows[below].sum()),
            unique=alone / rows if rows else 0.0,
            quasi_identifiers=self._columns.quasi_identifiers,
            sensitive=tuple(_worst(s) for s in found.sensitive),
            subject=self._columns.subject,
        )

    def sieve(self) -> Callable[[pa.RecordBatch], pa.RecordBatch] | None:
        """Return what leaves out the rows of classes that fail; ``None`` if there are none."""
        found = self._found()
        failing = np.flatnonzero(self._failing(found))
        return Sieve(self.meter, found.codes.take(failing)).keep if len(failing) else None

    def _found(self) -> Measured:
        self._measured = self._measured or self.meter.measure()
        return self._measured

    def _failing(self, found: Measured) -> npt.NDArray[np.bool_]:
        terms = self._terms
        failing = found.people < (terms.k or 0)
        if terms.unique is not None and self.report().unique > terms.unique:
            failing |= found.people == 1
        for one in found.sensitive:
            if terms.l is not None:
                failing |= (one.distinct > 0) & (one.distinct < terms.l)
            if terms.entropy_l is not None:
                failing |= (one.distinct > 0) & (one.entropy < terms.entropy_l - _TINY)
            if terms.t is not None:
                failing |= one.distance > terms.t + _TINY
        return failing


class CellGauge:
    """Rows of an aggregate, each with the count that it tells itself."""

    def __init__(self, terms: RiskTerms, columns: Measuring) -> None:
        self._columns = columns
        self._least = max(terms.k or 0, terms.cells or 0)
        self._rows = self._below = self._people = self._people_below = self._alone = 0
        self._smallest: int | None = None
        self._keep_cells = terms.differencing is not None
        self.meter = RiskMeter(quasi=columns.classes)

    def add(self, batch: pa.RecordBatch) -> None:
        """See a batch."""
        if not batch.num_rows:
            return
        counts = self._counts(batch)
        small = counts < self._least
        self._rows += len(counts)
        self._people += int(counts.sum())
        self._below += int(small.sum())
        self._people_below += int(counts[small].sum())
        self._alone += int((counts == 1).sum())
        least = int(counts.min())
        self._smallest = least if self._smallest is None else min(self._smallest, least)
        if self._keep_cells:
            self.meter.add(batch, counts)

    def report(self) -> RiskReport:
        """Tell what was measured."""
        return RiskReport(
            rows=self._rows,
            classes=self._rows,
            k=self._smallest,
            classes_below=self._below,
            rows_below=self._people_below,
            unique=self._alone / self._people if self._people else 0.0,
            quasi_identifiers=self._columns.quasi_identifiers,
            subject=self._columns.counts,
            aggregated=True,
        )

    def sieve(self) -> Callable[[pa.RecordBatch], pa.RecordBatch] | None:
        """Return what leaves out groups that are too small; ``None`` if there are none."""
        if not self._below:
            return None
        return lambda batch: batch.filter(pa.array(self._counts(batch) >= self._least))

    def _counts(self, batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
        told = [
            batch.column(name).cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
            for name in self._columns.counts
        ]
        least: npt.NDArray[np.int64] = np.minimum.reduce(told)
        return least


def failures(terms: RiskTerms, report: RiskReport) -> Iterator[Reason]:
    """Tell what a result does not fulfil: names and counts, never a value."""
    over = ", ".join(report.quasi_identifiers) or "no column"
    if report.aggregated:
        yield from _cell_failures(terms, report)
        return
    if terms.k is not None and report.k is not None and report.k < terms.k:
        below = f"{report.classes_below:,} of {report.classes:,} classes"
        yield Reason(
            code="RISK-K",
            message=f"{below} over {over} are smaller than k = {terms.k}, with"
            f" {report.rows_below:,} of {report.rows:,} rows; the smallest is {report.k}",
            hint=_COARSER,
        )
    if terms.unique is not None and report.unique > terms.unique:
        yield Reason(
            code="RISK-UNIQUE",
            message=f"{report.unique:.2%} of the rows are alone in their class over {over},"
            f" not {terms.unique:.2%} at most",
            hint=_COARSER,
        )
    for one in report.sensitive:
        yield from _sensitive_failures(terms, one, over)


def _cell_failures(terms: RiskTerms, report: RiskReport) -> Iterator[Reason]:
    least = max(terms.k or 0, terms.cells or 0)
    if report.k is not None and report.k < least:
        yield Reason(
            code="RISK-CELLS",
            message=f"{report.classes_below:,} of {report.classes:,} groups count fewer than"
            f" {least}; the smallest counts {report.k}",
            hint="group more coarsely, or add HAVING with this least count",
        )


def _sensitive_failures(terms: RiskTerms, one: SensitiveRisk, over: str) -> Iterator[Reason]:
    wanted: Sequence[tuple[str, float | None, float | None, int]] = (
        ("RISK-L", one.l, terms.l, -1),
        ("RISK-ENTROPY-L", one.entropy_l, terms.entropy_l, -1),
        ("RISK-T", one.t, terms.t, 1),
    )
    for code, found, asked, sign in wanted:
        if found is not None and asked is not None and sign * (found - asked) > _TINY:
            name = code.removeprefix("RISK-").lower().replace("-", "_")
            yield Reason(
                code=code,
                message=f"the values of {one.column} in the worst class over {over} have"
                f" {name} = {found:.4g}, and {asked:g} is asked for",
                hint=_COARSER,
                place=f"column {one.column}",
            )


def _worst(found: Sensitive) -> SensitiveRisk:
    known = found.distinct > 0
    some = bool(known.any())
    return SensitiveRisk(
        column=found.column,
        l=int(found.distinct[known].min()) if some else None,
        entropy_l=float(found.entropy[known].min()) if some else None,
        t=float(found.distance.max()) if len(found.distance) else 0.0,
        ordered=found.ordered,
    )
