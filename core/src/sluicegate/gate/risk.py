"""Disclosure risk as a gate: the result as a whole is judged before any of it is released.

What leaves is measured while it passes. A policy that wants failing rows left out gets a second
pass: the masked batches wait in a nameless file until every class is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sluicegate.gate.differencing import facts_of
from sluicegate.gate.gauges import failures, gauge
from sluicegate.gate.measuring import Measuring, measuring
from sluicegate.gate.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from sluicegate.gate.differencing import Facts
    from sluicegate.gate.gauges import Gauge
    from sluicegate.mask import Keyring
    from sluicegate.model.findings import Reason
    from sluicegate.model.plan import Plan
    from sluicegate.model.risk import RiskReport


class Weighing:
    """The disclosure risk of one result, if the policy asks for it.

    Args:
        plan: What runs; its risk can be measured, or planning had refused it.
        folder: Where masked rows may wait.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        obligations = plan.decision.obligations
        self._terms = obligations.risk
        self._folder = folder
        self._gauge: Gauge | None = None
        self._suppressed = 0
        if self._terms is not None:
            found = measuring(plan.columns, obligations, plan.row_shape)
            assert isinstance(found, Measuring)
            self._columns = found
            self._gauge = gauge(self._terms, found)

    def through(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pass on masked batches, but for the rows that the policy wants left out.

        Raises:
            CombinationsExceeded: there are more classes than can be counted.
            SinkUnavailable: no space is left for rows to wait.
        """
        if self._terms is None or self._gauge is None:
            yield from batches
        elif self._terms.on_failure == "suppress_rows":
            with Spool(self._folder) as spool:
                for batch in self._seen(batches, self._gauge):
                    spool.write(batch)
                yield from self._sifted(spool)
        else:
            yield from self._seen(batches, self._gauge)

    @property
    def report(self) -> RiskReport | None:
        """What was measured; ``None`` if nothing was asked for."""
        if self._gauge is None:
            return None
        return replace(self._gauge.report(), suppressed=self._suppressed)

    def facts(self, plan: Plan, keyring: Keyring) -> Facts | None:
        """Return what later results are compared with; ``None`` if the policy compares none."""
        if self._terms is None or self._gauge is None or self._terms.differencing is None:
            return None
        return facts_of(plan, self._columns, self._gauge.meter, keyring)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the result may not be released; empty if it may."""
        report = self.report
        return tuple(failures(self._terms, report)) if self._terms and report else ()

    def _sifted(self, spool: Spool) -> Iterator[pa.RecordBatch]:
        """Leave out what fails, and measure anew what is left: shares of the whole have changed."""
        assert self._terms is not None
        assert self._gauge is not None
        keep = self._gauge.sieve()
        if keep is None:
            yield from spool.read()
            return
        self._gauge = gauge(self._terms, self._columns)
        for batch in spool.read():
            kept = keep(batch)
            self._suppressed += batch.num_rows - kept.num_rows
            self._gauge.add(kept)
            yield kept

    @staticmethod
    def _seen(batches: Iterator[pa.RecordBatch], by: Gauge) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            by.add(batch)
            yield batch
