"""Quality checks as a gate: what would leave is judged before any of it is released.

Memory is bounded. What holds or not for each row alone is judged batch by batch; columns that other
checks need wait in a nameless file, and those of one expectation at a time are read back, up to the
policy's ``memory`` or 256 MiB. What needs more is not evaluated, and so not released.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from sluicegate.gate.spool import Spool
from sluicegate.model.findings import Reason
from sluicegate.model.quality import QualityFailure, QualityReport
from sluicegate.quality import QualityCheck, read_check

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.decision import Obligations
    from sluicegate.model.request import ExtractRequest
    from sluicegate.quality import Inspector

MOST_BYTES: Final = 256 * 1024**2
"""Arrow data that is read back at once, where the policy grants no ``memory``."""


def checks_of(
    services: Services, obligations: Obligations, request: ExtractRequest
) -> tuple[QualityCheck, ...]:
    """Read the checks of policy and request; one that both name counts as the policy's.

    Paths of the policy are relative to its file, those of a request to the working folder.

    Raises:
        QualityError: a check cannot be read.
    """
    policy, here = services.settings.policy.parent, Path.cwd()
    asked = [n for n in dict.fromkeys(request.quality) if n not in obligations.quality]
    return (
        *(read_check(name, folder=policy, by_policy=True) for name in obligations.quality),
        *(read_check(name, folder=here, by_policy=False) for name in asked),
    )


def preview_fault(checks: Sequence[QualityCheck]) -> Reason | None:
    """Say why the first rows may not be looked at: the policy wants the whole to be judged first.

    Raises:
        MissingDependencyError: the library of a check is not installed.
        QualityError: a check does not load.
    """
    asked = [check for check in checks if check.term.by_policy]
    if not any(check.open().over_whole for check in asked):
        return None
    message = "the first rows tell nothing of the quality that the policy wants of the whole"
    hint = "extract the whole result, or ask for a rule whose checks are about rows"
    return Reason(code="QUALITY-PREVIEW", message=message, hint=hint)


class Inspection:
    """The quality of one result.

    Args:
        checks: By which it is judged; without any, rows pass untouched.
        folder: Where columns may wait.
        most: Bytes of Arrow data that may be read back at once.
        preview: Whether these are the first rows only, which tell nothing of the whole.

    Raises:
        MissingDependencyError: the library of a check is not installed.
        QualityError: a check does not load.
    """

    def __init__(
        self,
        checks: Sequence[QualityCheck],
        folder: Path,
        *,
        most: int | None = None,
        preview: bool = False,
    ) -> None:
        self._checks = [(check.term, check.open()) for check in checks]
        self._folder = folder
        self._most = most or MOST_BYTES
        self._preview = preview
        self.reports: tuple[QualityReport, ...] = ()

    def through(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pass on every batch as it is, and judge it; after the last one, judge the whole.

        Raises:
            SinkUnavailable: no space is left for columns to wait.
        """
        if not self._checks:
            yield from batches
            return
        inspectors = [inspector for _, inspector in self._checks]
        waits = not self._preview and any(i.over_whole for i in inspectors)
        with Spool(self._folder) if waits else nullcontext() as spool:
            whole = _Waiting(spool, self._most)
            for batch in batches:
                whole.add(batch, inspectors)
                for inspector in inspectors:
                    inspector.see(batch)
                yield batch
            self._conclude(None if self._preview else whole)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the result may not be released; empty if it may."""
        return tuple(_told(self.reports, "error"))

    @property
    def warnings(self) -> tuple[Reason, ...]:
        """What failed with a severity that only warns."""
        return tuple(_told(self.reports, "warn"))

    @property
    def blind_spots(self) -> tuple[str, ...]:
        """What a preview could not answer."""
        return tuple(
            f"quality check {r.check}: {r.skipped} expectation(s) about the whole result"
            for r in self.reports
            if r.skipped
        )

    def _conclude(self, whole: _Waiting | None) -> None:
        reports = []
        for term, inspector in self._checks:
            skipped = inspector.over_whole if whole is None else 0
            reports.append(
                QualityReport(
                    check=term.check,
                    digest=term.digest,
                    tool=inspector.tool,
                    evaluated=inspector.evaluated - skipped,
                    skipped=skipped,
                    failures=tuple(inspector.conclude(whole)),
                )
            )
        self.reports = tuple(reports)


class _Waiting:
    """The columns that are looked at again, on disk."""

    def __init__(self, spool: Spool | None, most: int) -> None:
        self._spool = spool
        self._most = most
        self._sizes: dict[str, int] = {}
        self._kept: list[str] | None = None
        self.schema = pa.schema([])
        self.rows = 0

    def add(self, batch: pa.RecordBatch, inspectors: Sequence[Inspector]) -> None:
        """Keep the columns of a batch that some inspector needs."""
        self.rows += batch.num_rows
        if self._kept is None:
            names = batch.schema.names
            wanted = frozenset[str]().union(*(i.kept(names) for i in inspectors))
            self._kept = [name for name in names if name in wanted]
            self.schema = batch.schema
        if self._spool is None or not self._kept:
            return
        part = batch.select(self._kept)
        for name, column in zip(self._kept, part.columns, strict=True):
            self._sizes[name] = self._sizes.get(name, 0) + column.nbytes
        self._spool.write(part)

    def table(self, columns: Sequence[str]) -> pa.Table | None:
        """Return columns of all rows; ``None`` if they are larger than is granted."""
        if not columns:
            return pa.table({"": pa.nulls(self.rows)}).select([])
        if self._spool is None or not self.rows:
            return self.schema.empty_table().select(columns)
        if sum(self._sizes[name] for name in columns) > self._most:
            return None
        return pa.Table.from_batches([part.select(columns) for part in self._spool.read()])


def _told(reports: Sequence[QualityReport], severity: str) -> Iterator[Reason]:
    for report in reports:
        for failure in report.failures:
            if failure.severity == severity:
                yield _reason(report, failure)


def _reason(report: QualityReport, failure: QualityFailure) -> Reason:
    return Reason(
        code="QUALITY",
        message=f"{report.check}: {failure}",
        hint="mend the data or the check; what was read lies masked in the quarantine",
    )
