"""What a task's last release looked like, so that the next one can be compared with it.

A baseline is a record of the ledger. It is written when there is none and when the next release
differs from it, so a task that runs alike every day costs one read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sluicegate.errors import LedgerError
from sluicegate.model.canonical import digest
from sluicegate.model.events import Event

if TYPE_CHECKING:
    from sluicegate.ledger import Ledger
    from sluicegate.model.data import Relation
    from sluicegate.model.identity import RunIdentity

KIND: Final = "extract.baseline"
_MOST: Final = 1.5
_LEAST: Final = 0.5

Columns = Mapping[str, tuple[str, ...]]
"""Relation to the names of its columns, sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Facts of one release."""

    rows: int
    shape: str
    """Digest of the statement's shape: row counts of two statements say nothing of each other."""
    columns: Columns

    def differs(self, other: Baseline) -> bool:
        """Tell whether ``other`` is worth a baseline of its own."""
        return (self.shape, self.columns) != (other.shape, other.columns) or self.moved(other.rows)

    def moved(self, rows: int) -> bool:
        """Tell whether ``rows`` is less than half of these, or more than half as many again."""
        return not self.rows * _LEAST <= rows <= self.rows * _MOST

    def new_columns(self, columns: Columns) -> Iterator[str]:
        """Name the columns that were not there."""
        for relation, names in columns.items():
            known = self.columns.get(relation, names)
            yield from (f"{relation}.{name}" for name in names if name not in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of a task that reads some relations."""

    subject: str
    """Digest of the task and the relations."""
    before: Baseline | None
    columns: Columns
    """That the source has now."""

    def now(self, rows: int, shape: str) -> Baseline:
        """Return the baseline of this release."""
        return Baseline(rows=rows, shape=digest(shape), columns=self.columns)


def look_up(
    ledger: Ledger, identity: RunIdentity, source: str, relations: Sequence[Relation]
) -> History:
    """Find the last baseline that another run of the task wrote.

    A later try of a run must see what its first try saw, or it would have another plan.

    Raises:
        LedgerUnavailable: the ledger cannot be read.
    """
    task = [identity.orchestrator, identity.pipeline, identity.task]
    subject = digest([*task, source, *sorted(str(r.name) for r in relations)])
    before, run_key = None, digest(identity.work_key)
    for record in ledger.records(kind=KIND, subject=subject, newest_first=True):
        body = record.body
        if body["run"] != run_key:
            columns = {name: tuple(names) for name, names in body["columns"].items()}
            before = Baseline(rows=body["rows"], shape=body["shape"], columns=columns)
            break
    columns = {str(r.name): tuple(sorted(c.name for c in r.columns)) for r in relations}
    return History(subject=subject, before=before, columns=columns)


def keep(ledger: Ledger, history: History, run_key: str, rows: int, shape: str) -> None:
    """Write the baseline of a release if it differs from the one before.

    Failure mode: open. The data is released by now; the next run will compare with an older one.
    """
    now = history.now(rows, shape)
    if history.before is not None and not history.before.differs(now):
        return
    body = {
        "run": run_key,
        "rows": now.rows,
        "shape": now.shape,
        "columns": {name: list(names) for name, names in now.columns.items()},
    }
    with suppress(LedgerError):
        ledger.append(Event(kind=KIND, subject=history.subject, body=body))
