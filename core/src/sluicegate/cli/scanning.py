"""Scans file by file, so that a finding can be told with its file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sluicegate.detect import Scanner, open_scanner
from sluicegate.detect.recognizer import Recognizer
from sluicegate.gate.answers import FileAnswers
from sluicegate.gate.files import find_files
from sluicegate.gate.scan import ScanReport, scan_files
from sluicegate.mask import Keyring
from sluicegate.mask.keys import ROOT_BYTES
from sluicegate.model.sensitive import Sensitive


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesReport:
    """The scans of all files of a call."""

    reports: tuple[ScanReport, ...]
    """One per file, in name order."""

    @property
    def clean(self) -> bool:
        """Whether no file holds a finding."""
        return all(report.clean for report in self.reports)


def scan_each(
    paths: Sequence[Path],
    keyring: Keyring,
    *,
    scanner: Scanner | None = None,
    recognizers: Sequence[Recognizer] = (),
    answers: FileAnswers | None = None,
    explain: bool = False,
) -> FilesReport:
    """Scan every file at ``paths``.

    Args:
        paths: Files and folders.
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
    files = [f for f in find_files(paths) if own is None or f.resolve() != own.resolve()]
    fingerprint = keyring.fingerprints()
    key_id = keyring.key_id("fingerprint")
    reports = [
        scan_files(
            scanner,
            [file],
            recognizers=recognizers,
            fingerprint=fingerprint,
            key_id=key_id,
            first_number=number,
            explain=explain,
            answers=answers,
        )
        for number, file in enumerate(files, 1)
    ]
    return FilesReport(reports=tuple(reports))


def ephemeral_keyring() -> Keyring:
    """Make a keyring that nobody will have again."""
    return Keyring(Sensitive(secrets.token_bytes(ROOT_BYTES)))
