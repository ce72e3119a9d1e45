"""The append-only record of what happened: chained, signed, verifiable.

What it proves and what not: a changed, removed, added or reordered record is found by anyone who
holds the public key. Whoever holds the *signing* key and can write to the store can write another
history, and whoever can write to the store can cut off its end; both are found only by what was
kept elsewhere (each attestation names a record, see ``Ledger.verify(expect=…)``).
"""

from sluicegate.ledger.ledger import Ledger
from sluicegate.ledger.opening import open_ledger
from sluicegate.ledger.report import LedgerFault, LedgerReport
from sluicegate.ledger.signing import Ed25519Signer, Signer, key_id_of, verify

__all__ = [
    "Ed25519Signer",
    "Ledger",
    "LedgerFault",
    "LedgerReport",
    "Signer",
    "key_id_of",
    "open_ledger",
    "verify",
]
