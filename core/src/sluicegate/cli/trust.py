"""Which public keys a command trusts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sluicegate.cli.options import load_settings
from sluicegate.errors import ConfigurationError
from sluicegate.gate.trust import read_public_keys, trusted_keys


def trusted(config: Path | None, public_keys: Path | None) -> Mapping[str, bytes]:
    """Return the keys of the named file alone, or those of the settings.

    Raises:
        ConfigurationError: there is no key to trust.
    """
    if public_keys is None:
        return trusted_keys(load_settings(config))
    keys = read_public_keys(public_keys)
    if not keys:
        raise ConfigurationError(
            f"{public_keys} does not exist or names no key",
            hint="`sluicegate keys show` prints the line that belongs in it",
        )
    return keys
