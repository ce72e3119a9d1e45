"""Seals: the digest of all records of a run, written when it has ended.

The chain shows that no record was changed or taken out. A seal shows what belonged to a run when it
ended: a record that somebody who may append adds to the run afterwards stands behind the seal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sluicegate.gate.runs import STARTED, TASK, RunName
from sluicegate.model.canonical import digest
from sluicegate.model.events import Event

if TYPE_CHECKING:
    from sluicegate.model.events import EventLog, Record

SEALED: Final = "run.sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport:
    """What the ledger holds of a run, compared with its last seal."""

    run: RunName
    records: tuple[Record, ...]
    """All records of the run in order, seals too."""
    seal: Record | None
    """The last one; ``None`` if the run was not sealed."""
    fault: str = ""
    """What does not agree with the seal; empty if all does."""
    late: tuple[int, ...] = ()
    """Records behind the seal."""

    @property
    def ok(self) -> bool:
        """Whether the run was sealed and holds what it held then."""
        return self.seal is not None and not self.fault and not self.late


def seal_run(log: EventLog, run: RunName) -> Record | None:
    """Write the seal of a run; ``None`` if the ledger holds nothing that its last one lacks.

    Raises:
        LedgerUnavailable: the ledger cannot be read or written now.
    """
    records = run_records(log, run)
    if not records or records[-1].kind == SEALED:
        return None
    body = {**run.body, **_facts(records), "open": len(open_works(records))}
    return log.append(Event(kind=SEALED, subject=run.subject, body=body))


def check_seal(log: EventLog, run: RunName) -> SealReport:
    """Compare what the ledger holds of a run with the run's last seal.

    A run that was begun again after its seal is open until it is sealed again.

    Raises:
        LedgerUnavailable: the ledger cannot be read now.
    """
    records = tuple(run_records(log, run))
    places = [i for i, record in enumerate(records) if record.kind == SEALED]
    if not places:
        return SealReport(run=run, records=records, seal=None)
    seal, before, after = records[places[-1]], records[: places[-1]], records[places[-1] + 1 :]
    if any(record.kind == STARTED for record in after):
        return SealReport(run=run, records=records, seal=None)
    agrees = {**_facts(before), "open": len(open_works(before))}.items() <= seal.body.items()
    return SealReport(
        run=run,
        records=records,
        seal=seal,
        fault="" if agrees else "the records before the seal are not those that it covers",
        late=tuple(record.sequence for record in after),
    )


def run_records(log: EventLog, run: RunName) -> Sequence[Record]:
    """Return the run's own records and those of the work of its tasks, in the ledger's order."""
    found = {record.sequence: record for record in log.records(subject=run.subject)}
    works = {str(r.body["work"]) for r in found.values() if r.kind.startswith(TASK)}
    for work in works:
        found |= {record.sequence: record for record in log.records(subject=work)}
    return [found[sequence] for sequence in sorted(found)]


def open_works(records: Sequence[Record]) -> frozenset[tuple[str, int]]:
    """Tell which tries began and have no end yet: work and number."""
    began = set(_tries(records, begun=True))
    return frozenset(began - set(_tries(records, begun=False)))


def _tries(records: Sequence[Record], *, begun: bool) -> Iterator[tuple[str, int]]:
    for record in records:
        if record.kind.startswith(TASK) and (record.kind == f"{TASK}started") is begun:
            yield str(record.body["work"]), int(record.body["try_number"])


def _facts(records: Sequence[Record]) -> dict[str, object]:
    return {
        "records": len(records),
        "first": records[0].sequence if records else 0,
        "last": records[-1].sequence if records else 0,
        "digest": digest([[record.sequence, record.hash] for record in records]),
    }
