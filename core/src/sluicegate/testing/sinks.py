"""The contract of sinks, as tests: subclass it in a test module of a sink's own.

The subclass gives pytest fixtures ``sink``, a ``Sink``, and ``output``, the name of an output that
does not exist yet, and the methods that look at outputs from outside.
"""

# A test's name is its sentence.
# ruff: noqa: D102

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import OutputDiffers, OutputExists, SinkError
from sluicegate.gate.sink_proof import ProvenStaging
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks.port import Sink, Staging
from sluicegate.testing.expect import expect

_SCHEMA = pa.schema([("id", pa.int64()), ("text", pa.string())])
_EXTRA = {"_SLUICEGATE/attestation.json": b'{"a": 1}'}


class SinkContract:
    """What every sink must do; see the checklist in ``sluicegate.sinks.port``."""

    keeps_quarantined_rows: ClassVar[bool] = True
    """Whether the quarantine holds the staged rows, or the findings only."""
    keeps_order: ClassVar[bool] = True
    """Whether rows come back in the order in which they were written."""
    carries_metadata: ClassVar[bool] = True
    """Whether the format has a place for the schema's metadata."""

    def names(self, output: str) -> list[str]:
        """Return the names of all files at ``output``, relative and sorted; none if absent."""
        raise NotImplementedError

    def content(self, output: str, name: str) -> bytes:
        """Return the bytes of one file at ``output``."""
        raise NotImplementedError

    def rows(self, output: str) -> pa.Table:
        """Read the rows at ``output`` back, with the schema's metadata."""
        raise NotImplementedError

    def elsewhere(self, output: str, tmp_path: Path) -> str:  # noqa: ARG002 - for other systems
        """Return a local folder for the quarantine of ``output``."""
        return f"{output}-quarantine"

    def options(self, sink: Sink) -> OutputOptions:
        """Return how the sink writes files; a sink of tables has no say in it."""
        return getattr(sink, "options", OutputOptions())

    def test_nothing_is_seen_before_it_is_published(self, sink: Sink, output: str) -> None:
        sink.check(output)
        staging = stage(sink, output)
        staging.write(batch(3))
        staging.finish()
        assert self.names(output) == []
        staging.publish(_EXTRA)
        assert self.rows(output).num_rows == 3  # noqa: PLR2004  # as written

    def test_files_are_what_was_told(self, sink: Sink, output: str) -> None:
        staging = stage(sink, output)
        for size in (1, 0, 5, 2):
            staging.write(batch(size))
        files = staging.finish()
        staging.publish(_EXTRA)
        assert self.names(output) == sorted([*_EXTRA, *(f.name for f in files)])
        for file in files:
            content = self.content(output, file.name)
            assert hashlib.sha256(content).hexdigest() == file.sha256
            assert len(content) == file.bytes
        assert sum(f.rows for f in files) == self.rows(output).num_rows
        found, written = self.rows(output)["id"].to_pylist(), [0, *range(5), *range(2)]
        assert found == written if self.keeps_order else sorted(found) == sorted(written)

    def test_no_rows_still_tell_the_schema(self, sink: Sink, output: str) -> None:
        staging = stage(sink, output)
        staging.write(batch(0))
        (file,) = staging.finish()
        staging.publish({})
        assert file.rows == 0
        assert self.rows(output).schema.remove_metadata().equals(_SCHEMA)

    def test_not_even_a_schema_is_an_error(self, sink: Sink, output: str) -> None:
        staging = stage(sink, output)
        with expect(SinkError):
            staging.finish()
        staging.discard()
        assert self.names(output) == []

    def test_the_files_carry_the_metadata(self, sink: Sink, output: str) -> None:
        staging = sink.stage(output, "run", lambda s: {b"columns": ",".join(s.names).encode()})
        staging.write(batch(2))
        staging.publish({})
        if self.carries_metadata:
            assert (self.rows(output).schema.metadata or {})[b"columns"] == b"id,text"
        assert self.rows(output).num_rows == 2  # noqa: PLR2004  # as written

    def test_another_schema_is_refused(self, sink: Sink, output: str) -> None:
        staging = stage(sink, output)
        staging.write(batch(1))
        with expect(SinkError):
            staging.write(pa.record_batch({"id": pa.array([1])}))
        staging.discard()
        assert self.names(output) == []

    def test_what_stands_at_the_output_stays(self, sink: Sink, output: str) -> None:
        first, second = stage(sink, output), stage(sink, output)
        first.write(batch(1))
        second.write(batch(9))
        first.publish(_EXTRA)
        before = self.names(output)
        with expect(OutputExists):
            second.publish(_EXTRA)
        second.discard()
        for again in (lambda: sink.check(output), lambda: stage(sink, output)):
            with expect(OutputExists):
                again()
        assert self.names(output) == before
        assert self.rows(output).num_rows == 1

    def test_discarding_leaves_nothing(self, sink: Sink, output: str) -> None:
        staging = stage(sink, output)
        staging.write(batch(1))
        staging.discard()
        staging.discard()
        assert self.names(output) == []
        sink.check(output)
        for act in (staging.finish, lambda: staging.write(batch(1)), lambda: staging.publish({})):
            with expect(SinkError):
                act()

    def test_discarding_after_publishing_removes_nothing(self, sink: Sink, output: str) -> None:
        staging = stage(sink, output)
        staging.write(batch(1))
        staging.publish(_EXTRA)
        staging.discard()
        assert self.rows(output).num_rows == 1

    def test_quarantine_moves_the_files(self, sink: Sink, output: str, tmp_path: Path) -> None:
        staging, elsewhere = stage(sink, output), self.elsewhere(output, tmp_path)
        staging.write(batch(4))
        staging.quarantine(elsewhere, {"findings.json": b"[]"})
        staging.discard()
        assert self.names(output) == []
        if self.keeps_quarantined_rows:
            assert self.rows(elsewhere).num_rows == 4  # noqa: PLR2004  # as written
        else:
            assert self.names(elsewhere) == ["findings.json"]
        assert self.content(elsewhere, "findings.json") == b"[]"

    def test_the_attestation_can_be_read_back(self, sink: Sink, output: str) -> None:
        assert sink.attestation(output) is None
        staging = stage(sink, output)
        staging.write(batch(1))
        staging.publish(_EXTRA)
        assert sink.attestation(output) == _EXTRA["_SLUICEGATE/attestation.json"]

    def test_extra_files_stay_within_the_output(self, sink: Sink, output: str) -> None:
        for name in ("../escaped", "/escaped", "a/../../escaped", "", "a staged file"):
            staging = stage(sink, output)
            staging.write(batch(1))
            taken = staging.finish()[0].name
            with expect(SinkError):
                staging.publish({taken if name == "a staged file" else name: b""})
            staging.discard()
            assert self.names(output) == []

    def test_what_was_written_is_read_back(self, sink: Sink, output: str) -> None:
        staging = ProvenStaging(stage(sink, output), self.options(sink))
        for size in (1, 0, 5, 2):
            staging.write(batch(size))
        files = staging.finish()
        read = staging.prove(batch(3))
        assert (read.rows, read.canaries) == (8, 3)
        staging.publish(_EXTRA)
        assert self.names(output) == sorted([*_EXTRA, *(f.name for f in files)])
        assert self.rows(output).num_rows == 8  # noqa: PLR2004  # as written

    def test_of_no_rows_the_columns_are_read_back(self, sink: Sink, output: str) -> None:
        staging = ProvenStaging(stage(sink, output), self.options(sink))
        staging.write(batch(0))
        staging.finish()
        assert staging.prove(None).rows == 0
        staging.publish({})
        assert self.rows(output).num_rows == 0

    def test_rows_that_were_altered_are_found_out(self, sink: Sink, output: str) -> None:
        for fault in FAULTS:
            staging = ProvenStaging(Altering(stage(sink, output), fault), self.options(sink))
            for _ in range(3):
                staging.write(batch(6))
            with expect(OutputDiffers):
                staging.finish()
                staging.prove(batch(3))
            staging.discard()
            assert self.names(output) == []

    def test_sweeping_spares_the_living(self, sink: Sink, output: str) -> None:
        staging = stage(sink, output)
        staging.write(batch(1))
        assert sink.sweep(output, older_than_seconds=0) == 0
        staging.publish({})
        assert self.rows(output).num_rows == 1


class Altering:
    """A staging that alters what it is given, as a broken sink would.

    Args:
        staging: A sound one, which does everything else.
        fault: Makes of a batch what is written; the number of the batch comes with it.
    """

    def __init__(self, staging: Staging, fault: Fault) -> None:
        self._staging = staging
        self._fault = fault
        self._written = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append something else than was given."""
        self._staging.write(self._fault(batch, self._written))
        self._written += 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._staging, name)


def _without_its_last_row(batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    return batch.slice(0, batch.num_rows - (number == 1))


def _with_a_row_twice_for_another(batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    return batch.take(pa.array([0, 0, *range(2, batch.num_rows)])) if number == 0 else batch


def _with_rows_of_another_order(batch: pa.RecordBatch, _: int) -> pa.RecordBatch:
    column = batch.column("id").take(pa.array(range(batch.num_rows - 1, -1, -1)))
    return batch.set_column(0, "id", column)


def _with_other_texts(batch: pa.RecordBatch, _: int) -> pa.RecordBatch:
    texts = pa.array([f"raw {i}" for i in range(batch.num_rows)])
    return batch.set_column(1, "text", texts)


def _with_shortened_texts(batch: pa.RecordBatch, _: int) -> pa.RecordBatch:
    return batch.set_column(1, "text", pc.utf8_slice_codeunits(batch.column("text"), 0, 5))


def _with_nulls(batch: pa.RecordBatch, number: int) -> pa.RecordBatch:
    return batch.set_column(0, "id", pa.nulls(batch.num_rows, pa.int64())) if number else batch


Fault = Callable[[pa.RecordBatch, int], pa.RecordBatch]

FAULTS: Final[tuple[Fault, ...]] = (
    _without_its_last_row,
    _with_a_row_twice_for_another,
    _with_rows_of_another_order,
    _with_other_texts,
    _with_shortened_texts,
    _with_nulls,
)
"""What a broken sink may make of the rows of ``batch``; each must be found out."""


def stage(sink: Sink, output: str) -> Staging:
    """Begin a run whose files carry no metadata."""
    return sink.stage(output, "run", lambda _: {})


def batch(rows: int) -> pa.RecordBatch:
    """Build a batch of ``rows`` generated rows."""
    columns: Mapping[str, list[object]] = {
        "id": list(range(rows)),
        "text": [f"text {i}" for i in range(rows)],
    }
    return pa.RecordBatch.from_pydict(dict(columns), schema=_SCHEMA)
