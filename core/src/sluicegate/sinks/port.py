"""The port of a sink: where released data goes.

An implementer's checklist:

* ``check`` finds out, before anything is read, whether the output can be written at all.
* ``stage`` gives a place that nobody reads and that lies on the same file system as the output.
* ``publish`` is atomic: afterwards either every file and the attestation stand at the output, or
  nothing does. It makes the data durable first. It refuses to replace what it did not write.
* ``quarantine`` moves staged data out of the way; ``discard`` removes it. Both are safe after a
  crash.
* A full disk is ``SinkUnavailable``; another's data at the output is ``OutputExists``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from sluicegate.model.outcome import OutputFile


class Staging(Protocol):
    """Files on their way."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append masked rows. All batches have one schema."""

    def finish(self) -> tuple[OutputFile, ...]:
        """Close the files, make them durable and return them with their digests, in order."""

    def publish(self, extra: Mapping[str, bytes]) -> None:
        """Write the extra files (name relative to the output → content) and move all into place."""

    def quarantine(self, folder: str, extra: Mapping[str, bytes]) -> None:
        """Move the staged files and the extra ones to ``folder``."""

    def discard(self) -> None:
        """Remove what was staged; safe to call more than once, and after ``publish``."""


class Sink(Protocol):
    """Somewhere to release to."""

    def check(self, output: str) -> None:
        """Raise if ``output`` cannot be written or holds something already."""

    def attestation(self, output: str) -> bytes | None:
        """Return the attestation that stands at ``output``, if one does."""

    def sweep(self, output: str, *, older_than_seconds: float = 86_400) -> int:
        """Remove staging that crashed runs left beside ``output``; return how many were removed."""

    def stage(
        self, output: str, run_key: str, metadata: Callable[[pa.Schema], Mapping[bytes, bytes]]
    ) -> Staging:
        """Begin to write; ``metadata`` gives the schema metadata that the files carry."""
