"""The one redactor of a process: for what Dagster is about to store that nobody asked us about."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate import Settings

if TYPE_CHECKING:
    from sluicegate.gate.values import ValueGuard

Redact = Callable[[str], str]


@cache
def open_guard(settings_file: str | None = None) -> "ValueGuard":
    """Return the guard of values; detectors are loaded with the first one, in a second or two.

    Args:
        settings_file: A ``sluicegate.toml``; where settings are always looked for if not given.

    Raises:
        SluicegateError: settings or detectors are wrong.
    """
    from sluicegate.gate.values import ValueGuard  # noqa: PLC0415 - the engine is for running steps

    return ValueGuard.open(Settings.load(Path(settings_file) if settings_file else None))


def text_redactor(settings_file: str | None = None) -> Redact:
    """Return what redacts a text; nothing is loaded before the first text comes."""

    def redact(text: str) -> str:
        return open_guard(settings_file).redact_text(text) if text else text

    return redact


def redacted_mapping(values: Mapping[str, str], redact: Redact) -> dict[str, str]:
    """Redact keys and values."""
    return {redact(key): redact(value) for key, value in values.items()}
