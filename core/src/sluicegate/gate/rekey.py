"""What a purpose's released datasets need after a rotation, as the ledger tells it.

A pseudonym is a PRF of a digest that nobody keeps, so no key turns old pseudonyms into new ones: a
dataset is brought to the current epoch by extracting it again. Reversible masks can be revealed
under the old key and masked under the new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sluicegate.mask.keys import KeyHistory
    from sluicegate.model.events import EventLog, Record

REVERSIBLE: Final = frozenset({"tokenize", "preserve_format"})
"""Methods of masks whose values can be revealed by who holds the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleColumn:
    """A column that was masked under an earlier key."""

    name: str
    masks: tuple[str, ...]
    key_id: str
    destroyed: bool
    """Whether that key was destroyed, so that nothing can be revealed any more."""

    @property
    def translatable(self) -> bool:
        """Whether its values can be revealed and masked anew without the source."""
        return bool(self.masks) and not self.destroyed and REVERSIBLE.issuperset(self.masks)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleDataset:
    """A released output that does not join with what is extracted now."""

    output: str
    source: str
    columns: tuple[StaleColumn, ...]
    run_key: str
    sequence: int
    """Of the record that its release is told by."""
    certain: bool
    """Whether its release is on record too; a crash leaves only the record before it."""

    @property
    def action(self) -> str:
        """``translate`` if all its columns can be, else ``re-extract``."""
        return "translate" if all(c.translatable for c in self.columns) else "re-extract"


def rekey_plan(log: EventLog, history: KeyHistory) -> list[StaleDataset]:
    """List the datasets of a purpose with columns under another key than the current one.

    Of each output its last release counts. They come in the order in which they were released: a
    dataset that was made from another one was made after it, so it is extracted after it again.

    Args:
        log: The ledger.
        history: Of the purpose's key.
    """
    ends = _ends(log)
    latest: dict[str, Record] = {}
    for record in log.records(kind="extract.verified"):
        told = record.body.get("purpose") == history.purpose and record.body.get("keys")
        if told and ends.get(record.subject) != "failed":
            latest[record.body["output"]] = record
    found = (_stale(record, history, ends) for record in latest.values())
    return sorted((s for s in found if s.columns), key=lambda s: s.sequence)


def _ends(log: EventLog) -> dict[str, str]:
    """Tell how the last try of each run ended."""
    return {r.subject: r.body["status"] for r in log.records(kind="extract.outcome")}


def _stale(record: Record, history: KeyHistory, ends: Mapping[str, str]) -> StaleDataset:
    body = record.body
    return StaleDataset(
        output=body["output"],
        source=body["source"],
        columns=tuple(_columns(body["keys"], history)),
        run_key=record.subject,
        sequence=record.sequence,
        certain=record.subject in ends,
    )


def _columns(keys: Mapping[str, Any], history: KeyHistory) -> Iterator[StaleColumn]:
    current = history.current.key_id if history.current else ""
    alive = {e.key_id for e in history.alive}
    for name, told in sorted(keys.items()):
        if told["id"] != current:
            yield StaleColumn(
                name=name,
                masks=tuple(told["masks"]),
                key_id=told["id"],
                destroyed=told["id"] not in alive,
            )
