"""The appendix of a report: which records each figure counts, the records, and their proofs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from sluicegate.evidence.reporting.chart import anchor
from sluicegate.evidence.reporting.markup import (
    Markup,
    element,
    join,
    link,
    record_links,
    row,
    table,
)

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.days import Series
    from sluicegate.evidence.reporting.dossier import Dossier
    from sluicegate.evidence.reporting.entry import Entry

_CHECK: Final = (
    "A record's hash is a leaf of the ledger's Merkle tree (RFC 9162). Its path leads from the "
    "leaf to the root, and the root is signed in the checkpoint below. The bundle holds each record"
    " whole with its proof, and a program that checks all of them without this software. Get the "
    "public key from somewhere else than from here."
)
_HEADERS: Final = ("record", "time (UTC)", "kind", "who", "purpose", "what", "end", "proof")


def appendix(dossier: Dossier, figures: Sequence[Series]) -> Iterator[Markup]:
    """Write the appendix."""
    if not dossier.entries:
        return
    yield element("h2", "Appendix A: what the figures count", class_="page")
    yield from _figures(figures)
    yield element("h2", "Appendix B: records", class_="page")
    yield table(_HEADERS, (_record(entry) for entry in dossier.entries), class_="records")
    yield element("h2", "Appendix C: proofs", class_="page")
    yield element("p", _CHECK)
    if dossier.checkpoint is not None:
        yield element("pre", _lines(dossier.checkpoint.note), id="checkpoint")
    for entry in dossier.entries:
        yield _proof(entry)


def _figures(figures: Sequence[Series]) -> Iterator[Markup]:
    for one in figures:
        bars = [bar for bar in one.bars if bar.count]
        yield element("h3", one.title)
        if not bars:
            yield element("p", "None in the period.", class_="soft")
            continue
        rows = (
            row(bar.first.isoformat(), f"{bar.count:,}", record_links(bar.sequences),
                id=anchor(one, bar))
            for bar in bars
        )  # fmt: skip
        yield table((one.unit, "number", "records"), rows, class_="bars")


def _record(entry: Entry) -> Markup:
    facts = entry.facts
    who = facts.principal or f"{facts.orchestrator}:{facts.pipeline}.{facts.task}".strip(":.")
    what = [name for name in (facts.source, facts.output) if name]
    ended = [facts.status, *([f"{facts.rows:,} rows"] if facts.rows else []), *facts.codes]
    if entry.record.dropped:
        ended = ["body dropped when its retention ended"]
    return row(
        entry.sequence,
        f"{facts.time:%Y-%m-%d %H:%M:%S}",
        facts.kind,
        who,
        facts.purpose,
        " → ".join(what) or _short(facts.subject),
        ", ".join(end for end in ended if end),
        link(f"p{entry.sequence}", entry.record.hash.removeprefix("sha256:")[:10] + "…"),
        id=f"r{entry.sequence}",
    )


def _short(subject: str) -> str:
    """Shorten a digest, which the proof has whole."""
    return f"{subject[:17]}…" if subject.startswith("sha256:") else subject


def _proof(entry: Entry) -> Markup:
    proof = entry.proof
    lines = [
        f"subject      {entry.record.subject}",
        f"record hash  {entry.record.hash}",
        f"signed by    {entry.record.key_id}",
        f"signature    {entry.record.signature}",
        f"leaf         {proof['index']} of {proof['size']}",
        *(f"path         {one}" for one in proof["path"]),
        f"in a bundle  {entry.proof_name}",
    ]
    summary = element("summary", f"Proof of record {entry.sequence}")
    back = link(f"r{entry.sequence}", "to the record")
    body = element("pre", _lines("\n".join(lines)))
    return element("details", summary, body, back, id=f"p{entry.sequence}")


def _lines(told: str) -> Markup:
    """Keep line ends, which are no characters to spell out here."""
    return join(told.splitlines(), "\n")
