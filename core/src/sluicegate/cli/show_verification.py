"""Shows what verifying an output found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sluicegate.cli.show_ledger import checkpoint_document
from sluicegate.evidence.problem import DEMAND
from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from sluicegate.evidence import Verification
    from sluicegate.ledger import Checkpoint


def verification_document(verification: Verification) -> dict[str, Any]:
    """Build the JSON document of a verification.

    ``in_ledger`` tells whether a proof shows that the ledger holds the record of the release, and
    ``checkpoint`` the state of the ledger that it leads to.
    """
    checkpoint = verification.checkpoint
    return {
        "output": verification.output,
        "ok": verification.ok,
        "problems": plain(verification.problems),
        "in_ledger": checkpoint is not None,
        "checkpoint": checkpoint_document(checkpoint) if checkpoint else None,
        "attested": plain(verification.predicate),
    }


def verification_lines(verification: Verification) -> Iterator[str]:
    """Tell a verification to a person; what is attested is told only if all of it holds."""
    if not verification.ok:
        demanded = all(p.code.startswith(DEMAND) for p in verification.problems)
        yield f"not as {'demanded' if demanded else 'attested'}: {verification.output}"
        for problem in verification.problems:
            yield f"  {problem.code:<12} {problem}"
        return
    yield f"as attested: {verification.output}"
    yield from (f"  {name:<12} {value}" for name, value in _facts(verification.predicate))
    yield f"  {'ledger':<12} {_ledger(verification.predicate, verification.checkpoint)}"


def _ledger(predicate: Mapping[str, Any], checkpoint: Checkpoint | None) -> str:
    record = f"record {predicate['ledger']['verified']['sequence']:,}"
    if checkpoint is None:
        return f"{record}; the attestation does not prove that it is there"
    return f"{record}, proven to be among the {checkpoint.size:,} that {checkpoint.key_id} signed"


def _facts(predicate: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    files, identity, plan = predicate["files"], predicate["identity"], predicate["plan"]
    yield "files", f"{len(files):,}, {sum(file['rows'] for file in files):,} rows"
    yield "run", " ".join(str(identity[k]) for k in ("orchestrator", "pipeline", "task", "run"))
    if identity["triggered_by"]:
        yield "triggered by", f"{identity['triggered_by']} ({identity['trust']})"
    yield "released", str(predicate.get("released_at", "at a time that is not told"))
    yield "source", f"{plan['source']}, for {plan['purpose']}"
    yield "policy", predicate["policy"]["digest"]
