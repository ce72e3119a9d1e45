"""Keys: a root from a provider, and one key per purpose and use derived from it.

Nothing here has a default: a missing, short or openly readable key is ``KeyUnavailable``.
Derivation is HKDF-SHA-256 (RFC 5869) with a context string per use, so that no two uses or purposes
share a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sluicegate.errors import KeyUnavailable
from sluicegate.model.sensitive import Sensitive

ROOT_BYTES: Final = 32
_HINT = "make one with `sluicegate init`, or `openssl rand -base64 32`"


class KeyProvider(Protocol):
    """Where the root key comes from.

    Failure mode: closed. Neither blocks nor retries; raises ``KeyUnavailable``.
    """

    def root(self) -> Sensitive[bytes]:
        """Return the 32 bytes of the root key."""


class EnvironmentKey:
    """The root key in an environment variable, as base64 of 32 bytes."""

    def __init__(self, variable: str, environ: Mapping[str, str] | None = None) -> None:
        self._variable = variable
        self._environ = environ

    def root(self) -> Sensitive[bytes]:
        """Read the variable anew, so that a rotated key is seen."""
        environ = os.environ if self._environ is None else self._environ
        text = environ.get(self._variable, "")
        if not text:
            raise KeyUnavailable(
                f"the environment variable {self._variable} is not set", hint=_HINT
            )
        return _decode(text, f"the environment variable {self._variable}")

    def __repr__(self) -> str:
        return f"EnvironmentKey({self._variable!r})"


class FileKey:
    """The root key in a file of base64 that nobody but its owner may read (mode 0600 or 0400)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def root(self) -> Sensitive[bytes]:
        """Check the file's owner and mode on the open descriptor, then read it."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise KeyUnavailable(
                f"the key file {self._path} cannot be read: {os.strerror(error.errno or 0)}",
                hint=_HINT,
            ) from None
        try:
            _check_permissions(os.fstat(descriptor), self._path)
            text = os.read(descriptor, 4096)
        finally:
            os.close(descriptor)
        return _decode(text.decode("ascii", "replace"), f"the key file {self._path}")

    def __repr__(self) -> str:
        return f"FileKey({str(self._path)!r})"


def _check_permissions(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyUnavailable(f"the key file {path} is not a regular file")
    if os.name == "posix" and status.st_mode & 0o077:
        raise KeyUnavailable(
            f"the key file {path} is open to others (mode {stat.S_IMODE(status.st_mode):04o})",
            hint=f"chmod 600 {path}",
        )
    if os.name == "posix" and status.st_uid not in (os.geteuid(), 0):
        raise KeyUnavailable(f"the key file {path} belongs to another user")


def _decode(text: str, where: str) -> Sensitive[bytes]:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise KeyUnavailable(f"{where} does not hold base64", hint=_HINT) from None
    if len(key) != ROOT_BYTES:
        raise KeyUnavailable(f"{where} holds {len(key)} bytes, not {ROOT_BYTES}", hint=_HINT)
    if len(set(key)) == 1:
        raise KeyUnavailable(f"{where} holds one byte repeated, not a random key", hint=_HINT)
    return Sensitive(key)


def open_key(uri: str, environ: Mapping[str, str] | None = None) -> KeyProvider:
    """Return the provider for ``env:VARIABLE`` or ``file:PATH``.

    Raises:
        KeyUnavailable: the address is of another kind.
    """
    scheme, _, rest = uri.partition(":")
    if scheme == "env" and rest:
        return EnvironmentKey(rest, environ)
    if scheme == "file" and rest:
        return FileKey(Path(rest.removeprefix("//")).expanduser())
    raise KeyUnavailable(
        "the key setting is neither env:VARIABLE nor file:PATH",
        hint='set key = "env:SLUICEGATE_ROOT_KEY" in sluicegate.toml, or SLUICEGATE_KEY',
    )


class Keyring:
    """Keys for each use, derived from one root.

    Args:
        root: 32 random bytes.
    """

    __slots__ = ("_root",)

    def __init__(self, root: Sensitive[bytes]) -> None:
        self._root = root

    def derive(self, use: str, context: str = "", *, length: int = 32) -> Sensitive[bytes]:
        """Derive the key of one use.

        Args:
            use: ``pseudonym``, ``fingerprint``, ``canary``, ``signing``, ``parameters``.
            context: The purpose, for keys that are bound to one.
            length: Bytes.
        """
        info = f"sluicegate:1:{use}:{len(context)}:{context}".encode()
        kdf = HKDF(algorithm=hashes.SHA256(), length=length, salt=b"sluicegate", info=info)
        return Sensitive(kdf.derive(self._root.reveal()))

    def fingerprints(self) -> Callable[[bytes], str]:
        """Return ``mac`` for ``fingerprint`` with its key at hand, for many values."""
        state = hmac.new(self.derive("fingerprint").reveal(), digestmod=hashlib.sha256)

        def fingerprint(data: bytes) -> str:
            mac = state.copy()
            mac.update(data)
            return mac.hexdigest()[:32]

        return fingerprint

    def mac(self, use: str, data: bytes, context: str = "") -> str:
        """HMAC-SHA-256 under the key of ``use``: 32 hex digits (128 bits)."""
        key = self.derive(use, context).reveal()
        return hmac.new(key, data, hashlib.sha256).hexdigest()[:32]

    def key_id(self, use: str, context: str = "") -> str:
        """Name a derived key without giving it away: 16 hex digits of its SHA-256."""
        key = self.derive(use, context).reveal()
        return hashlib.sha256(b"sluicegate:key-id:" + key).hexdigest()[:16]

    def __repr__(self) -> str:
        return "Keyring(***)"
