"""Reads a quality check by its name: ``gx:`` or ``pandera:``, then a file or ``module:object``."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sluicegate.errors import QualityError
from sluicegate.model.canonical import digest
from sluicegate.model.quality import QualityTerm
from sluicegate.quality.gx_files import read_suites
from sluicegate.quality.port import Inspector
from sluicegate.quality.reading import read_file

_MODULE: Final = re.compile(r"([A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)", re.ASCII)
_HINT: Final = "write gx:suite.json, pandera:schema.yaml, or gx: or pandera: with module:object"


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCheck:
    """A check as it was read: what is digested is what will run."""

    term: QualityTerm
    open: Callable[[], Inspector] = field(repr=False)
    """Imports the library and builds what judges one result.

    Raises:
        MissingDependencyError: the library is not installed.
        QualityError: the check does not load, or asks nothing.
    """


def read_check(name: str, *, folder: Path, by_policy: bool) -> QualityCheck:
    """Read a check; its library is not imported yet.

    Args:
        name: ``gx:…`` or ``pandera:…``.
        folder: That relative paths are relative to.
        by_policy: Whether the policy names it.

    Raises:
        QualityError: there is no such file or module, or it is not a check.
    """
    kind, _, place = name.partition(":")
    if kind not in _OPENERS or not place:
        raise QualityError(f"{name!r} names no quality check", hint=_HINT)
    module = _MODULE.fullmatch(place)
    read = _of_module if module else _of_file
    content, opener = read(kind, place, folder)
    term = QualityTerm(check=name, digest=digest(content), by_policy=by_policy)
    return QualityCheck(term=term, open=lambda: opener(name))


def _of_file(kind: str, place: str, folder: Path) -> tuple[Any, Callable[[str], Inspector]]:
    path = folder / place
    if kind == "gx":
        suites = read_suites(path, f"gx:{place}")
        return suites, lambda name: _gx(suites, name)
    text = read_file(path, f"pandera:{place}")
    return text, lambda name: _pandera_text(text, name)


def _of_module(kind: str, place: str, _folder: Path) -> tuple[Any, Callable[[str], Inspector]]:
    module, _, attribute = place.partition(":")
    code = read_file(_origin(module, f"{kind}:{place}"), f"{kind}:{place}")
    opener = _OPENERS[kind]
    return [code, attribute], lambda check: opener(_loaded(module, attribute, check), check)


def _origin(module: str, check: str) -> Path:
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError, AttributeError):
        spec = None
    if spec is None or spec.origin is None or not spec.has_location:
        raise QualityError(f"{check}: there is no module {module}", hint="check PYTHONPATH")
    return Path(spec.origin)


def _loaded(module: str, name: str, check: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - whatever somebody's module does at import
        kind = type(error).__name__
    raise QualityError(f"{check}: {module} has no {name} that loads ({kind})")


def _gx(suites: Any, name: str) -> Inspector:
    from sluicegate.quality.gx_inspector import GxInspector  # noqa: PLC0415 - GX takes seconds

    return GxInspector(suites, name)


def _pandera(schema: Any, name: str) -> Inspector:
    from sluicegate.quality.pandera_inspector import PanderaInspector  # noqa: PLC0415 - an extra

    return PanderaInspector(schema, name)


def _pandera_text(text: str, name: str) -> Inspector:
    from sluicegate.quality.pandera_prepared import schema_of_yaml  # noqa: PLC0415 - an extra

    return _pandera(schema_of_yaml(text, name), name)


_OPENERS: Final[dict[str, Callable[[Any, str], Inspector]]] = {"gx": _gx, "pandera": _pandera}
