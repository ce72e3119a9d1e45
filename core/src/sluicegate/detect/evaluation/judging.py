"""Judges one sample: what was found rightly, wrongly, or not, span by span and by characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sluicegate.detect.evaluation.labels import IGNORE, Labels
from sluicegate.detect.evaluation.matching import Cover, Place, matched
from sluicegate.detect.evaluation.sample import EVERYTHING, Found, Gold, Sample


class Kind(StrEnum):
    """What came out of one span."""

    RIGHT = "right"
    MISSED = "missed"
    """Labelled and not found."""
    WRONG = "wrong"
    """Found and not labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One span of a sample and what became of it. Says where, never what."""

    sample: int
    kind: Kind
    measured_class: str
    start: int
    """Characters, as is the length. For ``RIGHT`` and ``MISSED`` the place of the label."""
    length: int
    unseen: int = 0
    """Of a label: its characters that no finding covers, of whatever class."""
    found: int = 0
    """Of a finding: its characters."""
    beside: int = 0
    """Of a finding: its characters that no label covers."""
    detector: str = ""
    score: float = 0.0
    sure: bool = True
    """Whether the class was surely looked for: the sample's scope names it, or it has none and the
    class is a core class. Other findings are wrong only in a corpus that labels their class.
    """


def judge(sample: Sample, found: Sequence[Found], labels: Labels) -> Iterator[Judged]:
    """Compare the findings of a sample with its labels.

    A finding of a class that the sample's scope leaves out is neither right nor wrong, and so is
    one on a span whose label is unknown or ignored. It covers characters all the same.
    """
    gold = [g for g in (_gold(g, labels) for g in sample.spans) if g is not None]
    places = [_found(f, labels) for f in found]
    answers = matched(gold, places)
    labelled = Cover((g.start, g.end) for g in sample.spans)
    seen = Cover((f.start, f.end) for f in found)
    for i, (start, end, name) in enumerate(gold):
        other = found[answers[i]] if i in answers else None
        yield Judged(
            sample=sample.number,
            kind=Kind.MISSED if other is None else Kind.RIGHT,
            measured_class=name,
            start=start,
            length=end - start,
            unseen=end - start - seen.count(start, end),
            found=other.end - other.start if other else 0,
            beside=_beside(other, labelled) if other else 0,
            detector=other.detector if other else "",
            score=other.score if other else 0.0,
        )
    known = frozenset(labels.of_label(label) for label in sample.scope or ())
    unclear = Cover(
        (g.start, g.end) for g in sample.spans if labels.of_label(g.label) in {None, IGNORE}
    )
    for j in sorted(set(range(len(places))) - set(answers.values())):
        start, end, name = places[j]
        if sample.scope is None:
            sure = name in labels.core
        else:
            sure = name in known or EVERYTHING in sample.scope
        if unclear.count(start, end) or not (sure or sample.scope is None):
            continue
        yield Judged(
            sample=sample.number,
            kind=Kind.WRONG,
            measured_class=name,
            start=start,
            length=end - start,
            found=end - start,
            beside=_beside(found[j], labelled),
            detector=found[j].detector,
            score=found[j].score,
            sure=sure,
        )


def _gold(gold: Gold, labels: Labels) -> Place | None:
    name = labels.of_label(gold.label)
    return None if name in {None, IGNORE} else (gold.start, gold.end, str(name))


def _found(found: Found, labels: Labels) -> Place:
    return found.start, found.end, labels.of_data_class(found.data_class)


def _beside(found: Found, labelled: Cover) -> int:
    return found.end - found.start - labelled.count(found.start, found.end)
