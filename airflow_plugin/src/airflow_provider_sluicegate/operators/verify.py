"""The operator that scans what another task wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator

from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed, carried_out
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Context

    from sluicegate.evidence import Verification
    from sluicegate.gate.scan import ScanReport

_NAMES = ("(column name)", "(file name)")
"""Where the scan reports what stands in a name and not in a cell."""


class VerifyOutputOperator(BaseOperator):
    """Scans files that were written without the gate, and fails the task if anything is found.

    Reads Parquet, CSV, JSON lines, Arrow and text. It fails closed: no file, or one that cannot be
    read, is a failure. What the files hold is not changed; findings are told by column, data class
    and count.

    Args:
        paths: A file or folder, or several.
        require_attestation: Whether every path must also be a folder with an attestation that
            holds: signed by a trusted key, no file changed, added or removed.
    """

    template_fields: Sequence[str] = ("paths",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"paths": "json"}
    ui_color = "#d5e8f0"

    def __init__(
        self, *, paths: str | Sequence[str], require_attestation: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.paths = paths
        self.require_attestation = require_attestation

    def execute(self, context: Context) -> dict[str, Any]:  # noqa: ARG002 - Airflow passes it
        """Scan; return the facts of a clean scan.

        Raises:
            Failed: something was found, or could not be checked.
        """
        report, attested = carried_out(self._verify)
        for spot in report.scan.blind_spots:
            self.log.warning("blind spot: %s", spot)
        problems = [*_faults(report, attested), *_findings(report)]
        if problems:
            raise Failed(f"sluicegate: not clean: {'; '.join(problems)}")
        self.log.info("clean: %d file(s), %d rows", len(report.files), report.scan.rows)
        return {
            "clean": True,
            "files": len(report.files),
            "rows": report.scan.rows,
            "bytes": report.scan.bytes,
            "detectors": report.scan.detectors,
            "blind_spots": list(report.scan.blind_spots),
            "attested": self.require_attestation,
        }

    def _verify(self) -> tuple[ScanReport, list[Verification]]:
        from sluicegate import Gate  # noqa: PLC0415 - heavy, and parsing a DAG must stay light
        from sluicegate.evidence import verify_output  # noqa: PLC0415 - as above

        paths = [Path(p) for p in _listed(self.paths)]
        with Gate.open(airflow_settings()) as gate:
            report = gate.scan(paths)
            if not report.files:
                raise ConfigurationError("there is no file to verify at the given paths")
            folders = paths if self.require_attestation else []
            return report, [verify_output(folder, gate.trusted) for folder in folders]


def _listed(paths: Any) -> list[str]:
    """Take one path or several; an empty one would be the working folder, so it is refused."""
    listed = [paths] if isinstance(paths, str) else list(paths or ())
    if not listed or not all(isinstance(path, str) and path.strip() for path in listed):
        raise ConfigurationError("paths must be one path or a list of paths, and none empty")
    return listed


def _faults(report: ScanReport, attested: Sequence[Verification]) -> Iterator[str]:
    """Tell what an attestation does not cover; no file is named once a name holds a finding."""
    telling = _names_tell(report)
    for verification in attested:
        for problem in verification.problems:
            yield f"{verification.output}: {problem.message if telling else problem}"


def _findings(report: ScanReport) -> Iterator[str]:
    """Tell the findings; the report names no column whose name holds one itself."""
    for count in report.scan.counts:
        place = count.column if count.column.startswith("(") else repr(count.column)
        yield f"{count.count:,} × {count.data_class} in {place}"


def _names_tell(report: ScanReport) -> bool:
    return any(count.column in _NAMES for count in report.scan.counts)
