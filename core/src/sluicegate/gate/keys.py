"""Opens the keys of an installation without the rest of a gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from sluicegate.gate.trust import own_key, read_public_keys
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.mask import Keyring, PurposeKeys, open_key, open_store
from sluicegate.model.events import AlreadyRecorded, Event

if TYPE_CHECKING:
    from sluicegate.settings import Settings

ROOT_REPLACED: Final = "key.root_replaced"
"""The installation has another root key, and signs with another key from here on."""
_NOBODY: Final[Mapping[str, bytes]] = MappingProxyType({})


@contextmanager
def opened_keys(
    settings: Settings, *, change: bool = False, also: Mapping[str, bytes] = _NOBODY
) -> Iterator[tuple[PurposeKeys, Ledger]]:
    """Open the keys of purposes, and the ledger that tells of them.

    Args:
        settings: Of the installation.
        change: Whether keys are going to be made or destroyed; otherwise the ledger is only read,
            and one that is not there is not made.
        also: Key id → public key of others to trust, beside those of the settings.

    Raises:
        KeyUnavailable: the root key cannot be had.
        LedgerError: the ledger cannot be opened.
    """
    keyring = open_keyring(settings)
    signer = _signer(keyring)
    trusted = {**read_public_keys(settings.public_keys), **also, **own_key(signer)}
    ledger = open_ledger(settings.ledger, signer if change else None, trusted=trusted)
    try:
        yield PurposeKeys(keyring, open_store(settings.key_store), ledger), ledger
    finally:
        ledger.close()


def replace_root(settings: Settings, before: Keyring, *, by: str) -> int:
    """Wrap the keys of all purposes under the present root key, and record who signs from now on.

    Doing it again goes on where a crash interrupted it.

    Args:
        settings: Of the installation, with the new root key.
        before: Of the earlier root key.
        by: Who does it.

    Raises:
        KeyUnavailable: a root key cannot be had, or a key opens under neither.
        LedgerError: the ledger cannot be opened or written.

    Returns:
        How many keys were wrapped anew.
    """
    earlier, present = _signer(before), _signer(open_keyring(settings))
    with opened_keys(settings, change=True, also=own_key(earlier)) as (keys, ledger):
        count = keys.rewrap(before)
        if earlier.key_id != present.key_id:
            facts = {"by": by, "signer_before": earlier.key_id, "signer": present.key_id}
            event = Event(kind=ROOT_REPLACED, subject="installation", body=facts)
            with suppress(AlreadyRecorded):
                ledger.append(event, once=f"signer:{earlier.key_id}:{present.key_id}")
    return count


def open_keyring(settings: Settings) -> Keyring:
    """Get the root key and return its keyring.

    Raises:
        KeyUnavailable: it cannot be had.
    """
    return Keyring(open_key(settings.key).root())


def _signer(keyring: Keyring) -> Ed25519Signer:
    return Ed25519Signer(keyring.derive("signing").reveal())
