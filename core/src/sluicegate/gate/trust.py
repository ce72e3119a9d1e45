"""Whose signatures count: public keys from a file, and our own."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from sluicegate.errors import ConfigurationError, KeyUnavailable
from sluicegate.ledger import Ed25519Signer
from sluicegate.mask import Keyring, open_key

if TYPE_CHECKING:
    from pathlib import Path

    from sluicegate.settings import Settings

_KEY_BYTES: Final = 32


def own_key(signer: Ed25519Signer) -> dict[str, bytes]:
    """The signer's own public key, by its id."""
    return {signer.key_id: signer.public_key}


def read_public_keys(path: Path) -> dict[str, bytes]:
    """Read a file of ``key-id base64`` lines; ``#`` begins a comment. A missing file trusts nobody.

    Raises:
        ConfigurationError: a line is something else; the message names it.
    """
    if not path.exists():
        return {}
    keys: dict[str, bytes] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        key = _decode(words[-1]) if len(words) == 2 else None  # noqa: PLR2004 - id and key
        if key is None:
            raise ConfigurationError(
                f"{path}:{number} is not a public key",
                hint="write: key-id, a space, then 32 bytes in base64",
            )
        keys[words[0]] = key
    return keys


def write_public_keys(path: Path, keys: dict[str, bytes]) -> None:
    """Write the file that ``read_public_keys`` reads."""
    lines = [f"{key_id} {base64.b64encode(key).decode()}\n" for key_id, key in keys.items()]
    path.write_text("# Whose attestations and ledger records are trusted.\n" + "".join(lines))


def trusted_keys(settings: Settings) -> dict[str, bytes]:
    """All keys that count for verifying: the file's, and our own where the root key is at hand.

    Raises:
        ConfigurationError: there is neither.
    """
    keys = read_public_keys(settings.public_keys)
    try:
        root = open_key(settings.key).root()
    except KeyUnavailable:
        if keys:
            return keys
        raise ConfigurationError(
            f"no public key to verify with: {settings.public_keys} does not exist or is empty",
            hint="pass --public-keys FILE, or set public_keys in sluicegate.toml",
        ) from None
    return keys | own_key(Ed25519Signer(Keyring(root).derive("signing").reveal()))


def _decode(text: str) -> bytes | None:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == _KEY_BYTES else None
