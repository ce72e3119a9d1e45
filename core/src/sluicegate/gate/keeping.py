"""Looks through a value that is about to be stored somewhere, whatever it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sluicegate.detect import open_scanner
from sluicegate.errors import MaskingError
from sluicegate.gate.frames import scan_frame
from sluicegate.gate.values import ValueGuard

if TYPE_CHECKING:
    from sluicegate.gate.frames import FrameScan
    from sluicegate.settings import Settings

_MOST_TOLD: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look through a value showed."""

    kept: Any = field(repr=False)
    """What may be stored if nothing was found."""
    by_class: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Number of findings per data class; ``unread`` is what could not be looked into."""
    places: tuple[str, ...] = ()
    """Columns, or the first places in a value. Never a value."""
    blind_spots: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing was found, and everything could be looked into."""
        return not self.by_class


def look_through(settings: Settings, value: object, *, where: str) -> Looked:
    """Look through a table by its columns, and through anything else by its parts.

    Needs no database, no ledger and no policy. Failure mode: closed; what cannot be looked into is
    a finding of the class ``unread``.

    Args:
        settings: For the detectors.
        value: Anything.
        where: What it is called in places.

    Raises:
        DetectionError: the scanner could not do its work.
    """
    scanned = scan_frame(open_scanner(settings.detectors), value)
    if scanned is not None:
        return _of_frame(scanned)
    found = ValueGuard.open(settings).look(value, where=where)
    return Looked(
        kept=value,
        by_class=MappingProxyType(dict(Counter(str(f.data_class) for f in found))),
        places=tuple(dict.fromkeys(f.where for f in found))[:_MOST_TOLD],
    )


def redact_through(settings: Settings, value: object, *, where: str) -> Looked:
    """Redact what is found, and look once more.

    Raises:
        MaskingError: something was found that cannot be redacted, such as an object.
        DetectionError: the scanner could not do its work.
    """
    looked = look_through(settings, value, where=where)
    if looked.clean:
        return looked
    redacted = ValueGuard.open(settings).redact(looked.kept, where=where)
    again = look_through(settings, redacted, where=where)
    if not again.clean:
        raise MaskingError(
            f"what is found in {where} cannot all be redacted: {_told(again.by_class)} would stay",
            hint="leave it out, or let it be refused",
        )
    return again


def _of_frame(scanned: FrameScan) -> Looked:
    counts = {str(name): n for name, n in scanned.scan.by_class().items()}
    return Looked(
        kept=scanned.kept,
        by_class=MappingProxyType(counts),
        places=tuple(sorted({c.column for c in scanned.scan.counts}))[:_MOST_TOLD],
        blind_spots=scanned.scan.blind_spots,
    )


def _told(by_class: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} × {name}" for name, number in by_class.items())
