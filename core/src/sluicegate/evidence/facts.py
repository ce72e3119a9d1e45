"""What an attestation tells, in a few facts: for logs, XCom and metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sluicegate.evidence.manifest import manifest_digest, read_files


def attested_facts(predicate: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts of a release that was verified: small, JSON, no value.

    Args:
        predicate: As a verification gives it whose output holds.
    """
    plan, identity, files = predicate["plan"], predicate["identity"], read_files(predicate)
    return {
        "dataset": manifest_digest(files),
        "released_at": predicate.get("released_at", ""),
        "producer": f"{identity['orchestrator']}:{identity['pipeline']}.{identity['task']}",
        "run": identity["run"],
        "environment": identity["environment"],
        "source": plan["source"],
        "relations": list(plan["relations"]),
        "purpose": plan["purpose"],
        "policy_digest": predicate["policy"]["digest"],
        "files": len(files),
        "rows": sum(file.rows for file in files),
        "bytes": sum(file.bytes for file in files),
        "approvals": len(predicate["approvals"]),
        "blind_spots": list(predicate["blind_spots"]),
    }
