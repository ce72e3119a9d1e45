"""Opens the ledger for writing, and the installation's keys, without the rest of the gate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate.gate.trust import read_public_keys
from sluicegate.ledger import Ed25519Signer, Ledger, open_ledger
from sluicegate.mask import Keyring, open_key

if TYPE_CHECKING:
    from sluicegate.settings import Settings


def open_signed_ledger(settings: Settings, *, timeout_seconds: float = 10.0) -> Ledger:
    """Open the ledger of the settings, to append what is no extract.

    Args:
        settings: Where ledger and root key are.
        timeout_seconds: Longest that opening or one ``append`` may take.

    Raises:
        KeyUnavailable: there is no root key here.
        LedgerUnavailable: the ledger cannot be reached now.
    """
    signer = Ed25519Signer(installation_keys(settings).derive("signing").reveal())
    trusted = read_public_keys(settings.public_keys)
    return open_ledger(settings.ledger, signer, trusted=trusted, timeout_seconds=timeout_seconds)


def installation_keys(settings: Settings) -> Keyring:
    """Open the root key, for keys that are bound to no purpose.

    Raises:
        KeyUnavailable: there is no root key here.
    """
    return Keyring(open_key(settings.key).root())


def has_ledger(settings: Settings) -> bool:
    """Tell whether somebody set a ledger up here: it is named, or its file is there.

    A process that only tells of runs, such as a scheduler, must not make one in its working folder.
    """
    here = Path.cwd() / ".sluicegate" / "ledger.db"
    return settings.ledger != str(here) or here.exists()
