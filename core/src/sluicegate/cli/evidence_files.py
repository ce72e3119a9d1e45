"""Files around evidence: policies that are kept, and documents that never replace another file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate.errors import ConfigurationError, PolicyError
from sluicegate.policy import parse_policy

if TYPE_CHECKING:
    from sluicegate.settings import Settings


def kept_policies(settings: Settings) -> Mapping[str, str]:
    """Return the text of the policy of the settings by its digest; nothing if it cannot be read.

    A report of the past does not need today's policy, so a policy that is away is no error.
    """
    try:
        text = settings.policy.read_text("utf-8")
        return {parse_policy(text).digest: text}
    except (OSError, ValueError, PolicyError):
        return {}


def write_new(path: Path, data: bytes) -> None:
    """Write a document to a new file.

    Raises:
        ConfigurationError: the file is there already, or cannot be written.
    """
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise ConfigurationError(f"{path} is there already; it is not replaced") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None
