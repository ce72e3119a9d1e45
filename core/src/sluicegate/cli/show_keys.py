"""Keys of purposes and re-key plans, as tables and documents. Never a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sluicegate.gate.rekey import StaleColumn, StaleDataset
    from sluicegate.mask.keys import Epoch, KeyHistory

HEADERS: Final = ("purpose", "epoch", "key id", "created", "by", "state")
PLAN_HEADERS: Final = ("", "output", "source", "released as", "columns", "under", "do")


def key_rows(history: KeyHistory) -> Iterator[Sequence[str]]:
    """Give a row for each epoch."""
    for epoch in history.epochs:
        created = f"{epoch.created:%Y-%m-%d %H:%M}"
        state = _state(history, epoch)
        yield history.purpose, str(epoch.number), epoch.key_id, created, epoch.created_by, state


def keys_document(history: KeyHistory) -> dict[str, Any]:
    """Give a purpose's epochs as JSON types."""
    return {
        "purpose": history.purpose,
        "current": history.current.key_id if history.current else None,
        "epochs": [_epoch(history, epoch) for epoch in history.epochs],
    }


def plan_rows(stale: Sequence[StaleDataset]) -> Iterator[Sequence[str]]:
    """Give a row for each dataset, in order."""
    for number, dataset in enumerate(stale, 1):
        under = ", ".join(sorted({_under(c) for c in dataset.columns}))
        names = ", ".join(f"{c.name} ({'+'.join(c.masks)})" for c in dataset.columns)
        record = f"record {dataset.sequence}" + ("" if dataset.certain else ", perhaps")
        yield str(number), dataset.output, dataset.source, record, names, under, dataset.action


def plan_document(dataset: StaleDataset) -> dict[str, Any]:
    """Give a dataset of a plan as JSON types."""
    return {
        "output": dataset.output,
        "source": dataset.source,
        "run": dataset.run_key,
        "record": dataset.sequence,
        "released": dataset.certain,
        "action": dataset.action,
        "columns": [
            {
                "name": c.name,
                "masks": list(c.masks),
                "key_id": c.key_id,
                "destroyed": c.destroyed,
                "translatable": c.translatable,
            }
            for c in dataset.columns
        ],
    }


def _epoch(history: KeyHistory, epoch: Epoch) -> dict[str, Any]:
    return {
        "epoch": epoch.number,
        "key_id": epoch.key_id,
        "created": epoch.created.isoformat(),
        "by": epoch.created_by,
        "destroyed": epoch.destroyed.isoformat() if epoch.destroyed else None,
        "state": _state(history, epoch),
    }


def _state(history: KeyHistory, epoch: Epoch) -> str:
    if epoch.destroyed:
        when = f"{epoch.destroyed:%Y-%m-%d %H:%M}"
        return f"destroyed {when}" + ("" if epoch.erased else ", not erased yet")
    return "current" if epoch == history.current else "earlier"


def _under(column: StaleColumn) -> str:
    return f"{column.key_id} (destroyed)" if column.destroyed else column.key_id
