"""Verifies an output offline: the signature, the manifest, and every file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sluicegate.errors import IntegrityError, SignatureInvalid
from sluicegate.evidence.demands import Demands
from sluicegate.evidence.envelope import read_envelope
from sluicegate.evidence.files import Entry, UnreadableFile
from sluicegate.evidence.inclusion import check_inclusion
from sluicegate.evidence.keyless import MISSING, check_keyless
from sluicegate.evidence.manifest import MANIFEST, manifest_digest, read_files
from sluicegate.evidence.place import ATTESTATION, BUNDLE, Place, open_place
from sluicegate.evidence.problem import Problem
from sluicegate.ledger import Checkpoint
from sluicegate.model.outcome import OutputFile
from sluicegate.sinks import SourceUrl

_OURS: Final = frozenset({ATTESTATION, BUNDLE})
"""Files that the attestation cannot name; the second is judged where a demand asks for it."""
_TO_COME: Final = frozenset({"missing-attestation", "demand-age", MISSING})
"""Problems that the next release to the same place, or its signature, would end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What verifying an output showed."""

    output: str
    problems: tuple[Problem, ...] = ()
    predicate: Mapping[str, Any] = field(default_factory=dict)
    """The signed predicate; empty unless the signature holds."""
    checkpoint: Checkpoint | None = None
    """State of the ledger that is proven to hold the record of the release; ``None`` if nothing
    proves it, as in attestations of earlier versions.
    """

    @property
    def ok(self) -> bool:
        """Whether everything is as it was attested."""
        return not self.problems

    @property
    def to_come(self) -> bool:
        """Whether waiting may help: nothing was released yet, or only something too old."""
        return any(problem.code in _TO_COME for problem in self.problems)


def verify_output(
    output: str | Path,
    trusted: Mapping[str, bytes],
    *,
    source_url: SourceUrl | None = None,
    demands: Demands | None = None,
) -> Verification:
    """Check an output against its attestation. Needs no ledger, no policy and, locally, no network.

    Signature, proof of the ledger, and manifest must hold before any file is looked at.

    Every file in the folder, hidden and nested ones too, must be attested, and every attested one
    must be there with the same bytes, as a file of its own and not a link. It tells what holds at
    this moment; an older release that was put back whole verifies as what it is, so say by
    ``demands`` what you expect.

    Failure mode: closed. What cannot be read is a problem.

    Args:
        output: A folder, ``s3://bucket/prefix/`` or ``table://source/schema.table``.
        trusted: Key id → raw public key.
        source_url: Name of a source → its URL; tables need it.
        demands: What must be true of the release beyond that; what is not met is a problem.

    Raises:
        SinkError: S3 or the database refused or failed.

    Returns:
        Every demand that is not met; if all are, every changed, added and removed file by name.
    """
    return verify_place(str(output), open_place(output, source_url), trusted, demands)


def verify_place(
    output: str, place: Place, trusted: Mapping[str, bytes], demands: Demands | None = None
) -> Verification:
    """Check what stands at a place; ``verify_output`` tells how.

    Args:
        output: How the place is called.
        place: Where it is.
        trusted: Key id → raw public key.
        demands: What must be true of the release beyond that.
    """
    try:
        attestation = place.attestation()
        statement = read_envelope(attestation, trusted)
        predicate: Mapping[str, Any] = statement["predicate"]
    except FileNotFoundError:
        return _failed(output, "missing-attestation", "there is no attestation")
    except UnreadableFile as error:
        return _failed(output, error.code, error.message)
    except SignatureInvalid as error:
        return _failed(output, "signature", error.message)
    try:
        files = read_files(predicate)
        manifest = checked_manifest(statement, files)
    except IntegrityError as error:
        return _failed(output, "manifest", error.message)
    try:
        checkpoint = check_inclusion(predicate, trusted, manifest)
    except IntegrityError as error:
        return _failed(output, "ledger", error.message)
    unmet: tuple[Problem, ...] = ()
    if demands is not None:
        unmet = demands.unmet(
            predicate, keyless=lambda demand: check_keyless(place, attestation, demand)
        )
    # what is not wanted anyway is not read
    problems = unmet or tuple(_compare(place, files))
    return Verification(
        output=output, problems=problems, predicate=predicate, checkpoint=checkpoint
    )


def _failed(output: str, code: str, message: str) -> Verification:
    problem = Problem(code=code, place=ATTESTATION, message=message)
    return Verification(output=output, problems=(problem,))


def checked_manifest(statement: Mapping[str, Any], files: tuple[OutputFile, ...]) -> str:
    """Return the digest of the file list of a signed statement, whose subjects it must be.

    Raises:
        IntegrityError: it is a list of other files than the statement is about.
    """
    manifest = manifest_digest(files)
    expected = [(MANIFEST, manifest.removeprefix("sha256:"))]
    expected += [(file.name, file.sha256) for file in files]
    try:
        subjects = [(s["name"], s["digest"]["sha256"]) for s in statement["subject"]]
    except (KeyError, TypeError):
        subjects = []
    if subjects != expected:
        raise IntegrityError("the file list does not match the signed subjects")
    return manifest


def _compare(place: Place, files: tuple[OutputFile, ...]) -> Iterator[Problem]:
    present = {entry.name: entry for entry in place.walk()}
    for file in files:
        yield from _compare_file(place, file, present.pop(file.name, None))
    for name, entry in present.items():
        if entry.unreadable:
            yield Problem(code="unreadable", place=_shown(name), message="it cannot be looked into")
        elif entry.is_link or (not entry.is_folder and name not in _OURS):
            yield Problem(code="added", place=_shown(name), message="the file was not attested")


def _compare_file(place: Place, file: OutputFile, entry: Entry | None) -> Iterator[Problem]:
    name = _shown(file.name)
    if entry is None:
        yield Problem(code="removed", place=name, message="the file is gone")
        return
    try:
        if place.digest(file) != file.sha256:
            yield Problem(code="changed", place=name, message="the file was changed")
    except UnreadableFile as error:
        yield Problem(code=error.code, place=name, message=error.message)
    except FileNotFoundError:
        yield Problem(code="removed", place=name, message="the file is gone")


def _shown(name: str) -> str:
    """Whoever adds a file chooses its name: it must not steer the terminal that shows it."""
    return name if name.isprintable() else name.encode("unicode_escape", "replace").decode()
