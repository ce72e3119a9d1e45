"""Recognizers: second readers of a text, beside the engine (a model, or another library).

What a recognizer marks joins the engine's findings and is resolved with them: by score, then
length. It may be slow, so it is asked only where somebody switched it on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np

from sluicegate.detect.detector import Anchor, Detector, Examples
from sluicegate.detect.engine import Engine
from sluicegate.detect.resolve import resolve
from sluicegate.detect.spans import Ints, Raw, Spans, spans_of
from sluicegate.detect.text import Text
from sluicegate.errors import ScannerBlind
from sluicegate.model.data import DataClass

_NEVER = rb"(?!)"
_LETTERS = re.compile(r"[^\W\d_]{2}")
_ASCII_LETTER = np.array([chr(b).isalpha() or b > 0x7F for b in range(256)])  # noqa: PLR2004  # ASCII
_SURROGATES = re.compile("[\ud800-\udfff]")


class Mark(NamedTuple):
    """One thing that a recognizer sees in a text."""

    start: int
    """First character."""
    end: int
    """One past the last character."""
    detector: int
    """Index into the recognizer's ``detectors``."""
    score: float


class Recognizer(Protocol):
    """A reader of texts. Deterministic, and safe to use from several threads.

    Failure mode: closed; what cannot be read raises, and nothing counts as scanned.
    """

    @property
    def detectors(self) -> tuple[Detector, ...]:
        """What it can mark: entries without a pattern, each with an example that must fire."""

    @property
    def version(self) -> str:
        """Names the recognizer and the model in it, for the attestation."""

    @property
    def blind_spots(self) -> tuple[str, ...]:
        """What it does not see, as measured (promise P10)."""

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """Read texts; one list of marks for each, in any order."""


def entry(
    *, detector: str, data_class: str, source: str, score: float, examples: tuple[str, ...]
) -> Detector:
    """Describe what a recognizer marks, as the catalogue describes a detector.

    Args:
        detector: Id, for example ``names:person``.
        data_class: What it finds.
        source: Name of the model or library.
        score: The lowest score that it gives.
        examples: Texts in which it must fire.
    """
    return Detector(
        id=detector,
        data_class=DataClass(data_class),
        expression=_NEVER,
        outline="",
        anchor=Anchor(),
        score=score,
        threshold=score,
        longest=0,
        examples=Examples(match=examples),
        source=source,
    )


class Remembering:
    """A recognizer that reads some known texts once: the canaries, the same in every run.

    Args:
        recognizer: Who reads.
        known: Texts that are no secret, of the catalogue. No other text is kept.
    """

    def __init__(self, recognizer: Recognizer, known: frozenset[str]) -> None:
        self._recognizer = recognizer
        self._known = known
        self._read: dict[str, list[Mark]] = {}
        self.detectors = recognizer.detectors
        self.version = recognizer.version
        self.blind_spots = recognizer.blind_spots

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        """Read what was not read before; see ``Recognizer.marks``."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._read]
        found = dict(zip(fresh, self._recognizer.marks(fresh), strict=True)) if fresh else {}
        # Two threads may read the same: they read the same out of it.
        self._read.update((text, found[text]) for text in fresh if text in self._known)
        return [found[text] if text in found else self._read[text] for text in texts]


class Panel:
    """The engine and the recognizers as one: has the engine's ``find``.

    Args:
        engine: The catalogue's engine.
        telling: The engine of what is only told, whose detectors stand behind the catalogue's.
        recognizers: In the order in which their detectors stand behind those.
    """

    def __init__(self, engine: Engine, telling: Engine, recognizers: Sequence[Recognizer]) -> None:
        self._engine = engine
        self._telling = telling
        first = len(engine.detectors) + len(telling.detectors)
        self._recognizers = [
            (r, first + sum(len(before.detectors) for before in recognizers[:i]))
            for i, r in enumerate(recognizers)
        ]

    def find(
        self, text: Text, column: frozenset[str] = frozenset(), *, advisory: bool = False
    ) -> Spans:
        """Return the findings of the engine and the recognizers, resolved together.

        What is only told is asked for or left out before, so that it can hide nothing that counts.
        """
        raw = self._engine.raw(text, column)
        if advisory:
            told = self._telling.raw(text, column, looks=False)
            behind = np.int32(len(self._engine.detectors))
            raw = Spans.joined([raw, replace(told, detector=told.detector + behind)])
        marked = self._marked(text) if self._recognizers else []
        return resolve(Spans.joined([raw, spans_of(marked)]) if marked else raw)

    def _marked(self, text: Text) -> list[Raw]:
        """Ask every recognizer about each distinct text once."""
        rows: dict[bytes, list[int]] = {}
        for row in _lettered(text).tolist():
            rows.setdefault(text.value(row, 0, int(text.ends[row] - text.starts[row])), []).append(
                row
            )
        texts = [value.decode("utf-8", "surrogateescape") for value in rows]
        texts = [t if _LETTERS.search(t) else "" for t in texts]
        # A recognizer gets characters that all libraries take; one stands for one, so places hold.
        shown = [_SURROGATES.sub("\ufffd", t) for t in texts]
        found: list[Raw] = []
        for recognizer, first in self._recognizers:
            for marks, text_of_marks, places in zip(
                recognizer.marks(shown), texts, rows.values(), strict=True
            ):
                for mark in marks:
                    start, end = _bytes(text_of_marks, mark)
                    found += [
                        (row, start, end, first + mark.detector, mark.score) for row in places
                    ]
        return found


def prove(recognizers: Sequence[Recognizer]) -> None:
    """See that each recognizer still fires on its examples (promise P9).

    Raises:
        ScannerBlind: one does not.
    """
    for recognizer in recognizers:
        examples = [(n, e) for n, d in enumerate(recognizer.detectors) for e in d.examples.match]
        marks = recognizer.marks([text for _, text in examples])
        for (number, _), found in zip(examples, marks, strict=True):
            if not any(mark.detector == number for mark in found):
                raise ScannerBlind(
                    f"the recognizer {recognizer.detectors[number].id!r} misses its own example",
                    hint="its package may be damaged: install it again",
                )


def _lettered(text: Text) -> Ints:
    """Return the rows that hold a letter; digits and signs alone name nobody."""
    size = len(text.buffer)
    counts = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(_ASCII_LETTER[text.buffer], out=counts[1:])
    return np.flatnonzero(counts[text.ends] - counts[text.starts] > 1)


def _bytes(text: str, mark: Mark) -> tuple[int, int]:
    """Turn places in characters into places in bytes."""
    if text.isascii():
        return mark.start, mark.end
    start = len(text[: mark.start].encode("utf-8", "surrogateescape"))
    return start, start + len(text[mark.start : mark.end].encode("utf-8", "surrogateescape"))
