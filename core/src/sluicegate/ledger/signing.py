"""Ed25519 signatures (RFC 8032): who signs, and whose signatures count."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from sluicegate.errors import KeyUnavailable
from sluicegate.model.sensitive import NeverPickled

KEY_BYTES: Final = 32
"""Length of a raw public key and of a seed."""


class Signer(Protocol):
    """Something that signs: a key in memory here, a hardware module or a service elsewhere."""

    @property
    def key_id(self) -> str:
        """Names the public key in records and attestations."""

    @property
    def public_key(self) -> bytes:
        """The raw public key, 32 bytes."""

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature of ``data``, 64 bytes."""


class Ed25519Signer(NeverPickled):
    """Signs with a key that is held in memory.

    The key id is derived from the public key, so two keys never share one and nobody has to keep
    a register of them.

    Args:
        seed: The private key: 32 random bytes.

    Raises:
        KeyUnavailable: the seed has another length.
    """

    __slots__ = ("_private", "key_id", "public_key")

    def __init__(self, seed: bytes) -> None:
        length = len(seed)
        if length != KEY_BYTES:
            del seed  # or the traceback would hold it
            raise KeyUnavailable(
                f"a signing key has {KEY_BYTES} bytes, this one has {length}",
                hint="derive it from the root key, or generate 32 random bytes",
            )
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._private.public_key().public_bytes_raw()
        self.key_id = key_id_of(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature of ``data``, 64 bytes."""
        return self._private.sign(data)

    def __repr__(self) -> str:
        return f"Ed25519Signer({getattr(self, 'key_id', 'no key')})"


def key_id_of(public_key: bytes) -> str:
    """Name a public key: ``ed25519-`` and the first 16 hex digits of its SHA-256."""
    return "ed25519-" + hashlib.sha256(public_key).hexdigest()[:16]


def verify(trusted: Mapping[str, bytes], key_id: str, signature: bytes, data: bytes) -> bool:
    """Tell whether ``signature`` over ``data`` is by the trusted key of that id.

    Failure mode: closed. An unknown id, a malformed key and a malformed signature are all "no".
    """
    public_key = trusted.get(key_id)
    if public_key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
