"""Context: whole words near a match, or in the name of the column it stands in."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sluicegate.detect.spans import Ints
from sluicegate.detect.text import Text

BEFORE = 48
"""Bytes before a match in which words count."""
AFTER = 24
"""Bytes after a match in which words count."""

_CAPITALS = rb"(?:[A-Z]|[\xc3-\xc5][\x80-\xbf]|[\xd0\xd1][\x80-\xbf]){2,}(?![a-z\x80-\xff])"
_WORD = re.compile(_CAPITALS + rb"|[A-Z]?[a-z\x80-\xff]+|[A-Z]+")
_ASCII_WORD = re.compile("[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]+")
"""The same for texts that are all ASCII."""
_TURN = re.compile(rb"[A-Z](?:(?<=[a-z].)|(?<=[A-Z].)(?=[a-z]))")
"""Where a word begins inside a run of letters; without one, each run is a word."""
_LETTERS = bytes(byte | 32 if chr(byte).isalpha() else 32 for byte in range(128)) + bytes(128)
"""ASCII letters, lowered; a space for other ASCII, and zero for every byte of other characters."""
_LOWER = string.ascii_lowercase.encode()
_IS_LOWER = bytes(byte in _LOWER for byte in range(256))
_SMALL = np.frombuffer(_IS_LOWER, dtype=np.bool_)
_IS_LETTER = np.frombuffer(_LETTERS, dtype=np.uint8) != ord(" ")
"""ASCII letters, and every byte of other ones."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""Thai, Lao, Hangul, Kana and Han: scripts that put words together without a space, or with an
ending that belongs to the sentence."""
_LONGEST_GRAM = 6
"""Characters of the longest word that is looked for in such a script."""

_OPENING = b" \t\"'=:"
_QUOTES = b" \t\"'\\"
_GIVES = (b":", b"=")
_IS_QUOTE, _IS_GIVING = (np.isin(np.arange(256), [*signs]) for signs in (_QUOTES, b":="))
_NUMBER = b"0123456789 .-()/"
_NO_LABEL = re.compile(rb"[^A-Za-z_ .-]")
_ASKED = (b"?\n", b"?\r\n")
"""Behind a question, a name and a colon are who answers, as in a chat."""
_SHORTEST_LABEL, _LONGEST_GAP, _LABEL_WORDS = 3, 4, 3
_OTHERS = frozenset(
    {
        *("order", "orders", "invoice", "sku", "zip", "zipcode", "postal", "postcode", "plz"),
        *("cep", "amount", "price", "total", "subtotal", "count", "quantity", "qty"),
        *("timestamp", "ts", "time", "date", "created", "updated", "version", "ref"),
        *("reference", "tracking", "serial", "account", "transaction", "txn", "product"),
        *("item", "batch", "bytes", "size", "length", "index", "sequence", "seq", "epoch"),
        *("isbn", "ean", "upc", "uid", "uuid", "guid", "pid", "user", "customer", "session"),
        *("request", "ticket", "case", "barcode"),
    }
)
"""Words of a label that say what a number beside it is, so that no other word may."""


def words(text: bytes) -> frozenset[str]:
    """Split ``text`` into lower-case words, also at underscores and where camel case turns.

    Words and not substrings: ``lic`` in ``public`` is no context. Where a script does not part its
    words, every stretch of two to six characters is one.
    """
    if text.isascii():
        if text.islower() or _TURN.search(text) is None:
            return frozenset(text.translate(_LETTERS).decode("ascii").split())
        return frozenset(map(str.lower, _ASCII_WORD.findall(text.decode("ascii"))))
    # Bytes are lowered before decoding: only ASCII letters change, as in the engine's own search
    # for these words.
    decoded = {word.lower().decode("utf-8", "replace") for word in _WORD.findall(text)}
    return frozenset(decoded.union(*map(_grams, decoded)))


def _grams(word: str) -> Iterator[str]:
    for stretch in _UNSPACED.findall(word):
        for size in range(2, min(len(stretch), _LONGEST_GRAM) + 1):
            for place in range(len(stretch) - size + 1):
                yield stretch[place : place + size]


def _other_label(before: bytes) -> frozenset[str] | None:
    """Return the words of the label that ends ``before``, if it names another kind of number.

    In ``"phone": null, "order_id": "4823910572"`` the number is the order's, though the phone
    stands nearer than a sentence is long.
    """
    lead = before.rstrip(_QUOTES)
    if not lead.endswith(_GIVES) or len(before) - len(lead) > _LONGEST_GAP:
        return None
    named = lead[:-1].rstrip(_QUOTES)
    label = _NO_LABEL.split(named)[-1]
    if named[: len(named) - len(label)].endswith(_ASKED):
        return None
    own = words(b" ".join(label.split()[-_LABEL_WORDS:]))
    return None if _OTHERS.isdisjoint(own) else own


def words_around(cell: bytes, start: int, end: int, row_start: int, row_end: int) -> frozenset[str]:
    """Return the whole words within ``BEFORE`` and ``AFTER`` bytes of ``cell[start:end]``.

    What is left of a word that is cut, or that goes on in the value, is no word: the end of
    ``hotel`` is no ``tel``.
    """
    low, high = max(row_start, start - BEFORE), min(row_end, end + AFTER)
    if low == start and high == end:
        return frozenset()
    before, after, lower = cell[low:start], cell[end:high], _IS_LOWER
    if (
        start - low > _SHORTEST_LABEL
        and cell[start - 1] in _OPENING
        and before.rstrip(_QUOTES).endswith(_GIVES)
    ):
        own = _other_label(before)
        if own and not cell[start:end].strip(_NUMBER):
            return own
    if low > row_start and lower[cell[low]] and lower[cell[low - 1]]:
        before = before.lstrip(_LOWER)
    if high < row_end and lower[cell[high]] and lower[cell[high - 1]]:
        after = after.rstrip(_LOWER)
    if before and lower[cell[start]] and lower[cell[start - 1]]:
        before = before.rstrip(_LOWER)
    if after and lower[cell[end]] and lower[cell[end - 1]]:
        after = after.lstrip(_LOWER)
    # The space stands for the value, so that the words beside it do not grow together.
    return words(before + b" " + after)


def are_whole(text: Text, places: Ints, lengths: Ints) -> npt.NDArray[np.bool_]:
    """Tell which words, by where they end and their bytes, no small letter carries on in their row.

    The others are no word to ``words_around`` either.
    """
    buffer, first = text.buffer, places - lengths
    low = _SMALL.take(buffer.take(first)) & _SMALL.take(buffer.take(first - 1))
    after = buffer.take(np.minimum(places, len(buffer) - 1))
    high = _SMALL.take(buffer.take(places - 1)) & _SMALL.take(after)
    whole: npt.NDArray[np.bool_] = ~(low | high)
    # Of these few, some stand at the edge of their row.
    at = np.flatnonzero(~whole)
    rows = text.rows_of(places[at])
    low = low[at] & (first[at] > text.starts[rows])
    high = high[at] & (places[at] < text.ends[rows])
    whole[at] = ~(low | high)
    return whole


class WordPlaces(NamedTuple):
    """Where words stand that ``words`` is sure to give for the text around them; none overlap."""

    starts: Ints
    ends: Ints

    def beside(
        self, text: Text, low: Ints, high: Ints, row_starts: Ints, row_ends: Ints
    ) -> npt.NDArray[np.bool_]:
        """Tell which values have one of them so near that ``words_around`` is sure to give it.

        Args:
            text: Where.
            low: First byte of each value.
            high: First byte after it.
            row_starts: Of the row of each.
            row_ends: The same.
        """
        if not len(self.ends):
            return np.zeros(len(low), dtype=np.bool_)
        last = np.searchsorted(self.ends, low, side="right") - 1
        near = (last >= 0) & (self.starts[last] >= np.maximum(row_starts, low - BEFORE))
        first = np.searchsorted(self.starts, high)
        some = np.minimum(first, len(self.ends) - 1)
        near |= (first < len(self.ends)) & (self.ends[some] <= np.minimum(row_ends, high + AFTER))
        near[near] = ~_labelled(text.buffer, low[near], row_starts[near])
        return near


def _labelled(
    buffer: npt.NDArray[np.uint8], places: Ints, row_starts: Ints
) -> npt.NDArray[np.bool_]:
    """Tell before which places a label may end, whose words are all that count."""
    at = places - 1
    for _ in range(_LONGEST_GAP):
        quoted = (at > row_starts) & _IS_QUOTE.take(buffer.take(at))
        at = at - quoted
    labelled: npt.NDArray[np.bool_] = _IS_GIVING.take(buffer.take(np.maximum(at, 0)))
    return labelled


def sure_places(text: Text, places: Ints, lengths: Ints) -> WordPlaces:
    """Return which words, by where they end and their bytes, are words whatever is around.

    Those of ASCII letters that are written in one case or begin with a capital, and beside which
    stands no letter.
    """
    order = np.argsort(places, kind="stable")
    ends, starts = places[order], (places - lengths)[order]
    buffer, last = text.buffer, len(text.buffer) - 1
    sure = ~_IS_LETTER.take(buffer.take(np.minimum(ends, last))) | (ends > last)
    sure &= ~_IS_LETTER.take(buffer.take(np.maximum(starts - 1, 0))) | (starts == 0)
    starts, ends = starts[sure], ends[sure]
    raw = text.raw
    told = [raw[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    plain = np.array([w.isascii() and (w[1:].islower() or w.isupper()) for w in told], np.bool_)
    return WordPlaces(starts[plain], ends[plain])
