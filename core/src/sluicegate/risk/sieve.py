"""Tells which rows stand in classes that may leave."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sluicegate.risk.meter import RiskMeter
from sluicegate.risk.rows import Rows


class Sieve:
    """Keeps the rows of all classes but some.

    Args:
        meter: That has seen every row.
        failing: The classes whose rows are left out.
    """

    def __init__(self, meter: RiskMeter, failing: Rows) -> None:
        self._meter = meter
        self._failing = failing

    def keep(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the rows that may leave."""
        left: npt.NDArray[np.bool_] = self._meter.encode(batch).places_in(self._failing) < 0
        return batch.filter(pa.array(left))
