"""Verifies an output offline: the signature, the manifest, and every file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sluicegate.errors import SignatureInvalid
from sluicegate.evidence.envelope import MAX_BYTES, read_envelope
from sluicegate.evidence.manifest import manifest_digest
from sluicegate.evidence.statement import MANIFEST
from sluicegate.model.outcome import OutputFile

ATTESTATION: Final = "_SLUICEGATE/attestation.json"
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it was attested."""

    code: str
    """Stable: ``missing-attestation signature manifest changed added removed not-a-file``."""
    place: str
    """The file, relative to the output."""
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What verifying an output showed."""

    output: str
    problems: tuple[Problem, ...] = ()
    predicate: Mapping[str, Any] = field(default_factory=dict)
    """The signed predicate; empty unless the signature holds."""

    @property
    def ok(self) -> bool:
        """Whether everything is as it was attested."""
        return not self.problems


def verify_output(folder: Path, trusted: Mapping[str, bytes]) -> Verification:
    """Check an output against its attestation. Needs no network, ledger or policy.

    Args:
        folder: The output.
        trusted: Key id → raw public key.

    Returns:
        Every changed, added and removed file by name.
    """
    output = str(folder)
    path = folder / ATTESTATION
    if not path.is_file():
        problem = Problem(
            code="missing-attestation", place=ATTESTATION, message="there is no attestation"
        )
        return Verification(output=output, problems=(problem,))
    try:
        with path.open("rb") as file:
            statement = read_envelope(file.read(MAX_BYTES + 1), trusted)
        predicate = statement["predicate"]
        files = [OutputFile(**entry) for entry in predicate["files"]]
        _check_manifest(statement, files)
    except SignatureInvalid as error:
        problem = Problem(code="signature", place=ATTESTATION, message=error.message)
        return Verification(output=output, problems=(problem,))
    except (KeyError, TypeError, AttributeError):
        problem = Problem(
            code="manifest", place=ATTESTATION, message="the signed statement lacks its file list"
        )
        return Verification(output=output, problems=(problem,))
    return Verification(output=output, problems=tuple(_compare(folder, files)), predicate=predicate)


def _check_manifest(statement: Mapping[str, Any], files: list[OutputFile]) -> None:
    subjects = {s["name"]: s["digest"] for s in statement["subject"]}
    expected = {"sha256": manifest_digest(files).removeprefix("sha256:")}
    if subjects.get(MANIFEST) != expected:
        raise SignatureInvalid("the file list does not match the signed manifest digest")


def _compare(folder: Path, files: list[OutputFile]) -> Iterator[Problem]:
    attested = {f.name: f for f in files}
    present = {str(p.relative_to(folder)): p for p in sorted(folder.rglob("*"))}
    for name, file in attested.items():
        path = present.get(name)
        if path is None:
            yield Problem(code="removed", place=name, message="the file is gone")
        elif path.is_symlink() or not path.is_file():
            yield Problem(code="not-a-file", place=name, message="it is a link or no file")
        elif path.stat().st_size != file.bytes or _sha256(path) != file.sha256:
            yield Problem(code="changed", place=name, message="the file was changed")
    for name, path in present.items():
        known = name in attested or name == ATTESTATION
        if path.is_symlink() or (not path.is_dir() and not known):
            yield Problem(code="added", place=name, message="the file was not attested")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
