"""A ledger with a little of everything that evidence is made of; no gate needed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.model.canonical import digest
from sluicegate.model.events import Event

SIGNER = Ed25519Signer(bytes(range(32)))
KEYS = {SIGNER.key_id: SIGNER.public_key}
POLICY = "sha256:" + "a" * 64
LATER_POLICY = "sha256:" + "b" * 64
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)


def clock() -> Iterator[datetime]:
    """A moment every six hours."""
    return (BEGIN + timedelta(hours=6 * n) for n in itertools.count())


def identity(
    pipeline: str = "daily", person: str | None = "ann", run: str = "r1"
) -> dict[str, Any]:
    return {
        "orchestrator": "airflow", "pipeline": pipeline, "task": "extract", "run": run,
        "map_index": None, "partition": None, "triggered_by": person,
    }  # fmt: skip


def work_of(who: Mapping[str, Any]) -> str:
    return digest([who["orchestrator"], who["pipeline"], who["task"], who["run"], "", ""])


def intent(who: Mapping[str, Any], output: str, policy: str = POLICY) -> Event:
    plan = {
        "digest": digest(output), "source": "shop", "purpose": "training", "output": output,
        "policy": policy, "relations": ["main.customers"], "reads": ["main.customers.email"],
        "columns": {"email": "pseudonymize"},
    }  # fmt: skip
    return Event(kind="extract.intent", subject=work_of(who), body={"identity": who, "plan": plan})


def ended(who: Mapping[str, Any], status: str, **more: Any) -> Event:
    body = {"status": status, "rows": 20, "findings": {}, "replayed": False, **more}
    return Event(kind="extract.outcome", subject=work_of(who), body=body)


def events() -> list[Event]:
    ann, bob = identity(), identity("weekly", "bob", "r2")
    leak = [{"code": "LEAK", "message": "a finding"}]
    forbidden = [{"code": "G02", "message": "it changes data"}]
    approval = digest("approval")
    return [
        intent(ann, "out/a"),
        Event(kind="extract.verified", subject=work_of(ann), body={"output": "out/a"}),
        ended(ann, "released"),
        Event(kind="approval.requested", subject=approval, body={"work": work_of(bob)}),
        Event(kind="approval.approved", subject=approval, body={"person": "eve"}),
        intent(bob, "out/b", LATER_POLICY),
        ended(bob, "quarantined", findings={"email": 3}, reasons=leak),
        Event(kind="extract.refused", subject=digest("x"), body={"identity": ann, "reasons": forbidden}),
    ]  # fmt: skip


def make(path: Path) -> Ledger:
    """Write the events: records 1 to 8 within two days."""
    moments = clock()
    ledger = open_ledger(str(path), SIGNER, trusted=KEYS, clock=lambda: next(moments))
    for event in events():
        ledger.append(event)
    return ledger
