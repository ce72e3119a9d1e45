"""What a scan found as a SARIF log: a rule a detector, a result a finding, never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sluicegate.gate.files import text_places
from sluicegate.sarif import digest, file_uri, log, place, result, rule

if TYPE_CHECKING:
    from sluicegate.cli.scanning import FilesReport
    from sluicegate.gate.scan import ScanReport
    from sluicegate.model.findings import Finding

_PLACE: Final = "sluicegate/place/v1"
_VALUE: Final = "sluicegate/value/v1"


def scan_sarif(report: FilesReport, root: Path, *, lasting: bool) -> dict[str, Any]:
    """Return the scans of a call as one log.

    Args:
        report: Of a scan. It keeps the first findings of each column and detector; each becomes a
            result, and its message tells how many there are in all.
        root: Folder that paths are told relative to; those outside of it are told whole.
        lasting: Whether fingerprints of values hold beyond this call; others are left out.
    """
    classes = {c.detector: str(c.data_class) for one in report.reports for c in one.scan.counts}
    detectors = sorted(classes)
    index = {name: number for number, name in enumerate(detectors)}
    results = [
        told for one in report.reports for told in _results(one, index, root, lasting=lasting)
    ]
    notes = [
        f"not scanned in {one.files[0]}: {spot}"
        for one in report.reports
        for spot in one.scan.blind_spots
    ]
    return log([_rule(name, classes[name]) for name in detectors], results, notes)


def _rule(detector: str, data_class: str) -> dict[str, Any]:
    title = f"{data_class} found by detector {detector}"
    remedy = "Mask the column, remove the value, or allow it by name."
    return rule(
        detector,
        title,
        text=f"{title}. {remedy}",
        markdown=f"**{title}**\n\n{remedy} `sluicegate detectors show {detector}` tells its rule.",
        level="error",
    )


def _results(
    report: ScanReport, index: Mapping[str, int], root: Path, *, lasting: bool
) -> Iterator[dict[str, Any]]:
    counts = {(c.column, c.detector): c.count for c in report.scan.counts}
    uri, seen = file_uri(report.files[0], root), Counter[str]()
    lines = _lines(report)
    for number, finding in enumerate(report.scan.samples):
        count = counts[finding.column, finding.detector]
        where = place(uri, *lines.get(number, (1, 1)))
        where["logicalLocations"] = [_logical(finding)]
        prints = {_PLACE: _place_print(finding, uri, seen)}
        if lasting:
            prints[_VALUE] = finding.fingerprint
        yield result(
            rule_id=finding.detector,
            index=index[finding.detector],
            level="error",
            message=_message(finding, count),
            location=where,
            fingerprints=prints,
        )


def _message(finding: Finding, count: int) -> str:
    """Tell the place as far as SARIF has no member for it."""
    others = f", one of {count:,} in this column" if count > 1 else ""
    return (
        f"{finding.data_class} of {finding.length} bytes in column {finding.column!r},"
        f" row {finding.row}{finding.path and ' at ' + finding.path}"
        f" (score {finding.score:.2f}){others}"
    )


def _logical(finding: Finding) -> dict[str, str]:
    """Name column and row (§3.33): what a table has instead of lines."""
    whole = f"{finding.column}/{finding.row}{finding.path}"
    return {"name": finding.column, "fullyQualifiedName": whole, "kind": "member"}


def _lines(report: ScanReport) -> dict[int, tuple[int, int]]:
    """Find line and column of the findings in a text; a table has none, so its start stands."""
    places = {n: (f.row, f.start) for n, f in enumerate(report.scan.samples) if f.column == "text"}
    return text_places(Path(report.files[0]), places) if places else {}


def _place_print(finding: Finding, uri: str, seen: Counter[str]) -> str:
    """Name a finding by what it is and where, without a row, which moves when rows are added."""
    key = f"{finding.detector}\0{uri}\0{finding.column}\0{finding.path}"
    seen[key] += 1
    return digest(key, str(seen[key]))
