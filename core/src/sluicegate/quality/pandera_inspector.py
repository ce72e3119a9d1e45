"""Judges a result by a schema of pandera, for pandas or polars.

A schema whose checks all hold or not for each value alone is judged batch by batch. One with any
other (uniqueness, a function of somebody's own, a check of the frame) needs the whole result.

Neither ``PANDERA_VALIDATION_ENABLED`` nor what is set in the process switches it off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sluicegate.errors import MissingDependencyError, QualityError
from sluicegate.model.quality import QualityFailure
from sluicegate.quality.pandera_failures import Tally
from sluicegate.quality.pandera_prepared import (
    checks_of,
    frame_maker,
    is_by_value,
    own_copy,
    without_warnings,
)
from sluicegate.quality.port import TOO_LARGE

try:
    import pandera
    from pandera.config import ValidationDepth, config_context
except ImportError:
    raise MissingDependencyError.of("pandera", "pandera") from None

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.quality.port import Whole


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
        self._schema = own_copy(schema, check)
        self._tally = Tally(without_warnings(self._schema))
        self._frame = frame_maker(self._schema, check)
        self._by_value = is_by_value(self._schema)
        columns = self._schema.columns
        self.evaluated = len(columns) + sum(1 for _ in checks_of(self._schema))
        self.over_whole = 0 if self._by_value else self.evaluated
        if not self.evaluated:
            raise QualityError(f"{check}: a schema without columns and checks")

    def kept(self, names: Sequence[str]) -> frozenset[str]:
        """Name the columns that are needed again at the end."""
        return frozenset() if self._by_value else frozenset(names)

    def see(self, batch: pa.RecordBatch) -> None:
        """Judge what can be told row by row."""
        if self._by_value:
            self._judge(batch)

    def conclude(self, whole: Whole | None) -> Sequence[QualityFailure]:
        """Judge the rest."""
        if not self._by_value and whole is not None:
            table = whole.table(whole.schema.names)
            if table is None:
                return [QualityFailure(name="schema", broken=TOO_LARGE)]
            self._judge(table)
        return self._tally.failures()

    def _judge(self, rows: pa.RecordBatch | pa.Table) -> None:
        with config_context(
            validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA
        ):
            self._tally.judge(self._schema, self._frame(rows), rows.num_rows)
