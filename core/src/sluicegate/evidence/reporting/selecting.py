"""Chooses the records of a scope, and proves each of them against one checkpoint.

The checkpoint is the first that covers all that was chosen, so that evidence of a past period stays
the same, byte for byte, while the ledger grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import ConfigurationError
from sluicegate.evidence.reporting.entry import Entry
from sluicegate.ledger.checkpoint import Checkpoint
from sluicegate.ledger.kinds import CHECKPOINT
from sluicegate.ledger.proof import prove_rows
from sluicegate.ledger.question import Facts, facts_of
from sluicegate.model.canonical import digest

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.scope import Scope
    from sluicegate.ledger import Ledger
    from sluicegate.model.events import Record

_OF_ALL: Final = ("ledger.checkpoint", "ledger.held", "ledger.hold_ended", "ledger.dropped")
"""Kinds that are about every record, so they belong to every scope."""
_WORK: Final = ("orchestrator", "pipeline", "task", "run")


def select(ledger: Ledger, scope: Scope) -> tuple[tuple[Entry, ...], Checkpoint | None]:
    """Choose and prove the records of a scope.

    It reads the whole ledger once, and checks the signature of every record that it reads.

    Args:
        ledger: Opened with the keys that are trusted.
        scope: What is asked.

    Returns:
        The records in their order, and the checkpoint that they are proven against; ``None`` only
        if there is neither a record nor a checkpoint.

    Raises:
        ConfigurationError: no checkpoint covers the last of them yet.
        ChainBroken: a record does not hold, or is not where the checkpoint says.
        LedgerUnavailable: the ledger cannot be read.
    """
    checkpoints = _checkpoints(ledger)
    chosen = list(_chosen(ledger, scope, checkpoints))
    signed = _covering(checkpoints, chosen)
    if signed is None:
        return (), checkpoints[-1] if checkpoints else None
    covered = [entry for entry in chosen if entry.sequence <= signed.size]
    proofs = prove_rows(ledger, (entry.row for entry in covered), signed)
    return tuple(replace(e, proof=p) for e, p in zip(covered, proofs, strict=True)), signed


def _checkpoints(ledger: Ledger) -> Sequence[Checkpoint]:
    found = [r for r in ledger.records(kind=CHECKPOINT) if not r.dropped]
    signed = [Checkpoint.read(str(record.body["note"])) for record in found]
    for checkpoint in signed:
        checkpoint.require(ledger.trusted)
    return sorted(signed, key=lambda checkpoint: checkpoint.size)


def _chosen(ledger: Ledger, scope: Scope, checkpoints: Sequence[Checkpoint]) -> Iterator[Entry]:
    last = checkpoints[-1].size if checkpoints and scope.until is None else None
    entries = [e for e in _entries(ledger) if last is None or e.sequence <= last]
    works = {_work(e.record) for e in entries if scope.narrow and scope.names(e.facts)} - {""}
    requests = {
        e.record.subject for e in entries if scope.narrow and e.record.body.get("work") in works
    }
    for entry in entries:
        if scope.in_period(entry.record.time) and _meant(entry, scope, requests):
            yield entry


def _meant(entry: Entry, scope: Scope, requests: Iterable[str]) -> bool:
    """An approval is of the work that asked for it, though it is about a plan."""
    return (
        scope.names(entry.facts)
        or entry.record.kind in _OF_ALL
        or (entry.record.kind.startswith("approval.") and entry.record.subject in requests)
    )


def _entries(ledger: Ledger) -> Iterator[Entry]:
    works: dict[str, Facts] = {}
    policy = ""
    for row in ledger.rows():
        record = row.record()
        facts = facts_of(record, works.get(record.subject))
        if record.kind.endswith((".intent", ".refused")):
            works[record.subject] = facts
        turns = bool(facts.policy) and facts.policy != policy
        policy = facts.policy or policy
        yield Entry(record=record, row=row, facts=facts, turns_policy=turns)


def _work(record: Record) -> str:
    """Digest of the work that a record names, as approvals write it; empty if it names none."""
    identity = record.body.get("identity")
    if not isinstance(identity, Mapping):
        return ""
    index = identity.get("map_index")
    told: list[Any] = [identity.get(name, "") for name in _WORK]
    return digest([*told, "" if index is None else str(index), identity.get("partition") or ""])


def _covering(checkpoints: Sequence[Checkpoint], chosen: Sequence[Entry]) -> Checkpoint | None:
    """Return the first checkpoint over all that is chosen.

    A checkpoint's own record comes after what it covers and proves itself: it is not waited for.
    """
    needed = max((e.sequence for e in chosen if e.record.kind != CHECKPOINT), default=0)
    if not needed and not chosen:
        return None
    found = next((c for c in checkpoints if c.size >= needed), None)
    if found is None:
        raise ConfigurationError(
            f"no checkpoint covers record {needed} yet, so it cannot be proven",
            hint="`sluicegate ledger checkpoint`, or ask for an earlier end",
        )
    return found
