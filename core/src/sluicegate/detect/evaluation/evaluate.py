"""Scans a corpus and scores what was found."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from sluicegate.detect.evaluation.finding import Finder
from sluicegate.detect.evaluation.judging import Judged, Kind, judge
from sluicegate.detect.evaluation.labels import Labels
from sluicegate.detect.evaluation.measures import (
    BESIDE,
    COLUMNS,
    FOUND,
    LABELLED,
    MISSED,
    RIGHT,
    UNSEEN,
    WRONG,
    Counts,
    measure,
)
from sluicegate.detect.evaluation.result import CORE, OVERALL, ClassScore, CorpusScore
from sluicegate.detect.evaluation.sample import EVERYTHING, Sample

_CHUNK = 2000
"""Samples that are scanned together."""
_COLUMN = {Kind.RIGHT: RIGHT, Kind.WRONG: WRONG, Kind.MISSED: MISSED}


def evaluate(
    name: str,
    samples: Iterable[Sample],
    find: Finder,
    labels: Labels,
    *,
    only: frozenset[str] | None = None,
    keep_errors: bool = False,
    progress: Callable[[int], object] = lambda _: None,
) -> CorpusScore:
    """Score what ``find`` finds in a corpus.

    Args:
        name: Of the corpus.
        samples: Read once; no text is kept.
        find: What is evaluated.
        labels: What labels and data classes mean.
        only: Measured classes to score; ``None``: all that the corpus labels.
        keep_errors: Whether to keep each miss and false alarm.
        progress: Is told how many samples were scored since it was last told.
    """
    run = _Run(labels)
    rest = iter(samples)
    while chunk := list(itertools.islice(rest, _CHUNK)):
        began = time.thread_time()
        found = find([sample.text for sample in chunk])
        run.seconds += time.thread_time() - began
        for sample, one in zip(chunk, found, strict=True):
            run.add(sample, judge(sample, one, labels))
        progress(len(chunk))
    return run.score(name, only, keep_errors=keep_errors)


class _Run:
    """Collects while the samples of one corpus go by."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._judged: list[tuple[int, Judged]] = []
        self._labelled: set[str] = set()
        self._unknown: Counter[str] = Counter()
        self._hasher = hashlib.sha256()
        self._scoped = False
        self._samples = self._characters = self._bytes = 0
        self.seconds = 0.0

    def add(self, sample: Sample, judged: Iterable[Judged]) -> None:
        self._judged += [(self._samples, one) for one in judged]
        self._samples += 1
        self._characters += len(sample.text)
        self._digest(sample)
        self._scoped |= sample.scope is not None
        for label in sample.scope or ():
            if (known := self._labels.of_label(label)) is not None:
                self._labelled.add(known)
            elif label != EVERYTHING:
                self._unknown[label] += 0
        for span in sample.spans:
            if (known := self._labels.of_label(span.label)) is not None:
                self._labelled.add(known)
            else:
                self._unknown[span.label] += 1

    def score(self, name: str, only: frozenset[str] | None, *, keep_errors: bool) -> CorpusScore:
        wanted = self._wanted()
        chosen = wanted if only is None else wanted & only
        groups: dict[str, list[tuple[int, Judged]]] = {c: [] for c in chosen}
        for pair in self._judged:
            if pair[1].measured_class in groups:
                groups[pair[1].measured_class].append(pair)
        classes = [row for c in sorted(groups) if (row := self._row(c, groups[c]))]
        core = [pair for c, pairs in groups.items() if c in self._labels.core for pair in pairs]
        everything = [pair for pairs in groups.values() for pair in pairs]
        return CorpusScore(
            name=name,
            digest=self._hasher.hexdigest()[:16],
            samples=self._samples,
            characters=self._characters,
            bytes=self._bytes,
            seconds=self.seconds,
            classes=tuple(classes),
            core=self._row(CORE, core),
            overall=self._row(OVERALL, everything),
            unknown_labels=dict(sorted(self._unknown.items())),
            unlabelled=_tally(one for _, one in self._judged if one.measured_class not in wanted),
            errors=tuple(_errors(everything)) if keep_errors else (),
        )

    def _wanted(self) -> set[str]:
        """Tell which classes the corpus labels; one without any label and scope labels all."""
        found = {one.measured_class for _, one in self._judged}
        if not (self._labelled or self._unknown or self._scoped):
            return found
        return self._labelled | {j.measured_class for _, j in self._judged if j.sure}

    def _row(self, name: str, pairs: list[tuple[int, Judged]]) -> ClassScore | None:
        if not pairs:
            return None
        counts = _counts(pairs)
        right, wrong, missed = (int(counts[:, c].sum()) for c in (RIGHT, WRONG, MISSED))
        return ClassScore(
            name=name,
            samples=int(((counts[:, RIGHT] + counts[:, MISSED]) > 0).sum()),
            right=right,
            wrong=wrong,
            missed=missed,
            measures=measure(counts, self._samples),
        )

    def _digest(self, sample: Sample) -> None:
        text = sample.text.encode("utf-8", "surrogatepass")
        self._bytes += len(text)
        spans = sorted((s.start, s.end, s.label) for s in sample.spans)
        told = f"{len(text)} {spans} {sample.scope}\n".encode()
        self._hasher.update(told + text)


def _counts(pairs: list[tuple[int, Judged]]) -> Counts:
    """Sum what was judged by sample."""
    places, rows = np.unique([place for place, _ in pairs], return_inverse=True)
    counts = np.zeros((len(places), COLUMNS), dtype=np.int64)
    for row, (_, one) in zip(rows.tolist(), pairs, strict=True):
        counts[row, _COLUMN[one.kind]] += 1
        counts[row, LABELLED] += 0 if one.kind is Kind.WRONG else one.length
        counts[row, UNSEEN] += one.unseen
        counts[row, FOUND] += one.found
        counts[row, BESIDE] += one.beside
    return counts


def _errors(pairs: list[tuple[int, Judged]]) -> Iterator[Judged]:
    wrong = [one for _, one in pairs if one.kind is not Kind.RIGHT]
    yield from sorted(wrong, key=lambda one: (one.sample, one.start, one.kind, one.detector))


def _tally(judged: Iterable[Judged]) -> dict[str, int]:
    return dict(sorted(Counter(one.measured_class for one in judged).items()))
