"""A report as a SARIF log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sluicegate.lint.remark import ALL_RULES, Level, Remark, Report, Rule
from sluicegate.sarif import SarifLevel, digest, file_uri, log, place, result
from sluicegate.sarif import rule as described

_LEVELS: Final[Mapping[Level, SarifLevel]] = MappingProxyType(
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
        told = _result(one.remark, index, seen, root)
        comment = {"kind": "inSource", "status": "accepted", "justification": one.reason}
        results.append(told | {"suppressions": [comment]})
    notes = [f"not checked: {text}" for text in report.unchecked]
    return log([_descriptor(rule) for rule in rules], results, notes)


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
    example = f"\n\nSets it off: `{rule.example}`" if rule.example else ""
    return described(
        rule.id,
        rule.title,
        text=f"{rule.title}. Remedy: {rule.remedy}.",
        markdown=f"**{rule.title}**\n\nRemedy: {rule.remedy}.{example}",
        level=_LEVELS[rule.level],
    )


def _result(
    remark: Remark, index: Mapping[str, int], seen: Counter[str], root: Path
) -> dict[str, Any]:
    uri = file_uri(remark.file, root)
    remedy = f" ({remark.remedy})" if remark.remedy else ""
    return result(
        rule_id=remark.rule,
        index=index[remark.rule],
        level=_LEVELS[remark.level],
        message=f"{remark.message}{remedy}",
        location=place(uri, remark.line, remark.column),
        fingerprints={_FINGERPRINT: _fingerprint(remark, uri, seen)},
    )


def _fingerprint(remark: Remark, uri: str, seen: Counter[str]) -> str:
    """Name a remark so that it is known again when lines move; no literal is part of it."""
    key = f"{remark.rule}\0{uri}\0{remark.context}"
    seen[key] += 1
    return digest(key, str(seen[key]))
