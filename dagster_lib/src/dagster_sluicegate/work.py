"""What the resource does when a step runs. Imports the engine, so only running steps import it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_sluicegate.failures import GuardedFailure, translated
from dagster_sluicegate.identity import Context, run_identity
from dagster_sluicegate.metadata import (
    failure_metadata,
    leak_metadata,
    release_metadata,
    risk_metadata,
    verification_metadata,
)
from sluicegate import open_dataset
from sluicegate.evidence import verify_output
from sluicegate.evidence.demands import Demands
from sluicegate.gate import Gate
from sluicegate.gate.files import find_files, read_batches
from sluicegate.gate.measure_files import measure_rows
from sluicegate.gate.present import outcome_lines
from sluicegate.gate.trust import trusted_keys
from sluicegate.model.risk import RiskTerms
from sluicegate.policy import load_policy
from sluicegate.settings import Settings

if TYPE_CHECKING:
    from datetime import timedelta

    import pyarrow as pa

    from sluicegate.model.outcome import Outcome
    from sluicegate.model.request import ExtractRequest

Load = Callable[[], Settings]
"""Loads the settings, inside of what is translated: they may be wrong."""


@translated
def extract(
    context: Context, load: Load, request: "ExtractRequest", upstream: Mapping[str, dg.AssetKey]
) -> "dg.MaterializeResult[Any]":
    """Extract and release, or fail the step."""
    settings = load()
    with Gate.open(settings) as gate:
        outcome = gate.extract(request, run_identity(context, settings.environment))
    for line in outcome_lines(outcome):
        context.log.info(line)
    _require(outcome, outcome.released)
    return dg.MaterializeResult(metadata=release_metadata(outcome, upstream))


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
        metadata=verification_metadata(output, verification.problems),
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


@translated
def check_policy(
    load: Load,
    output: str,
    current: bool,  # noqa: FBT001 - by name only in the resource
    not_older_than: "timedelta | None",
) -> dg.AssetCheckResult:
    """Compare a release with its attestation, and that with the policy in force."""
    settings = load()
    digests = (load_policy(settings.policy).digest,) if current else ()
    demands = Demands(policy_digests=digests, not_older_than=not_older_than)
    verified = verify_output(output, trusted_keys(settings), source_url=settings.source_url)
    problems = verified.problems or demands.unmet(verified.predicate)
    return dg.AssetCheckResult(
        passed=not problems,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(p.message for p in problems) or "of the policy in force",
        metadata=verification_metadata(output, problems),
    )


@translated
def check_risk(
    load: Load,
    place: str,
    columns: "Mapping[str, tuple[str, ...]]",
    terms: "Mapping[str, Any]",
    released: bool,  # noqa: FBT001 - by name only in the resource
) -> dg.AssetCheckResult:
    """Measure a table that stands somewhere."""
    batches = _released(load, place) if released else _files(place)
    report, reasons = measure_rows(batches, RiskTerms(**terms), **columns)
    return dg.AssetCheckResult(
        passed=not reasons,
        severity=dg.AssetCheckSeverity.ERROR,
        description="; ".join(map(str, reasons)) or f"smallest class: {report.k or 0:,}",
        metadata=risk_metadata(place, report),
    )


def _released(load: Load, place: str) -> "Iterator[pa.RecordBatch]":
    keys = trusted_keys(load())
    yield from open_dataset(place, trusted_keys=keys).to_batches()


def _files(place: str) -> "Iterator[pa.RecordBatch]":
    for file in find_files([Path(place)]):
        yield from read_batches(file)


def _require(outcome: "Outcome", good: bool) -> None:  # noqa: FBT001 - reads as a sentence
    """Fail the step for good: another try would get the same answer."""
    if not good:
        raise GuardedFailure(
            description="\n".join(outcome_lines(outcome)),
            metadata=failure_metadata(outcome),
            allow_retries=False,
        )
