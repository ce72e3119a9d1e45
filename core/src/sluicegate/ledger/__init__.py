"""The append-only record of what happened: chained, signed, verifiable, provable.

What it proves and what not: a changed, removed, added or reordered record is found by anyone who
holds the public key. Whoever holds the *signing* key and can write to the store can write another
history, and whoever can write to the store can cut off its end; both are found by what was kept
elsewhere: checkpoints at a witness, or attestations (each names a record; see ``Ledger.verify``).
"""

from sluicegate.ledger.checkpoint import Checkpoint
from sluicegate.ledger.ledger import Ledger
from sluicegate.ledger.opening import open_ledger
from sluicegate.ledger.report import LedgerFault, LedgerReport
from sluicegate.ledger.signing import Ed25519Signer, Signer, key_id_of, verify
from sluicegate.ledger.witness import Witness, check_witness, open_witness

__all__ = [
    "Checkpoint",
    "Ed25519Signer",
    "Ledger",
    "LedgerFault",
    "LedgerReport",
    "Signer",
    "Witness",
    "check_witness",
    "key_id_of",
    "open_ledger",
    "open_witness",
    "verify",
]
