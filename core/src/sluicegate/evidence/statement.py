"""The attestation's content: an in-toto Statement v1 about one released output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from sluicegate.evidence.detection import Detection
from sluicegate.evidence.manifest import MANIFEST, manifest_digest
from sluicegate.model.canonical import plain
from sluicegate.model.masks import parameters_of

if TYPE_CHECKING:
    from sluicegate.model.events import Record
    from sluicegate.model.findings import RedactionCount, ScanSummary
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import OutputFile
    from sluicegate.model.plan import OutputColumn, Plan
    from sluicegate.model.quality import QualityReport
    from sluicegate.model.risk import RiskReport

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:sluicegate:attestation:extract:v1"
PREDICATE_KEYS: Final = frozenset(
    {
        "run_key", "identity", "plan", "policy", "columns", "files", "scan", "redactions",
        "canaries", "approvals", "blind_spots", "ledger",
    }
)  # fmt: skip


def build_statement(
    *,
    plan: Plan,
    identity: RunIdentity,
    run_key: str,
    files: Sequence[OutputFile],
    schema: Mapping[str, str],
    key_ids: Mapping[str, str],
    scan: ScanSummary,
    detection: Detection,
    risk: RiskReport | None,
    quality: Sequence[QualityReport],
    redactions: Sequence[RedactionCount],
    canaries: Mapping[str, int],
    blind_spots: Sequence[str],
    approvals: Sequence[str],
    intent: Record,
    verified: Record,
    inclusion: Mapping[str, Any],
    parents: Sequence[str] = (),
) -> dict[str, Any]:
    """Say which run, identity, policy, SQL and masks made exactly these files.

    The statement's shape and digests are in it; its literals, parameters and rows are not.

    Args:
        plan: What ran.
        identity: Who ran it.
        run_key: Digest of the work key.
        files: Everything that was released.
        schema: Column → Arrow type.
        key_ids: Column → id of the key of its pseudonyms.
        scan: What the verifier saw.
        detection: What looked, and how good it was measured to be.
        risk: The disclosure risk of the result; ``None`` if it was not measured.
        quality: How the quality checks ended.
        redactions: What was redacted from text.
        canaries: ``planted`` and ``seen_masked``; of the sink ``seen_at_sink``, ``rows_written``
            and ``rows_read_back``.
        blind_spots: What was not checked.
        approvals: ``sequence hash`` of the records of consent.
        intent: Record of the ledger before the extract.
        verified: Record of the ledger before the publish; its time is that of the release.
        inclusion: Proof that the ledger holds that record; see ``prove_release``.
        parents: Digests of the manifests of the releases that it was made from.

    Raises:
        IntegrityError: the files have names or digests that no reader would accept.

    Returns:
        JSON types, as ``schema/attestation-v1.json`` describes.
    """
    subjects = [{"name": MANIFEST, "digest": _digest(manifest_digest(files))}]
    subjects += [{"name": f.name, "digest": {"sha256": f.sha256}} for f in files]
    predicate = {
        "run_key": run_key,
        "released_at": verified.time.astimezone(UTC).isoformat(),
        "identity": plain(identity),
        "plan": {
            "digest": plan.digest,
            "source": plan.source,
            "dialect": plan.dialect,
            "purpose": plan.purpose,
            "output": plan.output,
            "shape": plan.shape,
            "parameters": plan.parameters_digest,
            "relations": [str(r) for r in plan.relations],
            "source_schema": plan.source_schema,
            "enforcement": plan.enforcement,
            "options": plain(plan.output_options),
        },
        "policy": {
            "digest": plan.decision.policy_digest,
            "rules": list(plan.decision.rules),
            "allow_list": plan.allow_digest,
        },
        "columns": [_column(c, schema, key_ids) for c in plan.columns],
        "files": plain(list(files)),
        "scan": {
            "rows": scan.rows,
            "bytes": scan.bytes,
            "detectors": scan.detectors,
            "findings": {str(k): v for k, v in scan.by_class().items()},
            "allowed": plain(list(scan.allowed)),
            **detection.document(scan.detectors),
        },
        "risk": plain(risk),
        "quality": plain(list(quality)),
        "redactions": plain(list(redactions)),
        "canaries": dict(canaries),
        "approvals": list(approvals),
        "blind_spots": list(blind_spots),
        "parents": list(parents),
        "ledger": {"intent": _place(intent), "verified": _place(verified)},
        "inclusion": dict(inclusion),
    }
    return {
        "_type": STATEMENT_TYPE,
        "subject": subjects,
        "predicateType": PREDICATE_TYPE,
        "predicate": predicate,
    }


def _column(
    column: OutputColumn, schema: Mapping[str, str], key_ids: Mapping[str, str]
) -> dict[str, Any]:
    masks = [
        {"origin": str(ref), "method": mask.method, "parameters": parameters_of(mask)}
        for ref, mask in sorted(column.masks.items())
    ]
    return {
        "name": column.name,
        "type": schema.get(column.name, ""),
        "data_classes": list(column.data_classes),
        "bare": column.bare,
        "masks": masks,
        "key_id": key_ids.get(column.name, ""),
    }


def _digest(text: str) -> dict[str, str]:
    algorithm, _, value = text.partition(":")
    return {algorithm: value}


def _place(record: Record) -> dict[str, Any]:
    return {"sequence": record.sequence, "hash": record.hash}
