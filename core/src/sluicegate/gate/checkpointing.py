"""Signs the ledger by itself, after an outcome is on record, and gives the checkpoint to witnesses.

Failure mode: open. The outcome stands whatever becomes of this; what could not be done is a warning
of the outcome. Signing waits as long as one record may; all witnesses together have one bound, and
are asked at once. A witness that missed a checkpoint gets all of it with the next one, which covers
the same records.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from sluicegate.errors import SluicegateError
from sluicegate.ledger import open_witness
from sluicegate.ledger.bounded import failures_within
from sluicegate.ledger.kinds import CHECKPOINT
from sluicegate.model.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gate.services import Services
    from sluicegate.ledger import Checkpoint, Ledger
    from sluicegate.model.checkpoint_schedule import CheckpointSchedule
    from sluicegate.model.outcome import Outcome

WITNESS_SECONDS: Final = 10.0
"""Longest that all witnesses together may hold up a run."""
_HINT: Final = (
    "the next checkpoint covers these records too; `sluicegate ledger checkpoint` makes one now"
)


def checkpointed(services: Services, outcome: Outcome) -> Outcome:
    """Sign the ledger if it is time, and return the outcome with a warning of what failed.

    Args:
        services: The opened parts of the gate.
        outcome: Of a run; its ``outcome_sequence`` is on record.
    """
    settings = services.settings
    try:
        if not _due(settings.checkpoint, services.ledger, outcome.outcome_sequence):
            return outcome
        signed = services.ledger.checkpoint()
    except SluicegateError as error:
        told = f"the ledger was not signed: {error.message}"
        warnings: Sequence[Reason] = [Reason(code="LEDGER-CHECKPOINT", message=told, hint=_HINT)]
    else:
        warnings = _witnessed(settings.witnesses, signed)
    return replace(outcome, warnings=(*outcome.warnings, *warnings)) if warnings else outcome


def _due(schedule: CheckpointSchedule, ledger: Ledger, newest: int) -> bool:
    """Count from the end of what the last checkpoint covers, or from the ledger's first record."""
    if schedule.off:
        return False
    last = next(ledger.records(kind=CHECKPOINT, newest_first=True), None)
    if last is not None:
        covered, time = int(last.body.get("size", 0)), last.time
    else:
        first = ledger.row(1)
        if first is None:
            return False
        covered, time = 0, first.record().time
    return schedule.due(records=newest - covered, age=datetime.now(UTC) - time)


def _witnessed(addresses: Sequence[str], signed: Checkpoint) -> list[Reason]:
    # what follows a question mark may hold a token
    acts = {
        f"the witness {number} ({address.partition('?')[0]})": partial(_keep, address, signed)
        for number, address in enumerate(addresses, start=1)
    }
    return [
        Reason(
            code="LEDGER-WITNESS",
            message=f"a checkpoint did not reach {place}: {error.message}",
            hint=error.hint or _HINT,
        )
        for place, error in failures_within(WITNESS_SECONDS, acts).items()
    ]


def _keep(address: str, signed: Checkpoint) -> None:
    open_witness(address).keep(signed)
