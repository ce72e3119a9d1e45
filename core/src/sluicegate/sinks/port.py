"""The port of a sink: where released data goes.

An implementer's checklist:

* ``check`` finds out, before anything is read, whether the output can be written at all.
* ``stage`` gives a place that nobody reads and from where one step leads to the output: on the
  same file system, in the same bucket.
* ``stored`` lets the gate read back what will be published, by other code than what wrote it, and
  write some rows of its own in the same way. Nobody else reads either.
* ``publish`` is atomic: afterwards either every file and the attestation stand at the output, or
  nothing does. It makes the data durable first. It refuses to replace what it did not write.
* ``quarantine`` moves staged data out of the way, into a local folder; a sink whose staged data
  cannot be moved there removes it and keeps the findings. ``discard`` removes it. Both are safe
  after a crash.
* A full disk is ``SinkUnavailable``; another's data at the output is ``OutputExists``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from sluicegate.model.outcome import OutputFile
    from sluicegate.sinks.stored import Stored


class Staging(Protocol):
    """Files on their way."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Append masked rows. All batches have one schema."""

    def finish(self) -> tuple[OutputFile, ...]:
        """Close the files, make them durable and return them with their digests, in order."""

    def stored(self) -> Stored:
        """Return what lies where it will be read from, after ``finish``, to be read back.

        What is a release is not told by this: that is for ``publish``.
        """

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
        self,
        output: str,
        run_key: str,
        metadata: Callable[[pa.Schema], Mapping[bytes, bytes]],
        labels: Mapping[str, str] | None = None,
    ) -> Staging:
        """Begin to write.

        Args:
            output: Where to.
            run_key: Name of the run over its tries.
            metadata: Gives the schema metadata that the files carry, where the format has a place.
            labels: Facts for the system's own labels, where it has some: object tags of S3.
        """
