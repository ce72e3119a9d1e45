"""Opens the keys of an installation without the rest of a gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sluicegate.gate.trust import own_key, read_public_keys
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.mask import Keyring, PurposeKeys, open_key, open_store

if TYPE_CHECKING:
    from sluicegate.settings import Settings


@contextmanager
def opened_keys(
    settings: Settings, *, change: bool = False
) -> Iterator[tuple[PurposeKeys, Ledger]]:
    """Open the keys of purposes, and the ledger that tells of them.

    Args:
        settings: Of the installation.
        change: Whether keys are going to be made or destroyed; otherwise the ledger is only read,
            and one that is not there is not made.

    Raises:
        KeyUnavailable: the root key cannot be had.
        LedgerError: the ledger cannot be opened.
    """
    keyring = open_keyring(settings)
    signer = Ed25519Signer(keyring.derive("signing").reveal())
    trusted = read_public_keys(settings.public_keys) | own_key(signer)
    ledger = open_ledger(settings.ledger, signer if change else None, trusted=trusted)
    try:
        yield PurposeKeys(keyring, open_store(settings.key_store), ledger), ledger
    finally:
        ledger.close()


def open_keyring(settings: Settings) -> Keyring:
    """Get the root key and return its keyring.

    Raises:
        KeyUnavailable: it cannot be had.
    """
    return Keyring(open_key(settings.key).root())
