"""Step 7: the attestation, and one atomic publish; or the quarantine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from sluicegate import __version__
from sluicegate.evidence import build_statement, manifest_digest, sign_statement
from sluicegate.gate.present import describe_mask
from sluicegate.gate.record import verified
from sluicegate.mask import PRF
from sluicegate.model.canonical import plain
from sluicegate.model.masks import Pseudonymize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sluicegate.gate.chamber import Chamber
    from sluicegate.gate.services import Services
    from sluicegate.model.events import Record
    from sluicegate.model.findings import ScanSummary
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import OutputFile
    from sluicegate.model.plan import Plan
    from sluicegate.sinks.port import Staging

ATTESTATION: Final = "_SLUICEGATE/attestation.json"
FINDINGS: Final = "_SLUICEGATE/findings.json"


def file_metadata(services: Services, plan: Plan) -> dict[bytes, bytes]:
    """Facts that every released file carries: what was masked, with which key, for which purpose."""
    facts = {
        "version": __version__,
        "plan": plan.digest,
        "policy": plan.decision.policy_digest,
        "purpose": plan.purpose,
        "masks": {c.name: describe_mask(c) for c in plan.columns},
        "pseudonyms": {"prf": PRF, "key_id": services.keyring.key_id("pseudonym", plan.purpose)},
    }
    return {b"sluicegate": json.dumps(facts, sort_keys=True).encode()}


def publish(
    services: Services,
    plan: Plan,
    identity: RunIdentity,
    run_key: str,
    staging: Staging,
    files: tuple[OutputFile, ...],
    chamber: Chamber,
    scan: ScanSummary,
    schema: pa.Schema,
    intent: Record,
) -> None:
    """Record that the output passed, attest it, and move it into place.

    Raises:
        LedgerUnavailable: the record could not be written; nothing is published.
        SinkError: the output could not be published; nothing stands there.
    """
    passed = services.ledger.append(verified(run_key, plan, manifest_digest(files)))
    statement = build_statement(
        plan=plan,
        identity=identity,
        files=files,
        scan=scan,
        schema={f.name: str(f.type) for f in schema},
        key_ids=_key_ids(services, plan),
        redactions=chamber.redactions,
        canaries={
            "planted": chamber.canaries.planted,
            "seen_masked": chamber.canaries.seen_masked,
        },
        blind_spots=scan.blind_spots,
        intent=intent,
        verified=passed,
        approvals=_approvals(services, plan),
    )
    staging.publish({ATTESTATION: sign_statement(statement, services.signer)})


def quarantine(
    services: Services,
    run_key: str,
    staging: Staging,
    scan: ScanSummary,
    reasons: tuple[dict[str, Any], ...],
) -> str:
    """Move the redacted data and the findings away from the output; return where they lie."""
    folder = services.settings.quarantine / run_key.removeprefix("sha256:")[:16]
    report: Mapping[str, Any] = {"reasons": list(reasons), "scan": plain(scan)}
    number = 1
    target = folder
    while target.exists():
        number += 1
        target = Path(f"{folder}-{number}")
    staging.quarantine(str(target), {FINDINGS: json.dumps(report, indent=1).encode()})
    return str(target)


def _key_ids(services: Services, plan: Plan) -> dict[str, str]:
    key_id = services.keyring.key_id("pseudonym", plan.purpose)
    masked = (c for c in plan.columns if any(isinstance(m, Pseudonymize) for m in c.masks.values()))
    return {c.name: key_id for c in masked}


def _approvals(services: Services, plan: Plan) -> tuple[str, ...]:
    """Records of the consents that this plan ran under: ``sequence hash``."""
    if plan.decision.obligations.approval is None:
        return ()
    records = services.ledger.records(kind="approval.approved")
    wanted = plan.digest
    return tuple(
        f"{r.sequence} {r.hash}" for r in records if r.body.get("plan", wanted) == wanted
    )
