"""Parts of a SARIF 2.1.0 log, which code hosts show beside the lines of a change.

Lint and the scan of files write their logs with these. Source of the rule: OASIS, Static Analysis
Results Interchange Format Version 2.1.0, 27 March 2020.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

import sluicegate

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

SarifLevel = Literal["error", "warning", "note"]


def log(
    rules: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]], notes: Iterable[str]
) -> dict[str, Any]:
    """Return one log with one run (§3.13, §3.14).

    Args:
        rules: As ``rule`` makes them.
        results: As ``result`` makes them.
        notes: What was not looked at, for a person.
    """
    told = [{"level": "note", "message": {"text": text}} for text in notes]
    driver = {
        "name": "sluicegate",
        "semanticVersion": sluicegate.__version__,
        "rules": list(rules),
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": told}],
        "results": list(results),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def rule(id_: str, title: str, *, text: str, markdown: str, level: SarifLevel) -> dict[str, Any]:
    """Describe a rule (§3.49)."""
    return {
        "id": id_,
        "shortDescription": {"text": title},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": level},
    }


def result(
    *,
    rule_id: str,
    index: int,
    level: SarifLevel,
    message: str,
    location: Mapping[str, Any],
    fingerprints: Mapping[str, str],
) -> dict[str, Any]:
    """Describe one result (§3.27); ``index`` is that of its rule."""
    return {
        "ruleId": rule_id,
        "ruleIndex": index,
        "level": level,
        "message": {"text": message},
        "locations": [dict(location)],
        "partialFingerprints": dict(fingerprints),
    }


def place(uri: str, line: int, column: int) -> dict[str, Any]:
    """Describe a place in a file (§3.28); line and column count from 1."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": {"startLine": line, "startColumn": column},
        }
    }


def digest(*parts: str) -> str:
    """Return 32 hex digits that stand for ``parts``, which must hold no value."""
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def file_uri(file: str, root: Path) -> str:
    """Return a file's URI: relative to ``root`` below it, whole elsewhere."""
    if "://" in file:  # S3, or a table
        return quote(file, safe="/:=")
    path = Path(file).absolute()
    try:
        shown, prefix = path.relative_to(root.absolute()).as_posix(), ""
    except ValueError:
        shown, prefix = path.as_posix(), "file://"
    return prefix + quote(shown.encode("utf-8", "surrogateescape"), safe="/")
