"""Which releases an extract reads: files of a source that lie in a folder with an attestation.

They are read a second time to be hashed, since a parent is a statement about bytes. Where the
source says ``attested=required``, every file must be of such a release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import IntegrityError, SignatureInvalid
from sluicegate.evidence import ATTESTATION, manifest_digest, read_envelope
from sluicegate.evidence.envelope import MAX_BYTES
from sluicegate.evidence.inclusion import check_inclusion
from sluicegate.evidence.manifest import read_files
from sluicegate.model.findings import Reason
from sluicegate.sources.port import ReadsFiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sluicegate.model.plan import Plan

_HINT: Final = "find out who wrote there; name a folder that holds nothing but releases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What was found."""

    parents: tuple[str, ...] = ()
    """Digests of their manifests: a chain goes by what releases are, not by where they lie."""
    warnings: tuple[Reason, ...] = ()


def inputs_of(session: object, plan: Plan, trusted: Mapping[str, bytes]) -> Inputs:
    """Find the releases that a plan reads, and see that what is read is what was released.

    The nearest folder above a file that holds an attestation is its release. The folder must lie
    at or below the root of the source.

    Args:
        session: Of the source; only one that reads files has parents.
        plan: What will run.
        trusted: Key id → raw public key.

    Raises:
        IntegrityError: a file is not what its release says; or one that must be of a release whose
            attestation holds is not.
        SourceUnavailable: a file was changed meanwhile.
    """
    if not isinstance(session, ReadsFiles):
        return Inputs()
    paths = session.files_of(plan.relations)
    listed = session.listed()
    parents, warnings, covered = [], [], 0
    for folder, members in _by_folder(paths, listed).items():
        try:
            predicate = _predicate(session, folder, trusted)
        except SignatureInvalid:
            warnings.append(_untrusted(plan.source))
            continue
        parents.append(_checked(session, folder, members, listed, predicate, trusted))
        covered += len(members)
    if session.attested and covered != len(paths):
        raise IntegrityError(
            f"{plan.source!r}: {len(paths) - covered} of {len(paths)} files are of no release whose"
            " attestation holds",
            hint="release them through the gate, or take attested=required from the source",
        )
    return Inputs(parents=tuple(dict.fromkeys(parents)), warnings=tuple(dict.fromkeys(warnings)))


def _by_folder(paths: Iterable[str], listed: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        folder = next((f for f in _above(path) if _join(f, ATTESTATION) in listed), None)
        if folder is not None:
            found.setdefault(folder, []).append(path)
    return found


def _above(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _predicate(session: ReadsFiles, folder: str, trusted: Mapping[str, bytes]) -> Any:
    data = bytearray()
    for part in session.content(_join(folder, ATTESTATION)):
        data += part
        if len(data) > MAX_BYTES:
            raise SignatureInvalid("the attestation is too large")
    return read_envelope(bytes(data), trusted)["predicate"]


def _checked(
    session: ReadsFiles,
    folder: str,
    members: Sequence[str],
    listed: frozenset[str],
    predicate: Mapping[str, Any],
    trusted: Mapping[str, bytes],
) -> str:
    files = read_files(predicate)
    known = {_join(folder, file.name): file for file in files}
    output = str(predicate["plan"]["output"])
    for path in members:
        if path not in known:
            raise _changed(output, "a file that it does not name is there")
        if _sha256(session, path) != known[path].sha256:
            raise _changed(output, "a file was changed")
    if not known.keys() <= listed:
        raise _changed(output, "a file is gone")
    manifest = manifest_digest(files)
    try:
        check_inclusion(predicate, trusted, manifest)
    except IntegrityError as error:
        raise _changed(output, error.message) from None
    return manifest


def _sha256(session: ReadsFiles, path: str) -> str:
    digest = hashlib.sha256()
    for part in session.content(path):
        digest.update(part)
    return digest.hexdigest()


def _changed(output: str, what: str) -> IntegrityError:
    return IntegrityError(f"the release {output} is not as attested: {what}", hint=_HINT)


def _untrusted(source: str) -> Reason:
    return Reason(
        code="INPUT-UNTRUSTED",
        message="a release that is read is not signed by a trusted key, so it is no parent",
        place=source,
        hint="add its writer's key to public_keys",
    )
