"""Shows what lint found: a line a remark, as compilers do, and what was not checked."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sluicegate.cli.safe_text import safe_text

if TYPE_CHECKING:
    from rich.text import Text

    from sluicegate.lint import Level, Remark, Report

_STYLES: Final[Mapping[str, str]] = MappingProxyType(
    {"error": "bold red", "ask": "bold yellow", "warn": "yellow", "note": "cyan"}
)
_LEVELS: Final[tuple[Level, ...]] = ("error", "ask", "warn", "note")


def show_lint(report: Report, *, color: bool) -> None:
    """Print remarks and a closing line; in colour only where a person looks."""
    from rich.console import Console

    console = Console(
        file=sys.stdout, highlight=False, markup=False, emoji=False, no_color=not color or None
    )
    for remark in report.remarks:
        console.print(_line(remark), soft_wrap=True)
    for line in closing_lines(report):
        console.print(safe_text(line), soft_wrap=True)


def lint_document(report: Report) -> dict[str, Any]:
    """Build the JSON document of a report."""
    return {
        "clean": not report.remarks,
        "files": report.files,
        "statements": report.statements,
        "counts": {level: report.count(level) for level in _LEVELS},
        "remarks": [_remark_document(remark) for remark in report.remarks],
        "suppressed": [
            _remark_document(one.remark) | {"reason": one.reason} for one in report.suppressed
        ],
        "not_checked": list(report.unchecked),
    }


def closing_lines(report: Report) -> Iterator[str]:
    """Say how much was looked at, and what was not."""
    counts = [f"{report.count(level):,} {level}" for level in _LEVELS if report.count(level)]
    end = ", ".join(counts) or "clean"
    kept = f", {len(report.suppressed):,} suppressed" if report.suppressed else ""
    yield f"{end}: {report.statements:,} statement(s) in {report.files:,} file(s){kept}"
    for text in report.unchecked:
        yield f"not checked: {text}"


def _line(remark: Remark) -> Text:
    from rich.text import Text

    return Text.assemble(
        (safe_text(f"{remark.file}:{remark.line}:{remark.column}"), "bold"),
        "  ",
        (f"{safe_text(remark.rule)} {remark.level}", _STYLES[remark.level]),
        f"  {safe_text(remark.message)}",
        (f"  ({safe_text(remark.remedy)})" if remark.remedy else "", "dim"),
    )


def _remark_document(remark: Remark) -> dict[str, Any]:
    return {
        "file": remark.file,
        "line": remark.line,
        "column": remark.column,
        "rule": remark.rule,
        "level": remark.level,
        "message": remark.message,
        "remedy": remark.remedy,
    }
