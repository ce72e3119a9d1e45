"""Shows what a scan found: file, column, class, count and first rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from sluicegate.cli.output import print_lines, print_table
from sluicegate.cli.show_why import why_document, why_lines
from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from sluicegate.cli.scanning import FilesReport
    from sluicegate.gate.scan import ScanReport
    from sluicegate.model.findings import FindingCount

_ROWS_SHOWN: Final = 5


def show_scan(report: FilesReport) -> None:
    """Print findings as a table, and a closing line."""
    rows = [row for one in report.reports for row in _finding_rows(one)]
    if rows:
        headers = ("file", "column", "class", "detector", "count", "first rows")
        print_table("", headers, rows)
    for one in report.reports:
        print_lines(_explained_lines(one))
    print_lines(_closing_lines(report))


def scan_document(report: FilesReport, *, lasting: bool) -> dict[str, Any]:
    """Build the JSON document of a scan."""
    return {
        "clean": report.clean,
        "refused": list(report.reasons),
        "fingerprints": "root key" if lasting else "this call only",
        "files": [
            {"file": _file(one), "clean": one.clean, "scan": plain(one.scan)} | _explained(one)
            for one in report.reports
        ],
    }


def _explained(report: ScanReport) -> dict[str, Any]:
    found = [
        {"column": one.column, "row": one.row, "path": one.path} | why_document(one.why)
        for one in report.explained
    ]
    return {"explained": found} if found else {}


def _explained_lines(report: ScanReport) -> Iterator[str]:
    for one in report.explained:
        yield (
            f"{_file(report)} {one.column}, row {one.row}{one.path and ' at ' + one.path}:"
            f" {one.why.data_class} by {one.why.detector}"
        )
        yield from why_lines(one.why)
        yield ""


def _finding_rows(report: ScanReport) -> Iterator[tuple[Any, ...]]:
    for count in report.scan.counts:
        yield (
            _file(report),
            count.column,
            count.data_class,
            count.detector,
            f"{count.count:,}",
            _first_rows(report, count),
        )


def _first_rows(report: ScanReport, count: FindingCount) -> str:
    rows = sorted(
        {
            finding.row
            for finding in report.scan.samples
            if (finding.column, finding.detector) == (count.column, count.detector)
        }
    )
    more = " …" if len(rows) > _ROWS_SHOWN else ""
    return ", ".join(map(str, rows[:_ROWS_SHOWN])) + more


def _closing_lines(report: FilesReport) -> Iterator[str]:
    found = sum(one.scan.total for one in report.reports)
    rows = sum(one.scan.rows for one in report.reports)
    size = sum(one.scan.bytes for one in report.reports)
    for reason in report.reasons:
        yield f"refused: {reason}"
    end = "clean" if report.clean else f"{found:,} findings"
    yield f"{end}: {len(report.reports):,} file(s), {rows:,} rows, {size:,} bytes of text"
    for one in report.reports:
        for spot in one.scan.blind_spots:
            yield f"blind spot in {_file(one)}: {spot}"


def _file(report: ScanReport) -> str:
    return report.files[0]
