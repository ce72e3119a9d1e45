"""Explains the findings of one text for the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from sluicegate.cli.options import load_settings
from sluicegate.cli.output import Format, print_json, print_lines
from sluicegate.cli.show_why import why_document, why_lines
from sluicegate.detect import open_scanner
from sluicegate.detect.explain import Explainer
from sluicegate.detect.explanation import Explanation
from sluicegate.errors import ConfigurationError, SourceError

_LONGEST: Final = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An explanation and where its finding stands, lines and columns from 1."""

    line: int
    column: int
    why: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedText:
    """The findings of one text."""

    catalogue: str
    found: int
    placed: tuple[Placed, ...]
    """The first of them."""


def explain_text(file: Path, *, column: str, limit: int) -> ExplainedText:
    """Scan a text and explain its first findings.

    Raises:
        SourceError: the file cannot be read.
        ConfigurationError: it is longer than 16 MiB.
    """
    text = _read(file)
    scanner = open_scanner(load_settings(None).detectors)
    spans = scanner.spans(pa.array([text], pa.large_binary()), column=column, advisory=True)
    explainer = Explainer(scanner.detectors)
    placed = []
    for index in range(min(limit, len(spans))):
        start, end = int(spans.start[index]), int(spans.end[index])
        why = explainer.explain(
            text,
            start=start,
            length=end - start,
            detector=scanner.detectors[int(spans.detector[index])].id,
            score=round(float(spans.score[index]), 4),
            column=column,
        )
        placed.append(_placed(text, why))
    return ExplainedText(catalogue=scanner.version, found=len(spans), placed=tuple(placed))


def show_explained(text: ExplainedText, form: Format) -> None:
    """Print explanations; never the text."""
    if form is Format.JSON:
        findings = [
            {"line": one.line, "column": one.column} | why_document(one.why) for one in text.placed
        ]
        print_json({"catalogue": text.catalogue, "found": text.found, "findings": findings})
    else:
        print_lines(_lines(text))


def _lines(text: ExplainedText) -> Iterator[str]:
    for one in text.placed:
        yield (
            f"line {one.line}, column {one.column}, {one.why.length} bytes:"
            f" {one.why.data_class} by {one.why.detector}"
        )
        yield from why_lines(one.why)
        yield ""
    more = text.found - len(text.placed)
    yield f"{text.found:,} findings" + (f", {more:,} not explained: --limit" if more else "")


def _placed(text: bytes, why: Explanation) -> Placed:
    begin = text.rfind(b"\n", 0, why.start) + 1
    before = text[begin : why.start].decode("utf-8", "replace")
    return Placed(line=text.count(b"\n", 0, why.start) + 1, column=len(before) + 1, why=why)


def _read(file: Path) -> bytes:
    try:
        if str(file) == "-":
            text = sys.stdin.buffer.read(_LONGEST + 1)
        else:
            with file.open("rb") as opened:
                text = opened.read(_LONGEST + 1)
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}") from None
    if len(text) > _LONGEST:
        raise ConfigurationError(
            f"the text is longer than {_LONGEST >> 20} MiB", hint="use `sluicegate scan --explain`"
        )
    return text
