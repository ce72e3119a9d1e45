"""Opens the ledger for commands, which never make one, and reads what belongs to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sluicegate.errors import ConfigurationError, SignatureInvalid
from sluicegate.evidence import ATTESTATION, read_envelope
from sluicegate.evidence.envelope import MAX_BYTES
from sluicegate.evidence.inclusion import check_inclusion
from sluicegate.evidence.manifest import manifest_digest, read_files
from sluicegate.ledger import Checkpoint, Ledger, open_ledger, open_witness
from sluicegate.ledger.checkpoint import NOTE_BYTES
from sluicegate.ledger.proof import MAX_BYTES as PROOF_BYTES

if TYPE_CHECKING:
    from sluicegate.model.events import Record
    from sluicegate.settings import Settings


@contextmanager
def reading(settings: Settings, trusted: Mapping[str, bytes]) -> Iterator[Ledger]:
    """Open the ledger of the settings without a signer: what is not there is not made.

    Raises:
        LedgerError: there is no ledger. An empty one would verify, and say nothing.
    """
    ledger = open_ledger(settings.ledger, None, trusted=trusted)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def writing(settings: Settings) -> Iterator[Ledger]:
    """Open the ledger of the settings to add to it. One that is not there is not made.

    Raises:
        KeyUnavailable: the root key cannot be had.
        LedgerError: there is no ledger.
    """
    from sluicegate.gate.signed_ledger import open_signed_ledger

    open_ledger(settings.ledger, None).close()
    ledger = open_signed_ledger(settings)
    try:
        yield ledger
    finally:
        ledger.close()


def witnessed_by(addresses: Iterable[str], ledger: Ledger) -> list[Checkpoint]:
    """Ask witnesses for their checkpoints of this ledger.

    Raises:
        SignatureInvalid: a witness has none of this ledger: then it shows nothing, and whoever
            names it expects that it does.
    """
    found = []
    for address in addresses:
        witness = open_witness(address)
        kept = list(witness.kept())
        origin = ledger.tree.origin() if ledger.head() else ""
        ours = [checkpoint for checkpoint in kept if checkpoint.origin == origin]
        if not ours:
            raise SignatureInvalid(
                f"the witness {witness.place} holds {len(kept)} checkpoint(s), none of this ledger",
                hint="the ledger was replaced, or the witness is another one's",
            )
        found += ours
    return found


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a file with one checkpoint.

    Raises:
        ConfigurationError: it cannot be read.
        SignatureInvalid: it is none.
    """
    return Checkpoint.read(_start_of(path, NOTE_BYTES).decode("utf-8", "replace"))


def read_proof(path: Path) -> Mapping[str, Any]:
    """Read a file with a proof.

    Raises:
        ConfigurationError: it cannot be read.
        SignatureInvalid: it is none.
    """
    try:
        document = json.loads(_start_of(path, PROOF_BYTES))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise SignatureInvalid(f"{path} is no proof of a ledger")
    return document


def find_record(ledger: Ledger, sequence: int) -> Record:
    """Return one record.

    Raises:
        ConfigurationError: the ledger has no such record.
    """
    row = ledger.row(sequence)
    if row is None:
        raise ConfigurationError(f"the ledger has no record {sequence}")
    return row.record()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What attestations say of the ledger."""

    records: tuple[tuple[int, str], ...]
    """Sequence and hash of records that it must hold."""
    checkpoints: tuple[Checkpoint, ...]
    """States that it must have had."""


def attested_by(paths: Iterable[Path], trusted: Mapping[str, bytes]) -> Attested:
    """Read from attestations what the ledger must hold.

    Raises:
        ConfigurationError: a file is missing or unreadable.
        SignatureInvalid: an attestation is not signed by a trusted key, or names no record.
        IntegrityError: its proof does not hold.
    """
    predicates = [(path, _predicate(path, trusted)) for path in paths]
    found = (
        check_inclusion(predicate, trusted, manifest_digest(read_files(predicate)))
        for _, predicate in predicates
    )
    return Attested(
        records=tuple(r for path, predicate in predicates for r in _records_of(path, predicate)),
        checkpoints=tuple(checkpoint for checkpoint in found if checkpoint is not None),
    )


def _predicate(path: Path, trusted: Mapping[str, bytes]) -> Mapping[str, Any]:
    file = path / ATTESTATION if path.is_dir() else path
    predicate: Mapping[str, Any] = read_envelope(_start_of(file, MAX_BYTES), trusted)["predicate"]
    return predicate


def _records_of(path: Path, predicate: Mapping[str, Any]) -> list[tuple[int, str]]:
    try:
        places = [predicate["ledger"][name] for name in ("intent", "verified")]
        return [(int(p["sequence"]), str(p["hash"])) for p in places]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SignatureInvalid(f"{path} names no record of a ledger") from None


def _start_of(file: Path, size: int) -> bytes:
    """Read at most one byte more than ``size``: what is longer is noticed."""
    try:
        with file.open("rb") as opened:
            return opened.read(size + 1)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
