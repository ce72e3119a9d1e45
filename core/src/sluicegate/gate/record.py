"""What the ledger is told: bodies of events, JSON types only, no value from the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sluicegate.gate.present import describe_mask
from sluicegate.model.canonical import plain
from sluicegate.model.events import Event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sluicegate.model.findings import Reason
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import Outcome
    from sluicegate.model.plan import Plan
    from sluicegate.model.request import ExtractRequest


_MOST_COLUMNS: Final = 1000
"""A body has a bound. The plan's digest stands for all of them."""


def intent(verb: str, run_key: str, plan: Plan, identity: RunIdentity) -> Event:
    """On record before any row is asked for (promise P3).

    Args:
        verb: ``extract`` or ``preview``.
        run_key: Names the work over its tries.
        plan: What will run.
        identity: Who runs it.
    """
    body = {"identity": plain(identity), "plan": plan_facts(plan)}
    return Event(kind=f"{verb}.intent", subject=run_key, body=body)


def refusal(
    verb: str,
    run_key: str,
    *,
    request: ExtractRequest,
    identity: RunIdentity,
    reasons: Sequence[Reason],
    statement_digest: str,
) -> Event:
    """A request that was refused before it had a plan, or whose plan may not run.

    The statement itself may hold values, so only its keyed digest is kept.
    """
    body = {
        "identity": plain(identity),
        "source": request.source,
        "purpose": request.purpose,
        "output": request.output,
        "statement": statement_digest,
        "reasons": [plain(r) for r in reasons],
    }
    return Event(kind=f"{verb}.refused", subject=run_key, body=body)


def verified(
    run_key: str,
    plan: Plan,
    manifest: str,
    key_ids: Mapping[str, str],
    parents: Sequence[str] = (),
) -> Event:
    """The output passed; it will be published. Written before it is.

    Args:
        run_key: Names the work over its tries.
        plan: What ran.
        manifest: Digest of the files.
        key_ids: Column → id of the key that it was masked with, for columns of keyed masks.
        parents: Digests of the releases that it was made from.
    """
    methods = {c.name: sorted({m.method for m in c.masks.values()}) for c in plan.columns}
    body = {
        "plan": plan.digest,
        "manifest": manifest,
        "output": plan.output,
        "source": plan.source,
        "purpose": plan.purpose,
        "parents": list(parents),
        "keys": {name: {"id": key, "masks": methods[name]} for name, key in key_ids.items()},
    }
    return Event(kind="extract.verified", subject=run_key, body=body)


def outcome(verb: str, result: Outcome) -> Event:
    """How it ended."""
    body = {
        "status": result.status.value,
        "replayed": result.replayed,
        "plan": result.plan.digest if result.plan else "",
        "source": result.plan.source if result.plan else "",
        "purpose": result.plan.purpose if result.plan else "",
        "relations": [str(r) for r in result.plan.relations] if result.plan else [],
        "rows": result.rows,
        "bytes": result.bytes,
        "files": [plain(f) for f in result.files[:1000]],
        "output": result.output,
        "quarantine": result.quarantine,
        "reasons": [plain(r) for r in result.reasons],
        "warnings": [plain(w) for w in result.warnings],
        "findings": {str(k): v for k, v in result.scan.by_class().items()} if result.scan else {},
        "allowed": [plain(a) for a in result.scan.allowed[:1000]] if result.scan else [],
        "risk": plain(result.risk),
        "quality": plain(result.quality),
        "redactions": [plain(r) for r in result.redactions],
        "blind_spots": list(result.blind_spots),
    }
    return Event(kind=f"{verb}.outcome", subject=result.run_key, body=body)


def failure(verb: str, run_key: str, plan: Plan, code: str) -> Event:
    """It could not be done; the code of the error, never its text."""
    body = {"status": "failed", "plan": plan.digest, "error": code}
    return Event(kind=f"{verb}.outcome", subject=run_key, body=body)


def columns_read(plan: Plan) -> list[str]:
    """Name every column of the source that the statement looks at, each once, in order."""
    origins = (ref for column in plan.columns for ref in column.origins)
    influences = (ref for refs in plan.influences.values() for ref in refs)
    return sorted({str(ref) for ref in (*plan.facts.columns, *origins, *influences)})


def plan_facts(plan: Plan) -> dict[str, Any]:
    """What an auditor asks of a plan."""
    return {
        "digest": plan.digest,
        "source": plan.source,
        "purpose": plan.purpose,
        "output": plan.output,
        "options": plain(plan.output_options),
        "shape": plan.shape,
        "relations": [str(r) for r in plan.relations],
        "reads": columns_read(plan)[:_MOST_COLUMNS],
        "enforcement": plan.enforcement,
        "policy": plan.decision.policy_digest,
        "rules": list(plan.decision.rules),
        "allow_list": plan.allow_digest,
        "quality": plain(plan.quality),
        "columns": {c.name: describe_mask(c) for c in plan.columns},
        "warnings": [plain(w) for w in plan.warnings],
        "estimate": plain(plan.estimate) if plan.estimate else None,
    }
