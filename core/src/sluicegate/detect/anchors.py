"""Every anchor of a set of detectors, each looked for only where it can stand.

Words such as ``token`` or ``password`` stand everywhere, and an automaton that follows each of them
costs more than all other anchors together. Where a name ends and its value begins there is a sign;
what holds a digit stands beside one; a key stands in a long run of letters and digits. Signs,
digits and runs are found by arithmetic, and most text holds few.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.detector import Detector, Shape
from sluicegate.detect.holds import holds_any, run_of
from sluicegate.detect.lead import lead_of
from sluicegate.detect.looks import CODED_RUNS, SPACED_DIGITS
from sluicegate.detect.looks import EXPRESSIONS as SIGNS
from sluicegate.detect.marks import ODD, find_marks, table
from sluicegate.detect.prefilter import Expression, Prefilter
from sluicegate.detect.runs import SHORTEST_RUN, codes
from sluicegate.detect.shapes import Shapes
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.spans import Ints
from sluicegate.detect.stretches import hits_between
from sluicegate.detect.text import Text

_LONGEST_NAME = 64
"""Bytes of an expression that is looked for before signs."""
_BESIDE_MARKS = 64
"""Bytes of an expression that is looked for beside digits and odd signs."""
_NEAR_RUNS = 160
"""Bytes of a match, or of an expression, of which a run is only a part."""
_NEAR_DIGITS = 96
"""Bytes of a match that holds a digit, with what it asks for after itself."""
_DIGITS = string.digits.encode()
_MARKS = ODD + _DIGITS
_LITERAL = re.compile(rb"(?:[A-Za-z0-9]|\\x..)+")
_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


class Place(StrEnum):
    """Where an expression is looked for."""

    ANYWHERE = "anywhere"
    SIGN = "sign"
    """Nowhere: it is one odd sign, whose places are known."""
    NAMES = "names"
    """Before signs that assign."""
    MARKS = "marks"
    """Beside digits that are of no date, and odd signs."""
    RUNS = "runs"
    """In long runs."""
    NEAR_RUNS = "near_runs"
    """In them and around."""


class Found(NamedTuple):
    """A text, and what was found in it."""

    text: Text
    hits: Mapping[int, Ints]
    """Positions after each expression, ascending, by the number of the expression."""
    shapes: Shapes


class _Numbered:
    """Expressions by place, each known by one number."""

    def __init__(self) -> None:
        self.by_place: dict[Place, dict[Expression, int]] = {place: {} for place in Place}
        self._count = 0

    def number(self, expression: Expression, place: Place) -> int:
        known = self.by_place[place]
        if expression not in known:
            known[expression] = self._count
            self._count += 1
        return known[expression]


class Anchors:
    """Finds the anchors of ``detectors``, and the signs that a value may be wrapped.

    Args:
        detectors: In the order in which ``users`` names them.
        shelf: Where compiled anchors are kept.

    Raises:
        DetectionError: an anchor does not compile.
    """

    def __init__(self, detectors: Sequence[Detector], shelf: Shelf) -> None:
        numbered = _Numbered()
        users: list[tuple[int, ...]] = []
        for detector in detectors:
            anchor = detector.anchor
            claim = (detector.expression, detector.caseless, anchor)
            places = shelf.get("places", claim, partial(_places, detector))
            users.append(
                tuple(
                    numbered.number((text, anchor.caseless), Place(place))
                    for text, place in zip(anchor.expressions, places, strict=True)
                )
            )
        self.users = tuple(users)
        """For each detector, the numbers of its expressions."""
        digital = [
            shelf.get("holds a digit", (d.expression, d.lookahead), partial(_holds_digit, d))
            for d in detectors
        ]
        plain = {n for own, holds in zip(users, digital, strict=True) if not holds for n in own}
        self._signs = {
            sign: numbered.number((text, caseless), _place_of(text, caseless=caseless))
            for sign, (text, caseless) in enumerate(SIGNS)
            if sign not in (SPACED_DIGITS, CODED_RUNS)
        }
        plain |= set(self._signs.values())
        self._near_digits = frozenset[int]().union(*users) - plain
        """Expressions that count near a digit only: words such as "late" stand everywhere."""
        alone = numbered.by_place.pop(Place.SIGN)
        self._alone = {_byte(text): number for (text, _), number in alone.items()}
        self.leads = {
            number: lead
            for number, detector in enumerate(detectors)
            if (lead := _lead(detector, shelf)) is not None
        }
        """For detectors whose anchor is one sign, which bytes may stand in a match before it."""
        self._filters = {
            place: (Prefilter(tuple(known), shelf), tuple(known.values()))
            for place, known in numbered.by_place.items()
            if known
        }
        self._name_reach = max((d.anchor.assigned for d in detectors), default=0) + _LONGEST_NAME
        shaped = [d for d in detectors if d.anchor.shape is Shape.DIGITS]
        self._farthest = max((d.lookahead for d in shaped), default=0)

    def find(self, text: Text) -> Found:
        """Find every anchor in ``text``."""
        shapes = Shapes(text, find_marks(text.buffer), self._farthest)
        odd = shapes.marks.odd
        hits = {n: odd[text.buffer[odd] == byte] + 1 for byte, n in self._alone.items()}
        hits = {number: at for number, at in hits.items() if len(at)}
        for place, (words, numbers) in self._filters.items():
            found = (
                words.hits(text.buffer)
                if place is Place.ANYWHERE
                else hits_between(words, text, *self._stretches(place, shapes))
            )
            hits.update((numbers[number], at) for number, at in found.items())
        for number in self._near_digits.intersection(hits):
            hits[number] = _near(hits[number], *shapes.marks.digits)
            if not len(hits[number]):
                del hits[number]
        return Found(text, hits, shapes)

    def _stretches(self, place: Place, shapes: Shapes) -> tuple[Ints, Ints]:
        """Return where the stretches begin and end in which expressions of ``place`` can stand."""
        match place:
            case Place.NAMES:
                return shapes.marks.signs - self._name_reach, shapes.marks.signs
            case Place.MARKS:
                starts, ends = shapes.digits
                odd = shapes.marks.odd
                if len(odd):
                    starts, ends = np.concatenate([starts, odd]), np.concatenate([ends, odd + 1])
                return starts - _BESIDE_MARKS, ends + _BESIDE_MARKS
            case Place.RUNS:
                return shapes.runs.starts, shapes.runs.ends
        return shapes.runs.starts - _NEAR_RUNS, shapes.runs.ends + _NEAR_RUNS

    def signs(self, found: Found) -> Mapping[int, Ints]:
        """Return the positions after each sign that a value may be wrapped in something."""
        own = {
            sign: found.hits[number] for sign, number in self._signs.items() if number in found.hits
        }
        return {
            **own,
            SPACED_DIGITS: found.shapes.spaced(),
            CODED_RUNS: codes(found.shapes.runs),
        }


def _near(places: Ints, starts: Ints, ends: Ints) -> Ints:
    """Return the places near which one of some stretches, in order, is."""
    if not len(starts):
        return places[:0]
    next_one = np.searchsorted(ends, places - _NEAR_DIGITS)
    near = next_one < len(starts)
    near &= starts[np.minimum(next_one, len(starts) - 1)] <= places + _NEAR_DIGITS
    return places[near]


def _places(detector: Detector) -> list[Place]:
    """Tell where each anchor of a detector is to be looked for."""
    anchor = detector.anchor
    match = _in_runs(detector.expression, caseless=detector.caseless)
    place = Place.NAMES if anchor.assigned else match
    return [place or _place_of(text, caseless=anchor.caseless) for text in anchor.expressions]


def _holds_digit(detector: Detector) -> bool:
    """Tell whether every match of a detector holds a digit, near all of its bytes."""
    return holds_any(detector.expression, _DIGITS, _NEAR_DIGITS - detector.lookahead)


def _lead(detector: Detector, shelf: Shelf) -> npt.NDArray[np.bool_] | None:
    """Tell which bytes may stand before the anchor in a match, if that is one odd sign."""
    signs = [_byte(expression) for expression in detector.anchor.expressions]
    if detector.caseless or len(signs) != 1 or signs[0] not in {*ODD}:
        return None
    claim = (detector.expression, signs[0])
    lead = shelf.get("lead", claim, lambda: lead_of(*claim))
    return table(bytes(lead)) if lead else None


def _place_of(expression: bytes, *, caseless: bool) -> Place:
    """Tell where an expression is to be looked for."""
    if _byte(expression) in {*ODD}:
        return Place.SIGN
    # Literals cost little anywhere.
    if not _LITERAL.fullmatch(expression) and holds_any(expression, _MARKS, _BESIDE_MARKS):
        return Place.MARKS
    return _in_runs(expression, caseless=caseless) or Place.ANYWHERE


def _byte(expression: bytes) -> int:
    """Return the byte that an expression is written as; -1 if it is anything else."""
    written = _ESCAPED.fullmatch(expression)
    return int(written[1], 16) if written else -1


def _in_runs(expression: bytes, *, caseless: bool) -> Place | None:
    """Tell whether what an expression matches is a long run, or holds one and is not much more."""
    run, whole, longest = run_of(expression, caseless=caseless)
    if run < SHORTEST_RUN or (not whole and longest > _NEAR_RUNS):
        return None
    return Place.RUNS if whole else Place.NEAR_RUNS
