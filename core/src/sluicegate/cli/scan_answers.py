"""What the allow-list and a baseline say to a scan of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sluicegate.errors import AllowListError, ConfigurationError
from sluicegate.gate.allowance import AllowList, entries_to_copy, ready
from sluicegate.gate.answers import FileAnswers
from sluicegate.gate.known import (
    Baseline,
    Recorder,
    check_target,
    read_baseline,
    write_baseline,
)
from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from sluicegate.cli.scanning import FilesReport
    from sluicegate.detect import Scanner
    from sluicegate.mask import Keyring
    from sluicegate.settings import Settings


def open_answers(
    settings: Settings,
    keyring: Keyring | None,
    scanner: Scanner,
    baseline: Path | None,
    new_baseline: Path | None,
) -> FileAnswers:
    """Open the allow-list and the baseline of a call.

    Args:
        settings: Name the allow-list.
        keyring: Of the root key; ``None`` if there is none.
        scanner: Whose detectors entries may name.
        baseline: One to compare with.
        new_baseline: One to write.

    Raises:
        AllowListError: one of them is wrong, or an entry does not hold.
        ConfigurationError: both baselines are asked for, or one without a root key.
    """
    if baseline and new_baseline:
        raise ConfigurationError("--baseline and --write-baseline exclude each other")
    own = baseline or new_baseline
    if own and keyring is None:
        raise ConfigurationError(
            "a baseline needs the root key: without it fingerprints hold for one call only",
            hint="set `key` in sluicegate.toml, or SLUICEGATE_KEY; `sluicegate init` makes one",
        )
    if new_baseline:
        check_target(new_baseline)
    allow = AllowList.open(settings.allow)
    if allow.for_files and keyring is None:
        raise AllowListError(
            "the allow-list needs the root key: without it no fingerprint can match",
            hint="set `key` in sluicegate.toml, or SLUICEGATE_KEY",
        )
    if keyring is None:
        return FileAnswers(allow=allow)
    ready(allow, key_id=keyring.key_id("fingerprint"), detectors=scanner.detectors)
    return FileAnswers(
        allow=allow,
        baseline=_sieve(baseline, new_baseline, keyring),
        folder=own.resolve().parent if own else Path(),
        own=own,
    )


def _sieve(
    baseline: Path | None, new_baseline: Path | None, keyring: Keyring
) -> Baseline | Recorder | None:
    if baseline:
        return Baseline(read_baseline(baseline, keyring))
    return Recorder() if new_baseline else None


def conclude(report: FilesReport, answers: FileAnswers, keyring: Keyring) -> list[str]:
    """Write the baseline if one is asked for; return what a person should know.

    Raises:
        AllowListError: it cannot be written.
    """
    if isinstance(answers.baseline, Recorder) and answers.own:
        write_baseline(answers.own, answers.baseline.found, keyring)
    return list(_lines(report, answers))


def with_answers(
    document: dict[str, Any], report: FilesReport, answers: FileAnswers
) -> dict[str, Any]:
    """Add to the document of a scan what was answered, and what to copy to have more answered."""
    for file, one in zip(document["files"], report.reports, strict=True):
        file["allow_list"] = entries_to_copy(one.where[0], one.scan.samples)
    document["allow_list"] = {
        "digest": answers.allow.digest,
        "allowed": sum(a.count for one in report.reports for a in one.scan.allowed),
        "unused": [e.path for e in answers.unused()],
    }
    if isinstance(answers.baseline, Baseline):
        document["baseline"] = plain(answers.baseline.tally)
    elif isinstance(answers.baseline, Recorder):
        document["baseline"] = {"written": sum(answers.baseline.found.values())}
    return document


def _lines(report: FilesReport, answers: FileAnswers) -> Iterator[str]:
    for one in report.reports:
        for a in one.scan.allowed:
            yield (
                f"allowed: {a.count:,} × {a.data_class} at {a.path} ({a.detector}),"
                f" by {a.owner} until {a.expires}"
            )
    for entry in answers.unused():
        yield f"unused: {entry} of the allow-list matched nothing"
    if isinstance(answers.baseline, Baseline):
        tally = answers.baseline.tally
        yield (
            f"baseline: {tally.known:,} known, {tally.vanished:,} vanished,"
            f" {tally.unseen:,} in files that were not scanned"
        )
    elif isinstance(answers.baseline, Recorder):
        total = sum(answers.baseline.found.values())
        yield f"baseline: {total:,} findings written to {answers.own}"
