"""The proof, inside an attestation, that the ledger holds the record of the release.

The record is written before the attestation is signed, so the attestation can hold the record as
it is stored, its path to the root of the tree that it completes, and a checkpoint with that root,
signed for it. The checkpoint is not put on record: that would cost every extract another commit.
Whoever keeps the attestation keeps the checkpoint, and so is a witness of the ledger up to there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from sluicegate.errors import ChainBroken, IntegrityError, SignatureInvalid
from sluicegate.ledger import Checkpoint
from sluicegate.ledger.proof import check_proof, inclusion_proof
from sluicegate.ledger.tiles import record_leaf
from sluicegate.ledger.tree import verify_inclusion

if TYPE_CHECKING:
    from sluicegate.ledger import Ledger, Signer
    from sluicegate.model.events import Record

VERIFIED: Final = "extract.verified"
"""Kind of the record that is proven."""


def prove_release(ledger: Ledger, record: Record, signer: Signer) -> dict[str, Any]:
    """Prove that the ledger holds a record that was just written.

    Args:
        ledger: Where it was written.
        record: The record, as the ledger gave it.
        signer: Signs the checkpoint of all records up to this one; the ledger's own.

    Raises:
        ChainBroken: what the store gives does not lead to a root, or is not this record.
        LedgerUnavailable: the store cannot be read now.

    Returns:
        An inclusion proof, as ``sluicegate ledger prove`` writes it.
    """
    size, tree = record.sequence, ledger.tree
    row, path = ledger.row(size), tree.inclusion(size, size)
    root = verify_inclusion(record_leaf(record.hash), size - 1, size, path)
    if root is None or row is None:
        raise ChainBroken(
            f"the tree of the ledger leads from record {size} to no root",
            hint="run `sluicegate ledger verify`",
        )
    checkpoint = Checkpoint.sign(
        origin=tree.origin(), size=size, root=root, time=record.time, signer=signer
    )
    document = inclusion_proof(ledger, row, path, checkpoint)
    check_proof(document, ledger.trusted)  # the store is not to be trusted
    return document


def check_inclusion(
    predicate: Mapping[str, Any], trusted: Mapping[str, bytes], manifest: str
) -> Checkpoint | None:
    """Check the proof of a signed predicate, and that the record is the one of this release.

    Args:
        predicate: After the signature over it held.
        trusted: Key id → raw public key.
        manifest: Digest of its files; see ``manifest_digest``.

    Raises:
        IntegrityError: it does not show that the ledger holds the record of this release.

    Returns:
        The checkpoint that it leads to; ``None`` if the attestation holds no proof, as older ones.
    """
    if "inclusion" not in predicate:
        return None
    document = predicate["inclusion"]
    try:
        proven = check_proof(document, trusted)
        record = proven.row.record() if proven.row else None  # a proof of growth has none
        told = record and {
            "sequence": record.sequence,
            "hash": record.hash,
            "kind": record.kind,
            "run": record.subject,
            "time": record.time.isoformat(),
            "manifest": record.body.get("manifest"),
            "plan": record.body.get("plan"),
        }
        attested = {
            **{name: predicate["ledger"]["verified"][name] for name in ("sequence", "hash")},
            "kind": VERIFIED,
            "run": predicate["run_key"],
            "time": predicate["released_at"],
            "manifest": manifest,
            "plan": predicate["plan"]["digest"],
        }
    except (SignatureInvalid, ChainBroken) as error:
        raise IntegrityError(f"its proof of the ledger does not hold: {error.message}") from None
    except (KeyError, TypeError, AttributeError):
        raise IntegrityError("its proof of the ledger is none") from None
    if not told:
        raise IntegrityError("its proof is not of a record of the ledger")
    if other := [name for name, value in attested.items() if told[name] != value]:
        raise IntegrityError(f"its proof is of another record of the ledger: {', '.join(other)}")
    return proven.checkpoint
