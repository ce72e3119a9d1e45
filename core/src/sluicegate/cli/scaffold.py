"""Writes the files of a new project."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path
from typing import Final

from sluicegate.cli.templates import IGNORE, POLICY, SETTINGS
from sluicegate.errors import ConfigurationError
from sluicegate.gate.trust import own_key
from sluicegate.ledger import Ed25519Signer
from sluicegate.mask import Keyring, open_key
from sluicegate.mask.keys import ROOT_BYTES

_HOME: Final = ".sluicegate"
NEXT_STEPS: Final = (
    "",
    "next:",
    "  1. name a source in sluicegate.toml, with its URL in an environment variable",
    "  2. `sluicegate init --source NAME` proposes a policy for it; go through that, write a rule,",
    "     then `sluicegate policy check`",
    '  3. sluicegate plan --source NAME --purpose PURPOSE --sql "SELECT ..."',
    "  4. back up .sluicegate: its root.key, its keys/ once a run has made them, and its ledger",
)
NEXT_WITH_SOURCE: Final = (
    "",
    "next:",
    "  1. go through the policy, lines with `# check:` first, and write a rule at its end",
    "  2. `sluicegate policy check FILE`; it counts once it is the policy of sluicegate.toml",
    '  3. sluicegate plan --source NAME --purpose PURPOSE --sql "SELECT ..."',
    "  4. back up .sluicegate: its root.key, its keys/ once a run has made them, and its ledger",
)
_MOST_PROPOSALS: Final = 99


def write_scaffold(folder: Path, *, policy: bool = True) -> list[tuple[Path, bool]]:
    """Write what is missing; return each file and whether it is new.

    Args:
        folder: Made if it is missing.
        policy: Whether a policy is among it.

    Raises:
        ConfigurationError: a file or folder cannot be made.
        KeyUnavailable: a root key stands there already and is not fit for use.
    """
    home = folder / _HOME
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = home / "root.key"
        written = [
            _write(folder / "sluicegate.toml", SETTINGS),
            *([_write(folder / "policy.yaml", POLICY)] if policy else []),
            _write(home / ".gitignore", IGNORE),
            _write(key, base64.b64encode(secrets.token_bytes(ROOT_BYTES)).decode() + "\n", 0o600),
        ]
        written.append(_write(home / "public_keys", _public_keys(key)))
    except OSError as error:
        raise ConfigurationError(
            f"{error.filename or folder} cannot be made: {error.strerror}"
        ) from None
    return written


def write_proposal(folder: Path, text: str) -> Path:
    """Write ``policy.yaml``, or ``policy.proposed.yaml`` where there is one; return the file.

    Raises:
        ConfigurationError: it cannot be made, or there are too many proposals already.
    """
    names = ["policy.yaml", "policy.proposed.yaml"]
    names += [f"policy.proposed.{number}.yaml" for number in range(2, _MOST_PROPOSALS)]
    try:
        for name in names:
            path, new = _write(folder / name, text)
            if new:
                return path
    except OSError as error:
        raise ConfigurationError(f"{error.filename} cannot be made: {error.strerror}") from None
    raise ConfigurationError("there are too many proposals", hint="remove what you do not need")


def write_new(path: Path, text: str) -> None:
    """Write a file where nothing stands yet.

    Raises:
        ConfigurationError: something stands there, or it cannot be made.
    """
    try:
        _, new = _write(path, text)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be made: {error.strerror}") from None
    if not new:
        raise ConfigurationError(f"{path} stands there already", hint="name another file")


def _write(path: Path, text: str, mode: int = 0o644) -> tuple[Path, bool]:
    """Make the file, and with its final mode from the start; a link in its place is left alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return path, False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path, True


def _public_keys(key: Path) -> str:
    root = open_key(f"file:{key}").root()
    keys = own_key(Ed25519Signer(Keyring(root).derive("signing").reveal()))
    lines = [f"{key_id} {base64.b64encode(public).decode()}\n" for key_id, public in keys.items()]
    return "# Whose attestations and ledger records are trusted: key-id base64\n" + "".join(lines)
