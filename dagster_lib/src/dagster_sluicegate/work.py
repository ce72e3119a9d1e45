"""What the resource does when a step runs. Imports the engine, so only running steps import it."""

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from dagster_sluicegate.failures import translated
from dagster_sluicegate.identity import Context, run_identity
from dagster_sluicegate.metadata import (
    failure_metadata,
    leak_metadata,
    release_metadata,
    verification_metadata,
)
from sluicegate.evidence import verify_output
from sluicegate.gate import Gate
from sluicegate.gate.present import outcome_lines
from sluicegate.gate.trust import trusted_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pyarrow as pa

    from sluicegate.model.outcome import Outcome
    from sluicegate.model.request import ExtractRequest
    from sluicegate.settings import Settings


def extract(
    context: Context, settings: "Callable[[], Settings]", request: "ExtractRequest"
) -> "dg.MaterializeResult[Any]":
    """Extract and release, or fail the step."""
    with translated():
        found = settings()
        with Gate.open(found) as gate:
            outcome = gate.extract(request, run_identity(context, found.environment))
        for line in outcome_lines(outcome):
            context.log.info(line)
        _require_good(outcome, good=outcome.released)
        return dg.MaterializeResult(metadata=release_metadata(outcome))


def preview(
    context: Context, settings: "Callable[[], Settings]", request: "ExtractRequest", rows: int
) -> "pa.Table":
    """Return masked rows, or fail the step."""
    with translated():
        found = settings()
        with Gate.open(found) as gate:
            seen = gate.preview(request, run_identity(context, found.environment), rows=rows)
        _require_good(seen.outcome, good=seen.table is not None)
        return seen.table


def verify(settings: "Callable[[], Settings]", output: str) -> dg.AssetCheckResult:
    """Compare an output with its attestation."""
    with translated():
        verification = verify_output(Path(output), trusted_keys(settings()))
        return dg.AssetCheckResult(
            passed=verification.ok,
            severity=dg.AssetCheckSeverity.ERROR,
            description="as attested" if verification.ok else "not as attested",
            metadata=verification_metadata(output, verification),
        )


def find_leaks(settings: "Callable[[], Settings]", path: str) -> dg.AssetCheckResult:
    """Scan files that anyone wrote."""
    with translated():
        with Gate.open(settings()) as gate:
            report = gate.scan([Path(path)])
        return dg.AssetCheckResult(
            passed=report.clean,
            severity=dg.AssetCheckSeverity.ERROR,
            description="nothing found" if report.clean else f"{report.scan.total:,} findings",
            metadata=leak_metadata(path, report),
        )


def _require_good(outcome: "Outcome", *, good: bool) -> None:
    """Fail the step for good: another try would get the same answer."""
    if not good:
        raise dg.Failure(
            description="\n".join(outcome_lines(outcome)),
            metadata=failure_metadata(outcome),
            allow_retries=False,
        )
