"""A report as SARIF 2.1.0, which code hosts show beside the lines of a change.

Source of the rule: OASIS, Static Analysis Results Interchange Format Version 2.1.0, 27 March 2020.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

import sluicegate
from sluicegate.lint.remark import ALL_RULES, Level, Remark, Report, Rule

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[Mapping[Level, str]] = MappingProxyType(
    {"error": "error", "ask": "warning", "warn": "warning", "note": "note"}
)
_FINGERPRINT: Final = "sluicegate/v1"


def sarif(report: Report, root: Path) -> dict[str, Any]:
    """Return the report as one SARIF log.

    Args:
        report: Of a run of lint.
        root: Folder that paths are told relative to; those outside of it are told whole.
    """
    everything = [*report.remarks, *(s.remark for s in report.suppressed)]
    rules = _rules(everything)
    index = {rule.id: number for number, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    results = [_result(remark, index, seen, root) for remark in report.remarks]
    for one in report.suppressed:
        result = _result(one.remark, index, seen, root)
        comment = {"kind": "inSource", "status": "accepted", "justification": one.reason}
        results.append(result | {"suppressions": [comment]})
    notes = [{"level": "note", "message": {"text": f"not checked: {t}"}} for t in report.unchecked]
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(rules: list[Rule]) -> dict[str, Any]:
    return {
        "name": "sluicegate",
        "semanticVersion": sluicegate.__version__,
        "rules": [_descriptor(rule) for rule in rules],
    }


def _rules(remarks: list[Remark]) -> list[Rule]:
    """Return every rule, and one for each other code that a plan would be refused with."""
    known = {rule.id for rule in ALL_RULES}
    others = {r.rule: r for r in remarks if r.rule not in known}
    return [
        *ALL_RULES,
        *(
            Rule(id=code, level="error", title=code, remedy="see the message", example="")
            for code in sorted(others)
        ),
    ]


def _descriptor(rule: Rule) -> dict[str, Any]:
    text = f"{rule.title}. Remedy: {rule.remedy}."
    example = f"\n\nSets it off: `{rule.example}`" if rule.example else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": text, "markdown": f"**{rule.title}**\n\nRemedy: {rule.remedy}.{example}"},
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
    }


def _result(
    remark: Remark, index: Mapping[str, int], seen: Counter[str], root: Path
) -> dict[str, Any]:
    uri = _uri(remark.file, root)
    remedy = f" ({remark.remedy})" if remark.remedy else ""
    return {
        "ruleId": remark.rule,
        "ruleIndex": index[remark.rule],
        "level": _LEVELS[remark.level],
        "message": {"text": f"{remark.message}{remedy}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri},
                    "region": {"startLine": remark.line, "startColumn": remark.column},
                }
            }
        ],
        "partialFingerprints": {_FINGERPRINT: _fingerprint(remark, uri, seen)},
    }


def _fingerprint(remark: Remark, uri: str, seen: Counter[str]) -> str:
    """Name a remark so that it is known again when lines move; no literal is part of it."""
    key = f"{remark.rule}\0{uri}\0{remark.context}"
    seen[key] += 1
    return hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _uri(file: str, root: Path) -> str:
    path = Path(file).absolute()
    try:
        shown, prefix = path.relative_to(root.absolute()).as_posix(), ""
    except ValueError:
        shown, prefix = path.as_posix(), "file://"
    return prefix + quote(shown.encode("utf-8", "surrogateescape"), safe="/")
