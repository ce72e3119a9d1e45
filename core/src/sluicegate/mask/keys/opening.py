"""Opens what a setting names: the provider of the root key, the store of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from sluicegate.errors import KeyUnavailable
from sluicegate.mask.keys.aws import KmsKey, SecretsManagerKey
from sluicegate.mask.keys.folder_store import FolderStore
from sluicegate.mask.keys.local import EnvironmentKey, FileKey
from sluicegate.mask.keys.material import KeyProvider
from sluicegate.mask.keys.secrets_store import SecretsManagerStore
from sluicegate.mask.keys.store import KeyStore
from sluicegate.mask.keys.transit import TransitKey

_FORMS: Final = (
    "env:VARIABLE", "file:PATH", "aws-kms:PATH?key=KEY", "aws-secretsmanager:NAME",
    "vault-transit:PATH?key=NAME",
)  # fmt: skip


def open_key(uri: str, environ: Mapping[str, str] | None = None) -> KeyProvider:
    """Return the provider of a root key; nothing is read or asked yet.

    Args:
        uri: ``env:VARIABLE``, ``file:PATH``, ``aws-kms:PATH?key=KEY``, ``aws-secretsmanager:NAME``
            or ``vault-transit:PATH?key=NAME[&mount=MOUNT]``. A path is that of the wrapped key.
        environ: Environment variables; those of the process if not given.

    Raises:
        KeyUnavailable: the address is of another kind. It is not repeated: some put the key there.
    """
    scheme, _, rest = uri.partition(":")
    openers: dict[str, Callable[[], KeyProvider]] = {
        "env": lambda: EnvironmentKey(rest, environ),
        "file": lambda: FileKey(_path(rest)),
        "aws-kms": lambda: _kms(*_wrapped(rest, frozenset())),
        "aws-secretsmanager": lambda: SecretsManagerKey(rest),
        "vault-transit": lambda: _transit(*_wrapped(rest, frozenset({"mount"}))),
    }
    if not rest or scheme not in openers:
        raise _malformed()
    return openers[scheme]()


def open_store(place: str) -> KeyStore:
    """Return the key store at a folder, or at ``aws-secretsmanager:PREFIX``.

    Raises:
        KeyUnavailable: it is of another kind.
    """
    scheme, _, prefix = place.partition(":")
    if scheme == "aws-secretsmanager" and prefix:
        return SecretsManagerStore(prefix)
    if place and not re.match(r"[a-z][a-z0-9-]*:", place):
        return FolderStore(Path(place))
    raise KeyUnavailable(
        "the setting key_store is neither a folder nor aws-secretsmanager:PREFIX",
        hint='by default it is the folder "keys" of the setting home',
    )


def _path(text: str) -> Path:
    return Path(text.removeprefix("//")).expanduser()


def _kms(path: Path, options: Mapping[str, str]) -> KmsKey:
    return KmsKey(path, options["key"])


def _transit(path: Path, options: Mapping[str, str]) -> TransitKey:
    return TransitKey(path, options["key"], options.get("mount", "transit"))


def _wrapped(rest: str, more: frozenset[str]) -> tuple[Path, dict[str, str]]:
    """Read ``PATH?key=KEY&…``."""
    path, _, query = rest.partition("?")
    found = parse_qs(query, keep_blank_values=True)
    options = {name: values[-1] for name, values in found.items() if len(values) == 1}
    whole = len(options) == len(found) and {"key"} <= options.keys() <= {"key"} | more
    if not path or not whole or not all(options.values()):
        raise _malformed()
    return _path(path), options


def _malformed() -> KeyUnavailable:
    return KeyUnavailable(
        f"the key setting is none of {', '.join(_FORMS)}",
        hint='set key = "env:SLUICEGATE_ROOT_KEY" in sluicegate.toml, or SLUICEGATE_KEY',
    )
