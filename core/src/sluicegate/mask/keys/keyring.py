"""Keys for each use: of the installation from the root, of a purpose from the purpose's own key.

Derivation is HKDF-SHA-256 (RFC 5869) with a context string per use, so that no two uses or purposes
share a key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sluicegate.errors import KeyUnavailable
from sluicegate.mask.keys.purpose_key import PurposeKey
from sluicegate.model.sensitive import NeverPickled, Sensitive

_SALT: Final = b"sluicegate"


class Keyring(NeverPickled):
    """Keys for each use, derived from the root and, for one purpose, from that purpose's key.

    Args:
        root: 32 random bytes.
        purpose_key: Of the purpose that a run is for.
    """

    __slots__ = ("_purpose_key", "_root")

    def __init__(self, root: Sensitive[bytes], purpose_key: PurposeKey | None = None) -> None:
        self._root = root
        self._purpose_key = purpose_key

    def holding(self, key: PurposeKey) -> Keyring:
        """Return a keyring that derives the keys of this purpose, in this epoch, too."""
        return Keyring(self._root, key)

    def derive(self, use: str, purpose: str = "", *, length: int = 32) -> Sensitive[bytes]:
        """Derive the key of one use.

        Args:
            use: ``fingerprint``, ``canary``, ``signing``, ``parameters``, ``wrapping``; for a
                purpose ``pseudonym`` and the names of other keyed masks.
            purpose: The purpose, for keys that are bound to one.
            length: Bytes.

        Raises:
            KeyUnavailable: the key of this purpose is not on the ring.
        """
        material = self.purpose_key(purpose).material if purpose else self._root
        info = f"sluicegate:1:{use}:{len(purpose)}:{purpose}".encode()
        kdf = HKDF(algorithm=hashes.SHA256(), length=length, salt=_SALT, info=info)
        return Sensitive(kdf.derive(material.reveal()))

    def fingerprints(self) -> Callable[[bytes], str]:
        """Return ``mac`` for ``fingerprint`` with its key at hand, for many values."""
        state = hmac.new(self.derive("fingerprint").reveal(), digestmod=hashlib.sha256)

        def fingerprint(data: bytes) -> str:
            mac = state.copy()
            mac.update(data)
            return mac.hexdigest()[:32]

        return fingerprint

    def mac(self, use: str, data: bytes) -> str:
        """HMAC-SHA-256 under the installation's key of ``use``: 32 hex digits (128 bits)."""
        return hmac.new(self.derive(use).reveal(), data, hashlib.sha256).hexdigest()[:32]

    def key_id(self, use: str, purpose: str = "") -> str:
        """Name a key without giving it away: 16 hex digits of its SHA-256.

        A purpose's key has one name for all its uses, which begins with its epoch: ``2-…``.
        """
        if purpose:
            return self.purpose_key(purpose).key_id
        marked = b"sluicegate:key-id:" + self.derive(use).reveal()
        return hashlib.sha256(marked).hexdigest()[:16]

    def purpose_key(self, purpose: str) -> PurposeKey:
        """Return the key that is held for a purpose.

        Raises:
            KeyUnavailable: it is not on the ring.
        """
        key = self._purpose_key
        if key is None or key.purpose != purpose:
            raise KeyUnavailable(
                f"the key of the purpose {purpose!r} is not at hand",
                hint="open it with PurposeKeys.current or .named, and hold it on the keyring",
            )
        return key

    def __repr__(self) -> str:
        return "Keyring(***)"
