"""Asks the witnesses of the settings what they hold of the ledger, for ``doctor``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sluicegate.errors import SluicegateError
from sluicegate.ledger import Checkpoint, open_witness
from sluicegate.ledger.bounded import within
from sluicegate.model.health import Check, Health

_SECONDS: Final = 20.0


@dataclass(slots=True)
class Testimony:
    """What all witnesses hold of one ledger, and a check for each of them."""

    checks: list[Check] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)


def ask_witnesses(addresses: Sequence[str], origin: str) -> Testimony:
    """Ask each witness, for a bounded time.

    Args:
        addresses: Of the settings.
        origin: Names the ledger, as its checkpoints do.
    """
    found = Testimony()
    for number, address in enumerate(addresses, start=1):
        area = f"witness {number}"
        try:
            kept = within(_SECONDS, partial(_kept, address), place=f"the {area}")
        except SluicegateError as error:
            health = Health.UNAVAILABLE if error.retryable else Health.WRONG
            found.checks.append(
                Check(area=area, health=health, message=error.message, hint=error.hint)
            )
            continue
        ours = [checkpoint for checkpoint in kept if checkpoint.origin == origin]
        found.checkpoints += ours
        found.checks.append(_check(area, ours))
    return found


def _kept(address: str) -> Sequence[Checkpoint]:
    return open_witness(address).kept()


def _check(area: str, ours: Sequence[Checkpoint]) -> Check:
    if not ours:
        return Check(
            area=area,
            health=Health.FINDING,
            message="holds no checkpoint of this ledger",
            hint="`sluicegate ledger checkpoint` gives it one; or the ledger was replaced",
        )
    newest = max(checkpoint.size for checkpoint in ours)
    message = f"holds {len(ours):,} checkpoint(s), the newest of {newest:,} records"
    return Check(area=area, health=Health.FINE, message=message)
