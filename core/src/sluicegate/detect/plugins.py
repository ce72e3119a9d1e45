"""Detectors and validators that other distributions bring, by entry points.

``sluicegate.detectors``: the object is a file of detectors (a path or a resource of a package),
several of them, or a function without arguments that returns them.
``sluicegate.validators``: the entry's name is what detectors write, the object is the validator.

Failure mode: closed. Whatever is wrong with a plug-in is an error that names it; a scan without
some of its detectors would look like a clean one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from sluicegate.detect.detector import Validator, Verdict
from sluicegate.errors import DetectionError

DETECTORS: Final = "sluicegate.detectors"
VALIDATORS: Final = "sluicegate.validators"


@runtime_checkable
class DetectorFile(Protocol):
    """A YAML file of detectors: a ``Path``, or a resource of a package."""

    @property
    def name(self) -> str:
        """Its name, for messages."""

    def read_bytes(self) -> bytes:
        """Return its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFile:
    """A file of detectors that a distribution brought."""

    name: str
    """Of the file and of its plug-in."""
    file: DetectorFile = field(repr=False)

    def read_bytes(self) -> bytes:
        """Return its content.

        Raises:
            DetectionError: it cannot be read.
        """
        try:
            return self.file.read_bytes()
        except Exception as error:  # noqa: BLE001 - a plug-in's own code; whatever it raises
            what = type(error).__name__
        raise DetectionError(f"{self.name} cannot be read ({what})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginValidator:
    """A validator that a distribution brought, watched while it judges."""

    name: str
    origin: str
    """Plug-in, distribution and version."""
    judge: Validator = field(repr=False)

    def __call__(self, value: bytes) -> Verdict | None:
        """Judge a match.

        Raises:
            DetectionError: the validator failed, or gave no verdict that makes sense.
        """
        failure = ""
        try:
            verdict = self.judge(value)
        except Exception as error:  # noqa: BLE001 - its text and its frames may hold the value
            failure = type(error).__name__
        # outside the handler, so that the error has no context to show
        if failure:
            raise DetectionError(f"the validator {self.name!r} of {self.origin} failed: {failure}")
        if verdict is not None and not _makes_sense(verdict, len(value)):
            raise DetectionError(
                f"the validator {self.name!r} of {self.origin} gave no verdict",
                hint="return None, or Verdict(lift -1 to 1, length 1 to that of the value)",
            )
        return verdict


def plugin_files() -> tuple[PluginFile, ...]:
    """Return the files of every installed plug-in, in an order that does not change.

    Raises:
        DetectionError: a plug-in cannot be loaded, or brings no file.
    """
    return tuple(file for point in _sorted(DETECTORS) for file in _files(point))


def plugin_validator(name: str) -> PluginValidator | None:
    """Return the validator that a plug-in brings under ``name``; ``None`` if none does.

    Raises:
        DetectionError: two plug-ins bring it, it cannot be loaded, or cannot be called.
    """
    points = [point for point in _sorted(VALIDATORS) if point.name == name]
    if not points:
        return None
    if len(points) > 1:
        both = " and ".join(map(_origin, points))
        raise DetectionError(f"the validator {name!r} comes from {both}", hint="uninstall one")
    judge = _load(points[0])
    if not callable(judge):
        raise DetectionError(f"the validator {name!r} of {_origin(points[0])} cannot be called")
    return PluginValidator(name=name, origin=_origin(points[0]), judge=judge)


def _sorted(group: str) -> list[EntryPoint]:
    return sorted(entry_points(group=group), key=lambda p: (_origin(p), p.value))


def _origin(point: EntryPoint) -> str:
    where = f" ({point.dist.name} {point.dist.version})" if point.dist else ""
    return f"the plug-in {point.name!r}{where}"


def _files(point: EntryPoint) -> Iterator[PluginFile]:
    brought = _load(point)
    if callable(brought) and not isinstance(brought, DetectorFile):
        brought = _called(point, brought)
    found = [brought] if isinstance(brought, (str, DetectorFile)) else brought
    if not isinstance(found, Iterable):
        raise _brings_nothing(point)
    files = [Path(file) if isinstance(file, str) else file for file in found]
    if not files or not all(isinstance(file, DetectorFile) for file in files):
        raise _brings_nothing(point)
    for file in files:
        yield PluginFile(name=f"{file.name} of {_origin(point)}", file=file)


def _brings_nothing(point: EntryPoint) -> DetectionError:
    return DetectionError(
        f"{_origin(point)} brings no file of detectors",
        hint="its object must be a path or a resource of a package, or several of them",
    )


def _load(point: EntryPoint) -> Any:
    return _called(point, point.load)


def _called(point: EntryPoint, function: Any) -> Any:
    try:
        return function()
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises when it is imported
        what = type(error).__name__
    raise DetectionError(
        f"{_origin(point)} cannot be loaded ({what})", hint="repair or uninstall it"
    )


def _makes_sense(verdict: object, length: int) -> bool:
    if not isinstance(verdict, Verdict):
        return False
    lift, size = verdict  # of any type: what a plug-in gives was not checked by anybody
    return (
        type(size) is int and 1 <= size <= length and type(lift) in {int, float} and -1 <= lift <= 1
    )
