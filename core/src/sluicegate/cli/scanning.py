"""Scans file by file, so that a finding can be told with its file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from sluicegate.cli.identity import cli_identity
from sluicegate.detect import Scanner, open_scanner
from sluicegate.detect.recognizer import Recognizer
from sluicegate.gate.answers import FileAnswers
from sluicegate.gate.scan import ScanReport, scan_places
from sluicegate.gate.scan_places import Place, TableTarget, Target, find_places
from sluicegate.mask import Keyring
from sluicegate.mask.keys import ROOT_BYTES
from sluicegate.model.sensitive import Sensitive

if TYPE_CHECKING:
    from sluicegate.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesReport:
    """The scans of all files of a call."""

    reports: tuple[ScanReport, ...]
    """One per place, files of a target in name order."""

    reasons: tuple[str, ...] = ()
    """Why tables may not be scanned; nothing was read then."""

    @property
    def clean(self) -> bool:
        """Whether no file holds a finding."""
        return all(report.clean for report in self.reports) and not self.reasons


def scan_each(
    paths: Sequence[Target],
    keyring: Keyring,
    *,
    scanner: Scanner | None = None,
    recognizers: Sequence[Recognizer] = (),
    answers: FileAnswers | None = None,
    explain: bool = False,
) -> FilesReport:
    """Scan every place at ``paths``, but no tables: those are the gate's.

    Args:
        paths: Files, folders, patterns of them, prefixes on S3.
        keyring: For fingerprints.
        scanner: That of the settings; without it the one that comes along.
        recognizers: Who reads the text in cells beside the catalogue.
        answers: An allow-list and a baseline.
        explain: Whether to say why the first findings scored as they did.

    Raises:
        SourceError: a path is missing or unreadable; then nothing is reported as clean.
    """
    scanner = scanner or open_scanner()
    own = answers.own if answers else None
    places = [p for p in find_places(paths) if not (own and _is(p, own))]
    fingerprint = keyring.fingerprints()
    key_id = keyring.key_id("fingerprint")
    reports = [
        scan_places(
            scanner,
            [place],
            recognizers=recognizers,
            fingerprint=fingerprint,
            key_id=key_id,
            first_number=number,
            explain=explain,
            answers=answers,
        )
        for number, place in enumerate(places, 1)
    ]
    return FilesReport(reports=tuple(reports))


def with_tables(
    report: FilesReport, tables: Sequence[TableTarget], settings: Settings
) -> FilesReport:
    """Add the scans of tables, each by a grant and on record.

    Raises:
        SluicegateError: the gate cannot be opened, or a table cannot be read.
    """
    if not tables:
        return report
    from sluicegate.gate import Gate  # a scan of files needs no policy

    reports, reasons = list(report.reports), list(report.reasons)
    with Gate.open(settings) as gate:
        identity = cli_identity("scan", settings.environment)
        for table in tables:
            one = gate.scan([f"table://{table.source}/{quote(table.table)}"], identity)
            reasons += [str(reason) for reason in one.reasons]
            reports += [] if one.reasons else [one]
    return FilesReport(reports=tuple(reports), reasons=tuple(reasons))


def _is(place: Place, own: Path) -> bool:
    return place.path is not None and place.path.resolve() == own.resolve()


def ephemeral_keyring() -> Keyring:
    """Make a keyring that nobody will have again."""
    return Keyring(Sensitive(secrets.token_bytes(ROOT_BYTES)))
