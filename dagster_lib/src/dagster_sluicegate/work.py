"""What the resource does when a step runs. Imports the engine, so only running steps import it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from sluicegate.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.model.outcome import Outcome
    from sluicegate.model.request import ExtractRequest

Load = Callable[[], Settings]
"""Loads the settings, inside of what is translated: they may be wrong."""


@translated
def extract(context: Context, load: Load, request: "ExtractRequest") -> "dg.MaterializeResult[Any]":
    """Extract and release, or fail the step."""
    settings = load()
    with Gate.open(settings) as gate:
        outcome = gate.extract(request, run_identity(context, settings.environment))
    for line in outcome_lines(outcome):
        context.log.info(line)
    _require(outcome, outcome.released)
    return dg.MaterializeResult(metadata=release_metadata(outcome))


@translated
def preview(context: Context, load: Load, request: "ExtractRequest", rows: int) -> "pa.Table":
    """Return masked rows, or fail the step."""
    settings = load()
    with Gate.open(settings) as gate:
        seen = gate.preview(request, run_identity(context, settings.environment), rows=rows)
    _require(seen.outcome, seen.table is not None)
    return seen.table


@translated
def verify(load: Load, output: str) -> dg.AssetCheckResult:
    """Compare an output with its attestation."""
    settings = load()
    verification = verify_output(output, trusted_keys(settings), source_url=settings.source_url)
    return dg.AssetCheckResult(
        passed=verification.ok,
        severity=dg.AssetCheckSeverity.ERROR,
        description="as attested" if verification.ok else "not as attested",
        metadata=verification_metadata(output, verification),
    )


@translated
def find_leaks(load: Load, path: str) -> dg.AssetCheckResult:
    """Scan files that anyone wrote."""
    with Gate.open(load()) as gate:
        report = gate.scan([Path(path)])
    return dg.AssetCheckResult(
        passed=report.clean,
        severity=dg.AssetCheckSeverity.ERROR,
        description="nothing found" if report.clean else f"{report.scan.total:,} findings",
        metadata=leak_metadata(path, report),
    )


def _require(outcome: "Outcome", good: bool) -> None:  # noqa: FBT001 - reads as a sentence
    """Fail the step for good: another try would get the same answer."""
    if not good:
        raise dg.Failure(
            description="\n".join(outcome_lines(outcome)),
            metadata=failure_metadata(outcome),
            allow_retries=False,
        )
