"""Hands a secret from one process to another through a place that others may read.

An orchestrator's store of results is such a place: the interface shows it, and backups keep it. The
secret is encrypted under a key that is derived from the installation's root, and bound to where it
belongs, so that a copy in another run opens nothing.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sluicegate.errors import IntegrityError
from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.sensitive import Sensitive

if TYPE_CHECKING:
    from sluicegate.mask import Keyring

_USE: Final = "handover"
_NONCE_BYTES: Final = 12
_PREFIX: Final = "sg1:"


def wrapped(keyring: Keyring, secret: Sensitive[str], *, bound_to: Mapping[str, str]) -> str:
    """Encrypt a secret (AES-256-GCM, NIST SP 800-38D) for whoever holds the root key.

    Args:
        keyring: Of the installation.
        secret: What to hand over.
        bound_to: Where it belongs; it must be told again to open it.
    """
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(keyring.derive(_USE).reveal())
    sealed = cipher.encrypt(nonce, secret.reveal().encode(), canonical_bytes(bound_to))
    return _PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def unwrapped(keyring: Keyring, text: str, *, bound_to: Mapping[str, str]) -> Sensitive[str]:
    """Decrypt what ``wrapped`` returned.

    Raises:
        IntegrityError: it was changed, belongs elsewhere, or is of another installation.
    """
    opened = _opened(keyring, text, canonical_bytes(bound_to))
    if opened is None:
        raise IntegrityError(
            "what was handed over does not open here",
            hint="it belongs to another run, or this process has another root key",
        )
    return opened


def _opened(keyring: Keyring, text: str, bound: bytes) -> Sensitive[str] | None:
    """Return nothing rather than raise: a traceback would keep this frame, and the key in it."""
    try:
        data = base64.b64decode(text.removeprefix(_PREFIX), altchars=b"-_", validate=True)
        cipher = AESGCM(keyring.derive(_USE).reveal())
        plain = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound)
    except (InvalidTag, binascii.Error, ValueError):
        return None
    return Sensitive(plain.decode()) if text.startswith(_PREFIX) else None
