"""Idempotent retries: a run that has released already does not read again (promise P4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import IntegrityError, OutputExists, SignatureInvalid
from sluicegate.evidence import ATTESTATION, read_envelope, verify_output
from sluicegate.model.outcome import Outcome, OutputFile, Status
from sluicegate.model.quality import read_reports
from sluicegate.model.risk import read_report
from sluicegate.sinks.location import join_output

if TYPE_CHECKING:
    from sluicegate.gate.services import Services
    from sluicegate.model.plan import Plan
    from sluicegate.sinks.port import Sink


def earlier_release(services: Services, sink: Sink, plan: Plan, run_key: str) -> Outcome | None:
    """Return the outcome of an earlier try of the same run and plan; ``None`` if there is none.

    Raises:
        OutputExists: another run, or another plan of this run, has released to the output.
        IntegrityError: the earlier release was changed since.
    """
    envelope = sink.attestation(plan.output)
    if envelope is None:
        return None
    try:
        predicate = read_envelope(envelope, services.trusted)["predicate"]
    except SignatureInvalid:
        raise _exists(plan.output, "data with an attestation that we do not trust") from None
    replaces = plan.output_options.if_exists == "replace"
    if replaces and predicate["run_key"] != run_key and predicate["plan"]["output"] == plan.output:
        return None  # the sink sees that nobody changed it since
    if predicate["run_key"] != run_key:
        raise _exists(plan.output, "the release of another run")
    if predicate["plan"]["digest"] != plan.digest:
        raise _exists(plan.output, "this run's release of another plan")
    verification = verify_output(
        plan.output, services.trusted, source_url=services.settings.source_url
    )
    if not verification.ok:
        raise IntegrityError(
            f"the output {plan.output} was released by this run and changed since:"
            f" {'; '.join(map(str, verification.problems))}",
            hint="find out who changed it; to extract anew, move the folder away",
        )
    files = tuple(OutputFile(**f) for f in predicate["files"])
    return Outcome(
        status=Status.RELEASED,
        run_key=run_key,
        plan=plan,
        rows=sum(f.rows for f in files),
        bytes=sum(f.bytes for f in files),
        files=files,
        types={column["name"]: column["type"] for column in predicate["columns"]},
        output=plan.output,
        attestation=join_output(plan.output, ATTESTATION),
        blind_spots=tuple(predicate["blind_spots"]),
        risk=read_report(predicate.get("risk")),
        quality=read_reports(predicate.get("quality")),
        replayed=True,
    )


def _exists(output: str, what: str) -> OutputExists:
    return OutputExists(
        f"the output {output} holds {what}",
        hint="choose another folder (for example one that names the run), or move it away",
    )
