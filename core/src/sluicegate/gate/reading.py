"""A result that was read whole: masked and verified rows that wait to be taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.gate.spool import Spool
    from sluicegate.model.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The rows, or why there are none. A context manager: what is not taken is dropped."""

    outcome: Outcome
    spool: Spool | None = field(default=None, repr=False)
    """``None`` unless the outcome is released."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows, once; at least one batch, which tells the schema, if it is released."""
        if self.spool is not None:
            yield from self.spool.read()

    def close(self) -> None:
        """Drop what was not taken; safe to call twice."""
        if self.spool is not None:
            self.spool.close()
