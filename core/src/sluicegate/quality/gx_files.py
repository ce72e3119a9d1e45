"""Files of Great Expectations: a suite, or a checkpoint with the suites that it leads to.

Read as JSON, without the library. Of a checkpoint the suites count, and nothing else: neither the
data that it names nor its actions, which would tell others what is not released yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sluicegate.errors import QualityError
from sluicegate.quality.reading import read_file

_LEADS_TO: Final = {"validation_definitions": "validation_definitions", "suite": "expectations"}
"""Key that names another file → the folder of the project that holds it."""


def read_suites(path: Path, check: str) -> list[dict[str, Any]]:
    """Read the suites of a file.

    Args:
        path: A suite, or a checkpoint within the folder of its project.
        check: How the check is named, for errors.

    Raises:
        QualityError: a file is missing or is neither, a suite is empty or has parameters.
    """
    document = _read(path, check)
    suites = list(_suites(document, path, check))
    for suite in suites:
        _check(suite, check)
    if not suites:
        raise QualityError(f"{check}: leads to no suite", hint="name a suite of expectations")
    return suites


def _suites(document: dict[str, Any], path: Path, check: str) -> Iterator[dict[str, Any]]:
    if isinstance(document.get("expectations"), list):
        yield document
        return
    leads = [
        (folder, one)
        for key, folder in _LEADS_TO.items()
        for one in _as_list(document.get(key))
        if isinstance(one, Mapping)
    ]
    if not leads:
        raise QualityError(f"{check}: neither a suite nor a checkpoint of Great Expectations")
    for folder, one in leads:
        name = str(one.get("name", ""))
        if not name or Path(name).is_absolute() or ".." in Path(name).parts:
            raise QualityError(f"{check}: leads to a name that is none")
        target = path.parent.parent / folder / f"{name}.json"
        yield from _suites(_read(target, check), target, check)


def _read(path: Path, check: str) -> dict[str, Any]:
    text = read_file(path, f"{check} ({path.name})")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise QualityError(f"{check} ({path.name}): not a JSON object")
    return document


def _check(suite: Mapping[str, Any], check: str) -> None:
    if not suite["expectations"]:
        raise QualityError(f"{check}: a suite without expectations", hint="it would pass anything")
    if "$PARAMETER" in json.dumps(suite["expectations"]):
        hint = "write the values into the suite: what is approved is what runs"
        raise QualityError(f"{check}: a suite with parameters", hint=hint)


def _as_list(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)
