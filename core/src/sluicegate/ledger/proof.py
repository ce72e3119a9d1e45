"""Proofs that need neither our database nor our code: JSON with everything to check them by.

An *inclusion* proof holds one record as it is stored, its path to the root, and a signed
checkpoint with that root. A *consistency* proof holds two checkpoints, and the hashes which show
that the records of the older are the first ones of the newer. Who checks needs the public key from
somewhere else: the key in a proof is there to be compared, not to be trusted.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import ChainBroken, ConfigurationError, SignatureInvalid
from sluicegate.ledger.checkpoint import Checkpoint
from sluicegate.ledger.kinds import CHECKPOINT
from sluicegate.ledger.row import Row, content_fault, signature_fault
from sluicegate.ledger.tiles import record_leaf
from sluicegate.ledger.tree import verify_consistency, verify_inclusion

if TYPE_CHECKING:
    from sluicegate.ledger.ledger import Ledger

INCLUSION: Final = "urn:sluicegate:ledger:inclusion:v1"
CONSISTENCY: Final = "urn:sluicegate:ledger:consistency:v1"
MAX_BYTES: Final = 1024 * 1024
"""Longest proof that is read: a record's body may have 256 kB."""
_STEPS: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What a proof shows."""

    kind: str
    """``inclusion`` or ``consistency``."""
    checkpoint: Checkpoint
    """That it leads to; of two, the newer."""
    row: Row | None = None
    """The record that is in the ledger."""
    older: Checkpoint | None = None
    """The checkpoint whose records are the first ones."""


def prove_record(
    ledger: Ledger, sequence: int, checkpoint: Checkpoint | None = None
) -> dict[str, Any]:
    """Prove that a record is in the ledger.

    Args:
        ledger: The ledger.
        sequence: Of the record.
        checkpoint: That the proof leads to; the newest on record if not given.

    Raises:
        ConfigurationError: there is no such record, or no checkpoint covers it yet.
        ChainBroken: what the store gives does not lead to what was signed.
    """
    row = ledger.row(sequence)
    if row is None:
        raise ConfigurationError(f"the ledger has no record {sequence}")
    signed = checkpoint or newest_checkpoint(ledger)
    if signed is None or signed.size < sequence:
        raise ConfigurationError(
            f"no checkpoint covers record {sequence} yet", hint="`sluicegate ledger checkpoint`"
        )
    return next(prove_rows(ledger, [row], signed))


def prove_rows(
    ledger: Ledger, rows: Iterable[Row], checkpoint: Checkpoint
) -> Iterator[dict[str, Any]]:
    """Prove that records are in the ledger, each by itself, reading the tree between them once.

    Args:
        ledger: The ledger.
        rows: Records as ``ledger.row`` or ``ledger.rows`` gave them, so their signatures hold; best
            in their order.
        checkpoint: That all proofs lead to.

    Raises:
        SignatureInvalid: the checkpoint is not by a trusted key.
        ConfigurationError: the checkpoint does not cover a record.
        ChainBroken: what the store gives does not lead to what was signed.
    """
    checkpoint.require(ledger.trusted)
    tree = ledger.tree
    for row in rows:
        index, size = row.sequence - 1, checkpoint.size
        path = tree.inclusion(row.sequence, size)
        # kept nodes and the store are not to be trusted
        if verify_inclusion(record_leaf(row.hash), index, size, path) != checkpoint.root:
            raise _not_shown(row.sequence)
        yield inclusion_proof(ledger, row, path, checkpoint)


def inclusion_proof(
    ledger: Ledger, row: Row, path: Sequence[bytes], checkpoint: Checkpoint
) -> dict[str, Any]:
    """Write the proof of a record whose path to a checkpoint is known; nothing is checked."""
    return {
        "type": INCLUSION,
        "record": row._asdict(),
        "index": row.sequence - 1,
        "size": checkpoint.size,
        "path": _texts(path),
        "checkpoint": checkpoint.note,
        "public_keys": _keys(ledger, row.key_id, checkpoint.key_id),
    }


def prove_growth(
    ledger: Ledger, older: Checkpoint, newer: Checkpoint | None = None
) -> dict[str, Any]:
    """Prove that the records of one checkpoint are the first ones of another.

    Raises:
        ConfigurationError: there is no newer checkpoint.
        ChainBroken: the older checkpoint is of other records than this ledger's.
    """
    signed = newer or newest_checkpoint(ledger)
    if signed is None or signed.size < older.size:
        raise ConfigurationError(
            f"the ledger has no checkpoint of {older.size:,} records or more",
            hint="if it should, its end was cut off; else `sluicegate ledger checkpoint`",
        )
    document = {
        "type": CONSISTENCY,
        "old": older.note,
        "new": signed.note,
        "path": _texts(ledger.tree.consistency(older.size, signed.size)),
        "public_keys": _keys(ledger, older.key_id, signed.key_id),
    }
    check_proof(document, ledger.trusted)  # the store is not to be trusted
    return document


def newest_checkpoint(ledger: Ledger) -> Checkpoint | None:
    """Return the newest checkpoint on record."""
    for record in ledger.records(kind=CHECKPOINT, newest_first=True):
        if not record.dropped:
            return Checkpoint.read(str(record.body["note"]))
    return None


def check_proof(document: Mapping[str, Any], trusted: Mapping[str, bytes]) -> Proven:
    """Check a proof by itself.

    Failure mode: closed. Whatever is not as it should be is no proof.

    Raises:
        SignatureInvalid: a checkpoint or the record is not by a trusted key, or it is no proof.
        ChainBroken: it does not prove what it claims.
    """
    try:
        if document["type"] == INCLUSION:
            return _inclusion(document, trusted)
        if document["type"] == CONSISTENCY:
            return _consistency(document, trusted)
    except (KeyError, TypeError, ValueError, binascii.Error):
        pass
    raise SignatureInvalid("this is no proof of a ledger")


def _inclusion(document: Mapping[str, Any], trusted: Mapping[str, bytes]) -> Proven:
    row = Row(**document["record"])
    checkpoint = Checkpoint.read(document["checkpoint"])
    checkpoint.require(trusted)
    reason = content_fault(row) or signature_fault(row, trusted)
    if reason in {"key", "signature"}:
        raise SignatureInvalid(f"record {row.sequence} is not signed by a trusted key")
    index, size = document["index"], document["size"]
    fits = reason is None and size == checkpoint.size and index == row.sequence - 1
    path = _hashes(document["path"])
    if not fits or verify_inclusion(record_leaf(row.hash), index, size, path) != checkpoint.root:
        raise _not_shown(row.sequence)
    return Proven(kind="inclusion", checkpoint=checkpoint, row=row)


def _not_shown(sequence: int) -> ChainBroken:
    return ChainBroken(f"the proof does not show that record {sequence} is in the ledger")


def _consistency(document: Mapping[str, Any], trusted: Mapping[str, bytes]) -> Proven:
    old, new = Checkpoint.read(document["old"]), Checkpoint.read(document["new"])
    old.require(trusted)
    new.require(trusted)
    path = _hashes(document["path"])
    grown = verify_consistency(old.size, new.size, old.root, new.root, path)
    if not grown or old.origin != new.origin:
        raise ChainBroken(
            f"the {old.size:,} records of the older checkpoint are not the first ones of the newer",
            hint="one of both is of a ledger that was rewritten, or of another ledger",
        )
    return Proven(kind="consistency", checkpoint=new, older=old)


def _keys(ledger: Ledger, *key_ids: str) -> dict[str, str]:
    known = ledger.trusted
    return {k: base64.b64encode(known[k]).decode() for k in dict.fromkeys(key_ids) if k in known}


def _texts(hashes: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in hashes]


def _hashes(texts: Sequence[str]) -> list[bytes]:
    if type(texts) is not list or len(texts) > _STEPS:
        raise ValueError("no path")
    found = [base64.b64decode(text, validate=True) for text in texts]
    if any(len(one) != 32 for one in found):  # noqa: PLR2004 - bytes of a SHA-256
        raise ValueError("no path")
    return found
