"""Compares a result with the last ones of its consumer: what two of them differ in may be a person.

What is kept of a release is small and keyed: its number of rows, and a sketch of how many rows
each class has. Of an aggregate with few groups the count of each group is kept, since a single
count that moves by little tells as much as a whole result that does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any, Final

from sluicegate.model.findings import Reason
from sluicegate.risk import RiskMeter, Sketch

if TYPE_CHECKING:
    from sluicegate.gate.account import Entry
    from sluicegate.gate.measuring import Measuring
    from sluicegate.mask import Keyring
    from sluicegate.model.plan import Plan

KEPT: Final = 32
"""Earlier results that a new one is compared with."""
_COMBINED: Final = 12
"""The newest of them, which are also combined by two."""
_MOST_GROUPS: Final = 1000

Facts = Mapping[str, Any]


def facts_of(plan: Plan, columns: Measuring, meter: RiskMeter, keyring: Keyring) -> Facts:
    """Return what is kept of a result: JSON types, and nothing that can be looked up."""
    terms = plan.decision.obligations.risk
    assert terms is not None
    keys, counts = meter.keyed(keyring.derive("differencing", plan.purpose).reveal())
    few = columns.counts and len(keys) <= _MOST_GROUPS
    names = [f"{key:016x}" for key in keys.tolist()] if few else []
    return {
        "source": plan.source,
        "relations": sorted(str(r) for r in plan.relations),
        "layout": columns.layout,
        "total": int(counts.sum()),
        "groups": dict(zip(names, counts.tolist(), strict=True)) if few else {},
        "sketch": Sketch.of(keys, counts, terms.k or 2).plain(),
    }


def too_near(now: Facts, run_key: str, entries: Sequence[Entry], k: int) -> Iterator[Reason]:
    """Tell which earlier results single somebody out when compared with this one.

    Args:
        now: Of this result.
        run_key: Its run; an earlier try of it does not count.
        entries: Of the account, newest first.
        k: Differences of fewer than so many rows are too small.
    """
    others = [e for e in entries if "sketch" in e.body and e.body["run"] != run_key]
    others = [e for e in others if _shares(e.body, now)][:KEPT]
    alike = [e for e in others if _comparable(e.body, now)]
    for entry in others:
        near = _differs(now, entry.body, k) if entry in alike else _totals(now, entry.body, k)
        if near:
            yield _reason(k, str(entry.sequence))
    yield from _combined(now, alike[:_COMBINED], k)


def _differs(now: Facts, before: Facts, k: int) -> bool:
    moved = (
        abs(now["groups"][g] - before["groups"][g]) for g in now["groups"] if g in before["groups"]
    )
    if any(0 < by < k for by in moved):
        return True
    return _small(Sketch.read(now["sketch"]) - Sketch.read(before["sketch"]), k)


def _totals(now: Facts, before: Facts, k: int) -> bool:
    return bool(0 < abs(now["total"] - before["total"]) < k)


def _combined(now: Facts, entries: Sequence[Entry], k: int) -> Iterator[Reason]:
    """Compare with two earlier results: one and this against another, or this against both."""
    own = Sketch.read(now["sketch"])
    known = {e.sequence: Sketch.read(e.body["sketch"]) for e in entries}
    parts = ((own + known[a] - known[b], (a, b)) for a, b in permutations(known, 2))
    whole = ((own - known[a] - known[b], (a, b)) for a, b in combinations(known, 2))
    for sketch, (a, b) in (*parts, *whole):
        if _small(sketch, k):
            yield _reason(k, f"{min(a, b)} and {max(a, b)} together")
            return


def _small(difference: Sketch, k: int) -> bool:
    return bool(difference.difference(k))


def _shares(before: Facts, now: Facts) -> bool:
    """Tell whether two results read a relation in common: a table beside it hides nothing."""
    same = before["source"] == now["source"]
    return same and not set(before["relations"]).isdisjoint(now["relations"])


def _comparable(before: Facts, now: Facts) -> bool:
    """Tell whether classes of both are the same; a policy with another ``k`` has other sketches."""
    width = len(before["sketch"]) == len(now["sketch"])
    return bool(width and before["layout"] == now["layout"])


def _reason(k: int, records: str) -> Reason:
    return Reason(
        code="RISK-DIFFERENCE",
        message=f"the result differs by fewer than k = {k} rows from what the same consumer got"
        f" before (record {records}): the difference tells of these people",
        hint="extract again when more has changed, or ask for the same result once only",
    )
