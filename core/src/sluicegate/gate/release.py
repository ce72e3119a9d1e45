"""Step 7: the attestation, and one atomic publish; or the quarantine."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sluicegate import __version__
from sluicegate.detect.measured import measured_detection
from sluicegate.evidence import ATTESTATION, build_statement, manifest_digest, sign_statement
from sluicegate.evidence.detection import Detection
from sluicegate.evidence.inclusion import prove_release
from sluicegate.gate.allowance import entries_to_copy
from sluicegate.gate.consent import approval_of
from sluicegate.gate.present import describe_mask
from sluicegate.gate.record import verified
from sluicegate.mask import PRF, uses_of
from sluicegate.model.allow import EXTRACT
from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gate.chamber import Chamber
    from sluicegate.gate.run import Run
    from sluicegate.gate.services import Services
    from sluicegate.gate.sink_proof import ProvenStaging
    from sluicegate.model.findings import Reason, ScanSummary
    from sluicegate.model.outcome import Outcome, OutputFile
    from sluicegate.model.plan import Plan
    from sluicegate.sinks.port import Staging

FINDINGS: Final = "_SLUICEGATE/findings.json"


def file_metadata(services: Services, plan: Plan) -> dict[bytes, bytes]:
    """Facts that every released file carries: its masks, their key and purpose."""
    facts = {
        "version": __version__,
        "plan": plan.digest,
        "policy": plan.decision.policy_digest,
        "purpose": plan.purpose,
        "masks": {c.name: describe_mask(c) for c in plan.columns},
        "pseudonyms": {"prf": PRF, "key_id": services.keyring.key_id("pseudonym", plan.purpose)},
        "keys": _key_ids(services, plan),
    }
    return {b"sluicegate": json.dumps(facts, sort_keys=True).encode()}


def labels(run_key: str, plan: Plan) -> dict[str, str]:
    """Facts that a store may show beside each file: object tags on S3."""
    return {
        "sluicegate-run": run_key,
        "sluicegate-policy": plan.decision.policy_digest,
        "sluicegate-purpose": plan.purpose,
    }


def publish(
    run: Run,
    staging: ProvenStaging,
    files: tuple[OutputFile, ...],
    chamber: Chamber,
    outcome: Outcome,
    parents: Sequence[str] = (),
) -> None:
    """Prove what the sink holds, record that the output passed, attest it, move it into place.

    Raises:
        OutputDiffers: the sink does not hold what it was given; nothing is published.
        LedgerUnavailable: the record could not be written or read; nothing is published.
        ChainBroken: the ledger's tree does not lead to the record; nothing is published.
        KeyDestroyed: the purpose's key was destroyed while the run went on; nothing is published.
        SinkError: the output could not be published; nothing stands there.
    """
    services, plan, scan = run.services, run.plan, outcome.scan
    assert scan is not None
    read = staging.prove(chamber.canaries_at_sink)
    key_ids = _key_ids(services, plan)
    passed = services.ledger.append(
        verified(run.key, plan, manifest_digest(files), key_ids, parents)
    )
    # after the record: what the ledger destroys later was released before
    services.keys.require(services.keyring.purpose_key(plan.purpose))
    statement = build_statement(
        plan=plan,
        identity=run.identity,
        run_key=run.key,
        files=files,
        scan=scan,
        detection=_detection(services),
        risk=outcome.risk,
        quality=outcome.quality,
        schema=outcome.types,
        key_ids=key_ids,
        redactions=chamber.redactions,
        canaries={
            "planted": chamber.canaries.planted,
            "seen_masked": chamber.canaries.seen_masked,
            **read.facts(),
        },
        blind_spots=scan.blind_spots,
        intent=run.intent,
        verified=passed,
        inclusion=prove_release(services.ledger, passed, services.signer),
        approvals=_approvals(run),
        parents=parents,
    )
    staging.publish({ATTESTATION: sign_statement(statement, services.signer)})


def quarantine(run: Run, staging: Staging, scan: ScanSummary, reasons: tuple[Reason, ...]) -> str:
    """Move the redacted data and the findings away from the output; return where they lie."""
    folder = run.services.settings.quarantine / run.key.removeprefix("sha256:")[:16]
    report = {
        "reasons": plain(reasons),
        "scan": plain(scan),
        "allow_list": entries_to_copy(f"{EXTRACT}{run.plan.source}", scan.samples),
    }
    tries = (Path(f"{folder}-{number}") for number in count(1))
    target = next(path for path in tries if not path.exists())
    staging.quarantine(str(target), {FINDINGS: json.dumps(report, indent=1).encode()})
    return str(target)


def _detection(services: Services) -> Detection:
    return Detection(
        catalogue=services.scanner.digest,
        recognizers=tuple(r.version for r in services.recognizers),
        scorecard=measured_detection(),
    )


def _key_ids(services: Services, plan: Plan) -> dict[str, str]:
    """Name, for each column that a keyed mask made, the purpose's key."""
    key_id = services.mask_keys(plan.purpose).key_id
    return {c.name: key_id for c in plan.columns if any(map(uses_of, c.masks.values()))}


def _approvals(run: Run) -> tuple[str, ...]:
    """Records of the consents that the run passed with: ``sequence hash``."""
    digest = approval_of(run.plan, run.identity)
    if not digest:
        return ()
    records = run.services.ledger.records(kind="approval.approved", subject=digest)
    return tuple(f"{r.sequence} {r.hash}" for r in records)
