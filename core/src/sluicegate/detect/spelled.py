"""The look for values that a person spelled out so that no machine would see them.

``jane (at) example (dot) com``, ``jane dot roe at example dot com``, and a space after every
letter or digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sluicegate.detect.pattern import literal_expression
from sluicegate.detect.prefilter import Expression
from sluicegate.detect.rewrite import Edit, Places, Rule, Snippet, by_row, regions, snippets_of
from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

_SURE = 0.69
"""Score of what its own form proves, such as a check digit."""
_RULE = Rule(least=_SURE, alone=True)
_MARGIN = 128
_BEFORE = 48
"""Bytes before a spelled sign that tell whether a name stands there."""
_SIGNS = re.compile(
    rb"(?P<at>\s{0,2}[(\[{<]\s?(?:at|@)\s?[)\]}>]\s{0,2})"
    rb"|(?P<dot>\s{0,2}[(\[{<]\s?(?:dot|\.)\s?[)\]}>]\s{0,2}| dot (?=[a-z0-9]))"
    rb"|(?P<word> at (?=[a-z0-9-]{1,40}(?: dot [a-z0-9-]{1,40}){1,4}))",
    re.IGNORECASE,
)
_MAIL = re.compile(rb"(?:mail|mailto|contact|reach|write|address)\b", re.IGNORECASE)
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NAME = _LETTERS + b"0123456789._-"
_SINGLE = re.compile(rb"(?<![!-~])(?:[!-~] ){7,}[!-~](?![!-~])|(?<![0-9])(?:[0-9][-._]){8,}[0-9]")
_MOST = 60
"""Characters one by one that may be a value; more are a table."""
_DIGITS = 24
"""Digits one by one that may be."""


# As literals: an automaton costs less for them than for the classes that they are drawn from.
_AT = (
    left + gap + word + gap + right
    for left, right in ("()", "[]", "{}", "<>")
    for word in ("at", "@")
    for gap in ("", " ")
)
_WORDS: tuple[Expression, ...] = (
    *((literal_expression(text), True) for text in _AT),
    # As the anchor of addresses in words is, so that it costs nothing.
    (rb" at [a-z0-9-]{1,63}(?:[.]| dot )", True),
)
SPACED_DIGITS: Expression = (rb"(?:[0-9][^0-9]){8}[0-9]", False)
"""Told by the places of digits, which the engine knows: no automaton looks for it."""
_SINGLES: tuple[Expression, ...] = ((rb"[!-~] [!-~] @ [!-~] [!-~] ", False), SPACED_DIGITS)


class Spelled:
    """Words for signs, and signs one by one."""

    expressions: tuple[Expression, ...] = (*_WORDS, *_SINGLES)

    def snippets(self, text: Text, hits: Sequence[Ints]) -> Iterator[Snippet]:
        """Write the signs, and leave out the spaces."""
        words = len(_WORDS)
        for edits_of, own in ((_words, hits[:words]), (_singles, hits[words:])):
            for places in by_row(text, own):
                edits = list(edits_of(places))
                if edits:
                    yield from snippets_of(places.row, places.cell, edits, _RULE, _MARGIN)


def _words(places: Places) -> Iterator[Edit]:
    cell = places.cell
    for low, high in regions(places, _MARGIN):
        for found in _SIGNS.finditer(cell, low, high):
            start, end = found.span()
            if found.lastgroup == "dot":
                yield Edit(start, end, b".")
            elif found.lastgroup == "at" or _named(cell[max(0, start - _BEFORE) : start]):
                yield Edit(start, end, b"@")


def _named(before: bytes) -> bool:
    """Tell whether a name stands before `` at ``, and not a verb such as in "look at"."""
    lead = before.rstrip(_NAME)
    name = before[len(lead) :]
    return bool(name.strip(_LETTERS) or lead[-5:].lower() == b" dot " or _MAIL.search(lead))


def _singles(places: Places) -> Iterator[Edit]:
    cell = places.cell
    for low, high in regions(places, _MARGIN):
        for run in _SINGLE.finditer(cell, low, high):
            characters = run[0][::2]
            if len(characters) > (_DIGITS if characters.isdigit() else _MOST):
                continue
            yield from (Edit(at, at + 1, b"") for at in range(run.start() + 1, run.end(), 2))
