"""The port of a quality check: what judges one result, batch by batch and as a whole.

For the implementer:

- ``see`` is called once for each batch, in order, with what leaves and nothing else.
- ``conclude`` is called once, after the last one, and gives every failure.
- Nothing of a value may be in a failure: names of columns and checks, counts, types of errors.
- What raises inside the library is a failure with ``broken``, never a pass (promise P2).
- Rows are judged and never changed: whatever the library returns is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.model.quality import QualityFailure

TOO_LARGE = "the result is larger than may be held in memory for it"
"""Why an expectation over the whole result was not evaluated."""


class Whole(Protocol):
    """The whole result, for what cannot be told batch by batch."""

    @property
    def rows(self) -> int:
        """Rows of the result."""

    @property
    def schema(self) -> pa.Schema:
        """Of the result."""

    def table(self, columns: Sequence[str]) -> pa.Table | None:
        """Return some columns of all rows; ``None`` if they need more memory than is granted."""


class Inspector(Protocol):
    """Judges one result by one check."""

    tool: str
    """Library and version."""
    evaluated: int
    """Expectations of the check."""
    over_whole: int
    """Of these, those that need the whole result."""

    def kept(self, names: Sequence[str]) -> frozenset[str]:
        """Name the columns that are needed again at the end.

        Args:
            names: Columns of the result.
        """

    def see(self, batch: pa.RecordBatch) -> None:
        """Judge what can be told row by row."""

    def conclude(self, whole: Whole | None) -> Sequence[QualityFailure]:
        """Judge the rest.

        Args:
            whole: The result; ``None`` in a preview, where the rest stays out.
        """
