"""A scorecard as a document for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sluicegate.detect.evaluation.result import CORE, OVERALL

_INTRODUCTION: Final = """\
How to read it: a finding is right if its class is that of the label and the intersection over union
of the two spans is at least 0.5; each label counts once. Numbers in brackets are 95 % intervals
(Wilson for precision and recall, a bootstrap over samples for the others). *Leak* is the share of
labelled characters that no finding of any class covers, *over* the share of the findings'
characters that carry no label. *Core classes* are email, phone, card, IBAN, SSN, IP, MAC, URL and
secret. A finding of a class that a corpus did not label is neither right nor wrong, and listed
below its table. A text that a corpus gives as negative for one of its rules counts as negative for
all. `generated` is written by rules that know nothing of the detectors; the others are public test
data.
"""
_HEADER: Final = ("class", "samples", "spans", "precision", "recall", "F1", "F2", "leak", "over")


def scorecard_markdown(document: Mapping[str, Any]) -> str:
    """Write the document of ``scorecard_document`` as Markdown, without date or machine."""
    parts = ["# Detection scorecard", _INTRODUCTION.strip()]
    for name, corpus in document["corpora"].items():
        parts += list(_section(name, corpus))
    return "\n\n".join(parts) + "\n"


def table_rows(rows: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield a line per class; the closing sums come last."""
    for name, row in rows.items():
        numbers = (_rate(row[m]) for m in ("precision", "recall", "f1", "f2", "leak", "over"))
        yield (name, f"{row['samples']:,}", f"{row['support']:,}", *numbers)


def table_header() -> tuple[str, ...]:
    """Name the columns of ``table_rows``."""
    return _HEADER


def _section(name: str, corpus: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name.replace('_', ' ')}"
    told = f"{corpus['samples']:,} samples, {corpus['characters']:,} characters"
    told = f"{told}, digest `{corpus['digest']}`"
    yield f"Corpus `{name}` ({told}), catalogue `{corpus['catalogue']}`."
    head = f"| {' | '.join(_HEADER)} |\n|---|" + "---:|" * (len(_HEADER) - 1)
    lines = ["| " + " | ".join(_strong(row)) + " |" for row in table_rows(corpus["rows"])]
    yield "\n".join([head, *lines])
    if corpus["unlabelled"]:
        found = ", ".join(f"{c} {n:,}" for c, n in corpus["unlabelled"].items())
        yield f"Findings of classes without labels: {found}."
    if corpus["unknown_labels"]:
        found = ", ".join(f"`{c}` {n:,}" for c, n in corpus["unknown_labels"].items())
        yield f"Labels that were not scored: {found}."


def _strong(row: tuple[str, ...]) -> tuple[str, ...]:
    return (f"**{row[0]}**", *row[1:]) if row[0] in {CORE, OVERALL} else row


def _rate(rate: Mapping[str, float] | None) -> str:
    if rate is None:
        return "–"
    return f"{rate['value']:.3f} [{rate['low']:.3f}, {rate['high']:.3f}]"
