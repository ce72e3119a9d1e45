"""The operator that scans what another task wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator

from airflow_provider_sluicegate.aws_connections import asking_as
from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.identity import run_identity
from airflow_provider_sluicegate.places import reaching
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from airflow.sdk import Context

    from sluicegate.evidence import Verification
    from sluicegate.gate.scan import ScanReport

_NAMES = ("(column name)", "(file name)")
"""Where the scan reports what stands in a name and not in a cell."""


class VerifyOutputOperator(BaseOperator):
    """Scans what was written without the gate, and fails the task if anything is found.

    Reads Parquet, CSV, JSON lines, Arrow and text, packed ones too, and tables of a source. It
    fails closed: nothing there, or something that cannot be read, is a failure. Nothing is changed;
    findings are told by column, data class and count. Rows are streamed.

    Args:
        paths: A file or folder, a pattern of files (``/lake/*/part-*.csv``), a prefix on S3
            (``s3://bucket/prefix/``), a table (``table://connection/schema.table``), or several.
            Values in the names of folders ``column=value`` are scanned, too. A table needs a rule
            of the policy with ``effect: scan``, and its scan is on record.
        require_attestation: Whether every path must also be an output with an attestation that
            holds: signed by a trusted key, no file changed, added or removed.
        aws_conn_id: Connection of type aws to ask S3 with; if not given, what boto3 finds.
        team: Team of the task, if neither Airflow nor a DAG tag ``team:<name>`` tells it.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.
    """

    template_fields: Sequence[str] = ("paths", "aws_conn_id", "sluicegate_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"paths": "json"}
    ui_color = "#d5e8f0"

    def __init__(
        self,
        *,
        paths: str | Sequence[str],
        require_attestation: bool = False,
        aws_conn_id: str | None = None,
        team: str | None = None,
        sluicegate_conn_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.paths = paths
        self.require_attestation = require_attestation
        self.aws_conn_id = aws_conn_id
        self.team = team
        self.sluicegate_conn_id = sluicegate_conn_id

    def execute(self, context: Context) -> dict[str, Any]:
        """Scan; return the facts of a clean scan.

        Raises:
            Failed: something was found, or could not be checked.
            FailedNow: S3, a source or the ledger cannot be reached now.
        """
        report, attested = carried_out(lambda: self._verify(context))
        for spot in report.scan.blind_spots:
            self.log.warning("blind spot: %s", spot)
        problems = [*map(str, report.reasons), *_faults(report, attested), *_findings(report)]
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

    def _verify(self, context: Context) -> tuple[ScanReport, list[Verification]]:
        from sluicegate import Gate  # noqa: PLC0415 - heavy, and parsing a DAG must stay light
        from sluicegate.evidence import verify_output  # noqa: PLC0415 - as above

        paths = _listed(self.paths)
        settings = reaching(airflow_settings(self.sluicegate_conn_id), *paths)
        identity = run_identity(context, environment=settings.environment, team=self.team)
        with asking_as(self.aws_conn_id), Gate.open(settings) as gate:
            report = gate.scan(paths, identity)
            if not report.files and not report.reasons:
                raise ConfigurationError("there is nothing to verify at the given paths")
            places = paths if self.require_attestation and not report.reasons else []
            return report, [
                verify_output(place, gate.trusted, source_url=settings.source_url)
                for place in places
            ]


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
