"""Notes what a sink is given, so that what it holds in the end can be compared with that.

All rows are counted. Of their values some stretches are digested, which nobody can foresee: the
first rows always, and of every further block one stretch in a quarter of the cases. A fault that
is in every row cannot miss the first stretch; one that is somewhere is met with the share of the
rows that is looked at, which the outcome tells.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks.column_digest import column_digest
from sluicegate.sinks.comparable import comparable
from sluicegate.sinks.partitions import Partitions

STRETCH: Final = 32_768
_STRETCH_OF_MANY: Final = 2_048
"""Rows of a stretch; fewer where many partitions have one under way at a time."""
_PER_BLOCK: Final = 4
"""Stretches of a block, of which one at most is looked at."""
_CHANCE: Final = 4
"""Of so many blocks one is looked at, but for the first, in the long run."""
_KEPT_BATCHES: Final = 64
_KEPT_ROWS: Final = 64
"""Single rows are kept of so many batches, and so many of each; of a smaller batch all."""

Choose = Callable[[int], int]
"""A number below another one, that nobody can foresee."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one folder of an output, in the order in which they were given."""

    first: int
    """Place of the first row among those of the folder."""
    rows: int
    digests: tuple[bytes, ...]
    """Of each column."""


@dataclass(slots=True)
class Lane:
    """What one folder of an output was given."""

    rows: int = 0
    stretches: list[Stretch] = field(default_factory=list)
    chosen: int = -1
    """Place of the first row of the stretch that is digested in this block; −1: none is."""
    pending: list[pa.RecordBatch] = field(default_factory=list)


class Intake:
    """Sees every batch that a sink is given.

    Holds the rows of one stretch a folder at most, and some single rows.

    Args:
        options: How the rows will be written.
        choose: Draws numbers; for tests.
    """

    def __init__(self, options: OutputOptions, choose: Choose = secrets.randbelow) -> None:
        self._options = options
        self._choose = choose
        self._partitions = Partitions(options.partition_by)
        self._stretch = _STRETCH_OF_MANY if options.partition_by else STRETCH
        self._key = secrets.token_bytes(32)
        self._sample: list[pa.RecordBatch] = []
        self._batches = 0
        self.schema: pa.Schema | None = None
        """Of the rows as they are given, partition columns and all."""
        self.inner = pa.schema([])
        """Of the files."""
        self.lanes: dict[str, Lane] = {}

    @property
    def rows(self) -> int:
        """Rows that were given."""
        return sum(lane.rows for lane in self.lanes.values())

    def note(self, batch: pa.RecordBatch) -> None:
        """See a batch.

        Raises:
            SinkError: it cannot be split by the partition columns.
        """
        if self.schema is None:
            self.schema = batch.schema.remove_metadata()
            self.inner = self._partitions.check(self.schema)
        if not batch.num_rows:
            return
        self._keep(batch)
        for folder, rows in self._partitions.split(batch):
            self._follow(folder, rows)

    def finish(self) -> None:
        """Digest the stretches that the end cut short."""
        for lane in self.lanes.values():
            self._end(lane)

    @property
    def sample(self) -> pa.Table:
        """Some single rows from all over the stream."""
        return pa.Table.from_batches(self._sample, self.schema)

    def digests(self, rows: pa.Table) -> tuple[bytes, ...]:
        """Digest rows that were read back, column by column; they are in comparable form."""
        return tuple(
            column_digest(pa.concat_arrays(c.chunks or [pa.array([], c.type)]), self._key)
            for c in rows.columns
        )

    def _follow(self, folder: str, rows: pa.RecordBatch) -> None:
        """Take from the rows of a folder what stands in its chosen stretches."""
        lane = self.lanes.get(folder)
        if lane is None:
            lane = self.lanes[folder] = Lane(chosen=0 if not self.lanes else self._chosen(0))
        block = self._stretch * _PER_BLOCK
        at = 0
        while at < rows.num_rows:
            place = lane.rows % block
            part = rows.slice(at, block - place)
            begin = lane.rows - place
            if lane.chosen >= 0:
                low = max(0, lane.chosen - lane.rows)
                high = min(part.num_rows, lane.chosen + self._stretch - lane.rows)
                if low < high:
                    lane.pending.append(part.slice(low, high - low))
            at += part.num_rows
            lane.rows += part.num_rows
            if lane.chosen >= 0 and lane.rows >= lane.chosen + self._stretch:
                self._end(lane)
            if lane.rows == begin + block:
                lane.chosen = self._chosen(lane.rows)

    def _chosen(self, begin: int) -> int:
        drawn = self._choose(_PER_BLOCK * _CHANCE)
        return begin + drawn * self._stretch if drawn < _PER_BLOCK else -1

    def _end(self, lane: Lane) -> None:
        if lane.pending:
            rows = comparable(pa.Table.from_batches(lane.pending), self._options)
            digests = self.digests(rows)
            lane.stretches.append(Stretch(lane.chosen, rows.num_rows, digests))
        lane.chosen, lane.pending = -1, []

    def _keep(self, batch: pa.RecordBatch) -> None:
        """Keep some rows of the batch; every batch has the same chance to be among those kept."""
        self._batches += 1
        place = self._batches - 1
        if place >= _KEPT_BATCHES:
            place = self._choose(self._batches)
            if place >= _KEPT_BATCHES:
                return
        some = batch.take(pa.array(self._picked(batch.num_rows)))
        if place < len(self._sample):
            self._sample[place] = some
        else:
            self._sample.append(some)

    def _picked(self, rows: int) -> list[int]:
        if rows <= _KEPT_ROWS:
            return list(range(rows))
        return sorted({self._choose(rows) for _ in range(_KEPT_ROWS)})
