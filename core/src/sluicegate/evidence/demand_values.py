"""Values of demands as people write them, and the file that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from pydantic_core import PydanticCustomError

from sluicegate.errors import ConfigurationError
from sluicegate.policy.characters import check_characters
from sluicegate.policy.faults import Faults
from sluicegate.policy.quantities import parse_duration
from sluicegate.policy.tree import read_tree

_DIGITS: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_MOST_BYTES: Final = 1 << 20


def as_age(name: str, value: object) -> timedelta:
    """Take a duration, or a text such as ``24h``.

    Raises:
        ConfigurationError: it is neither, or not longer than nothing.
    """
    if isinstance(value, timedelta) and value > timedelta():
        return value
    try:
        return timedelta(seconds=parse_duration(value))
    except PydanticCustomError:
        raise ConfigurationError(
            f"the demand {name!r} must be a duration",
            hint="a whole number and s, m, h or d, for example 24h",
        ) from None


def as_texts(name: str, value: object) -> tuple[str, ...]:
    """Take a text, or several; none is no demand, and so a mistake.

    Raises:
        ConfigurationError: it is something else, or holds an empty text.
    """
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, (list, tuple)) or not several:
        raise ConfigurationError(f"the demand {name!r} must be a text or a list of texts")
    if not all(isinstance(text, str) and text.strip() for text in several):
        raise ConfigurationError(f"the demand {name!r} holds something that is no text, or empty")
    return tuple(several)


def as_number(name: str, value: object) -> int:
    """Take a whole number, or its digits, as a rendered template is.

    Raises:
        ConfigurationError: it is something else, or below zero.
    """
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ConfigurationError(f"the demand {name!r} must be a whole number, at least 0")
    return value


def as_flag(name: str, value: object) -> bool:
    """Take ``True``, or its text, as a rendered template is; what is not asked is left out.

    Raises:
        ConfigurationError: it is something else. ``False`` would demand nothing.
    """
    if value is True or value in ("true", "True"):
        return True
    raise ConfigurationError(
        f"the demand {name!r} must be true", hint="leave it out if it is not demanded"
    )


def read_mapping(path: Path) -> Mapping[str, Any]:
    """Read a YAML file of demands, by the rules of policy files.

    Raises:
        ConfigurationError: it is missing, cannot be read, is larger than 1 MiB, or is no mapping;
            each fault stands on a line of its own.
    """
    if not path.is_file():  # a pipe or device would block or never end
        raise ConfigurationError(f"there is no file of demands {path}")
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        text = content.decode("utf-8-sig") if len(content) <= _MOST_BYTES else ""
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(f"the file of demands {path} cannot be read") from None
    faults = Faults()
    check_characters(text, faults)
    value = None if faults else read_tree(text, faults).value
    if faults:
        raise ConfigurationError(faults.text("the file of demands is not valid", str(path)))
    if not isinstance(value, dict) or not value:
        raise ConfigurationError(
            f"{path} holds no demands", hint="lines of the form `purposes: [churn_training]`"
        )
    return value
