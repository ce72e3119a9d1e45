"""The key of one purpose in one epoch, and its wrapping under the root.

It is drawn at random, not derived: what a root can derive can never be destroyed while the root
lives. It is kept wrapped by AES-SIV (RFC 5297), which was made for wrapping keys, needs no nonce,
and binds purpose, epoch and id to the ciphertext: an entry put in another's place does not open.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sluicegate.model.canonical import canonical_bytes
from sluicegate.model.sensitive import Sensitive

_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeKey:
    """A purpose's key in an epoch; pickling and copying it raise ``TypeError``."""

    purpose: str
    epoch: int
    """From 1; rotation begins the next one."""
    material: Sensitive[bytes]
    """32 random bytes, from which the keys of each use are derived."""

    @classmethod
    def draw(cls, purpose: str, epoch: int) -> PurposeKey:
        """Draw a new one from the operating system's generator."""
        material = Sensitive(secrets.token_bytes(_BYTES))
        return cls(purpose=purpose, epoch=epoch, material=material)

    @property
    def key_id(self) -> str:
        """Its epoch and 16 hex digits of a SHA-256 that gives nothing away: ``2-9f…``."""
        marked = b"sluicegate:purpose-key-id:" + self.material.reveal()
        return f"{self.epoch}-{hashlib.sha256(marked).hexdigest()[:16]}"

    def wrap(self, wrapping: Sensitive[bytes]) -> bytes:
        """Encrypt it under the root's wrapping key (64 bytes: AES-256-SIV)."""
        bound = _bound(self.purpose, self.epoch, self.key_id)
        return AESSIV(wrapping.reveal()).encrypt(self.material.reveal(), bound)

    @classmethod
    def unwrap(
        cls, wrapped: bytes, wrapping: Sensitive[bytes], *, purpose: str, epoch: int, key_id: str
    ) -> PurposeKey | None:
        """Decrypt it; ``None`` if it is not this key, was changed, or is under another root."""
        try:
            material = AESSIV(wrapping.reveal()).decrypt(wrapped, _bound(purpose, epoch, key_id))
        except (InvalidTag, ValueError):
            return None
        key = cls(purpose=purpose, epoch=epoch, material=Sensitive(material))
        return key if key.key_id == key_id else None


def _bound(purpose: str, epoch: int, key_id: str) -> list[bytes]:
    return [b"sluicegate purpose key v1", canonical_bytes([purpose, epoch, key_id])]
