"""The contract of detectors, as tests: subclass it in a test module of your detectors' own.

The subclass gives a pytest fixture ``scanner``, a ``Scanner`` that holds the detectors, and says in
``detectors`` which of them are looked at; all of them, unless it says otherwise.
"""

# A test's name is its sentence.
# ruff: noqa: D102

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import ClassVar

import pyarrow as pa

from sluicegate.detect import Detector, Scanner, canary_texts
from sluicegate.detect.budget import UNREAD
from sluicegate.detect.detector import Verdict
from sluicegate.detect.engine import Engine
from sluicegate.detect.spans import Spans
from sluicegate.detect.text import of_rows
from sluicegate.testing.patterns import draw

_SMALL, _LARGE = 4 << 10, 32 << 10
"""Bytes of the two sizes of a hostile cell: work that grows with the square shows between them."""
_GROWTH = 24
"""Most that eight times the bytes may take: 8 if work is proportional to them, 64 if to the square.
"""
_QUICK = 0.15
"""Seconds below which a large hostile cell is quick enough, whatever the small one took."""
_DRAWN = 12
_LONG = 2000
"""Bytes. Of patterns that may match more, one text is drawn."""
_GLUE = (b"", b" ", b"\n", b": ", b'"', b"=", b"7", b"x", b"-", "é".encode())


class DetectorContract:
    """What every detector must do, ours and yours."""

    only: ClassVar[tuple[str, ...]] = ()
    """Ids of the detectors that are looked at; all, if none is named."""

    def detectors(self, scanner: Scanner) -> Sequence[Detector]:
        """Return the detectors that are looked at."""
        everything = [d for d in scanner.detectors if d is not UNREAD]
        found = [d for d in everything if not self.only or d.id in self.only]
        assert len(found) == (len(self.only) or len(everything)), "a detector is missing"
        return found

    def test_each_says_what_it_must_and_must_not_find_and_why(self, scanner: Scanner) -> None:
        for detector in self.detectors(scanner):
            assert detector.examples.match, f"{detector.id}: no example"
            assert detector.examples.no_match, f"{detector.id}: no counter-example"
            assert detector.source.strip(), f"{detector.id}: no source of its rule"
            assert detector.data_class, f"{detector.id}: no data class"

    def test_each_can_reach_its_threshold(self, scanner: Scanner) -> None:
        for detector in self.detectors(scanner):
            lift = detector.context_lift if detector.context else 0.0
            best = detector.score + lift + (1.0 if detector.validator else 0.0)
            assert best >= detector.threshold, f"{detector.id} can never fire"

    def test_each_fires_and_wins_beside_all_the_others(self, scanner: Scanner) -> None:
        texts = dict(canary_texts(scanner))
        for detector in self.detectors(scanner):
            assert detector.advisory or detector.id in texts

    def test_each_fires_on_its_examples_and_on_no_counter_example(self, scanner: Scanner) -> None:
        ours = self.detectors(scanner)
        engine = Engine(ours)
        for fires in (True, False):
            cases = [(n, t) for n, d in enumerate(ours) for t in _texts(d, fires=fires)]
            seen = _fired(engine.raw(of_rows([text for _, text in cases])))
            wrong = {ours[n].id for row, (n, _) in enumerate(cases) if ((row, n) in seen) != fires}
            assert not wrong, f"{'missed' if fires else 'found'} by {sorted(wrong)}"

    def test_the_fast_scan_finds_what_the_exact_patterns_find(self, scanner: Scanner) -> None:
        """At several alignments, inside other text, cut in two, mangled, drawn from patterns."""
        ours = self.detectors(scanner)
        engine, chance = Engine(ours), random.Random(7)  # noqa: S311 - the same at every run
        texts = [text for d in ours for text in (*_texts(d), *_drawn(d, chance))]
        rows = [row for text in texts for row in _surrounded(text, chance)]
        for first in range(0, len(rows), 4000):
            some = of_rows(rows[first : first + 4000])
            fast, exact = _keys(engine.raw(some)), _keys(engine.exhaustive(some))
            lost = {ours[key[0]].id for key in exact - fast}
            assert not lost, f"an anchor is not in every match of {sorted(lost)}"

    def test_a_value_deep_in_a_long_text_is_found(self, scanner: Scanner) -> None:
        ours = self.detectors(scanner)
        engine, lines = Engine(ours), b"some words of a long text.\n" * 400
        cases = [(n, d.examples.match[0].encode()) for n, d in enumerate(ours)]
        seen = _fired(engine.raw(of_rows([lines + text + b"\n" + lines for _, text in cases])))
        alone = _fired(engine.raw(of_rows([text for _, text in cases])))
        missed = {ours[n].id for row, (n, _) in enumerate(cases) if (row, n) in alone - seen}
        assert not missed, f"missed in a long text: {sorted(missed)}"

    def test_every_layout_of_a_column_gives_the_same(self, scanner: Scanner) -> None:
        texts = [d.examples.match[0] for d in self.detectors(scanner)]
        plain = pa.array([*texts, None, ""], pa.string())
        wanted = _keys(scanner.spans(plain))
        assert wanted
        for kind in (pa.large_string(), pa.binary(), pa.large_binary(), pa.string_view()):
            assert _keys(scanner.spans(plain.cast(kind))) == wanted, str(kind)
        assert _keys(scanner.spans(plain.dictionary_encode())) == wanted, "dictionary"

    def test_no_text_takes_time_that_grows_faster_than_its_length(self, scanner: Scanner) -> None:
        for detector in self.detectors(scanner):
            engine = Engine([detector])
            for number, piece in enumerate(_hostile(detector)):
                large = _seconds(engine, piece, _LARGE)
                if large < _QUICK:
                    continue
                small = _seconds(engine, piece, _SMALL)
                assert large <= _GROWTH * small, f"{detector.id}: hostile text {number} is slow"

    def test_validators_judge_whatever_the_pattern_matches(self, scanner: Scanner) -> None:
        chance = random.Random(11)  # noqa: S311 - the same at every run
        for detector in self.detectors(scanner):
            if detector.validator is None:
                continue
            for value in _mangled(detector, chance):
                verdict = detector.validator(value)
                assert verdict is None or isinstance(verdict, Verdict), detector.id
                assert verdict is None or 0 < verdict.length <= len(value), detector.id


def _texts(detector: Detector, *, fires: bool = True) -> list[bytes]:
    examples = detector.examples.match if fires else detector.examples.no_match
    return [text.encode() for text in examples]


def _drawn(detector: Detector, chance: random.Random) -> list[bytes]:
    """Draw texts from the pattern, each with a word that the detector may need."""
    word = min(detector.context, default="").encode()
    count = _DRAWN if detector.longest <= _LONG else 1
    return [word + b" " + draw(detector.pattern, chance) for _ in range(count)]


def _fired(spans: Spans) -> set[tuple[int, int]]:
    return set(zip(spans.row.tolist(), spans.detector.tolist(), strict=True))


def _keys(spans: Spans) -> set[tuple[int, int, int, int]]:
    parts = (spans.detector, spans.row, spans.start, spans.end)
    return set(zip(*(part.tolist() for part in parts), strict=True))


def _surrounded(text: bytes, chance: random.Random) -> Iterator[bytes]:
    """Yield a text in other text, with a row of its own length before to shift what follows."""
    for glue in chance.sample(_GLUE, 4):
        yield b"." * chance.randrange(61)
        yield glue + text + chance.choice(_GLUE)
    yield b"some words " * chance.randrange(1, 30) + text + b" and more" * chance.randrange(9)
    cut = chance.randrange(1, max(len(text), 2))
    yield text[:cut]
    yield text[cut:]
    yield text + text
    yield bytes(byte if chance.random() < 0.95 else chance.randrange(256) for byte in text)  # noqa: PLR2004  # a few bytes of it


def _hostile(detector: Detector) -> Iterator[bytes]:
    """Yield pieces that, repeated, begin matches everywhere and finish few."""
    text = detector.examples.match[0].encode()
    yield text[:-1]
    yield text[: len(text) // 2]
    yield text[-1:]
    yield from _texts(detector, fires=False)[:1]


def _seconds(engine: Engine, piece: bytes, size: int) -> float:
    """Time a cell that repeats ``piece``: the better of two, since machines are busy."""
    cell = of_rows([(piece or b".") * (size // max(len(piece), 1) + 1)])
    taken = []
    for _ in range(2):
        began = time.perf_counter()
        engine.raw(cell)
        taken.append(time.perf_counter() - began)
        if taken[-1] < _QUICK:
            break
    return min(taken)


def _mangled(detector: Detector, chance: random.Random) -> Iterator[bytes]:
    """Yield what the pattern matches in its own texts, with characters changed for their like."""
    group = "v" if "v" in detector.pattern.groupindex else 0
    for text in (*_texts(detector), *_drawn(detector, chance)):
        for changes in range(12):
            bent = bytearray(text)
            for _ in range(changes):
                place = chance.randrange(len(bent))
                bent[place] = chance.choice(_like(bent[place]))
            for match in detector.pattern.finditer(bytes(bent)):
                yield match.group(group) or match.group()


def _like(byte: int) -> bytes:
    character = bytes([byte])
    if character.isdigit():
        return b"0123456789"
    return b"abcdefXYZ" if character.isalpha() else b" .-_/"
