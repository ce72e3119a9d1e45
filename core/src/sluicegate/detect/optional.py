"""Opens the recognizers that settings switch on. Nothing of them is imported before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sluicegate.errors import ConfigurationError, MissingDependencyError, UnknownNameError

if TYPE_CHECKING:
    from sluicegate.detect.recognizer import Recognizer

NAMES: Final = ("off", "on", "auto")
"""Settings for names; ``auto`` means: if the extra is installed."""
OPINIONS: Final = ("scrubadub",)
"""Other libraries whose detectors can be asked too."""


def open_recognizers(names: str = "off", opinions: Sequence[str] = ()) -> tuple[Recognizer, ...]:
    """Open what is switched on.

    Args:
        names: One of ``NAMES``.
        opinions: Some of ``OPINIONS``.

    Raises:
        ConfigurationError: ``names`` is none of these.
        MissingDependencyError: an extra is not installed; the hint names it.
        UnknownNameError: no library of this name can be asked.
        DetectionError: the model is not the one that was measured.
    """
    if names not in NAMES:
        raise ConfigurationError(f"the setting 'names' is one of: {', '.join(NAMES)}")
    return (*_names(names), *(_opinion(name) for name in dict.fromkeys(opinions)))


def _names(wanted: str) -> Iterator[Recognizer]:
    if wanted == "off":
        return
    from sluicegate.detect.names.reader import name_reader  # noqa: PLC0415  # only where wanted

    try:
        yield name_reader()
    except MissingDependencyError:
        if wanted == "on":
            raise


def _opinion(name: str) -> Recognizer:
    if name not in OPINIONS:
        raise UnknownNameError.of("second opinion", name, OPINIONS)
    from sluicegate.detect.scrubadub import scrubadub_opinion  # noqa: PLC0415  # only where wanted

    return scrubadub_opinion()
