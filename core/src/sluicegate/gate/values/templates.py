"""Remembers which texts are clean, so that lines of one form are scanned once.

A log says the same again and again with other numbers. Two lines are of one form if they are equal
but for their digits. What may differ beyond that, and what may not, keeps the verdict right:

- Free: a whole or decimal number of at most six digits that stands alone, a part of a whole such as
  ``3/5``, the time of day of an ISO timestamp, a UUID, a hexadecimal digest. No detector of the
  catalogue tells two of the same form apart by their digits alone; that is tried with drawn digits
  before a form counts as clean.
- Bound: all other digits, in dates, longer numbers, addresses, names. They must be digits that were
  scanned in this form before.

A form in which drawn digits led to a finding binds all of its digits.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

LONGEST: Final = 2048
"""Bytes of the longest text that is remembered."""
_FORMS: Final = 4096
_BOUND: Final = 512
"""Forms, and bound digits of each, that are remembered; then it begins anew."""
_DRAWS: Final = 8
_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_EDGE: Final = rb"(?<![A-Za-z0-9\x80-\xff.:])", rb"(?![A-Za-z0-9\x80-\xff:]|\.\S)"
"""What is joined to an identifier by a point or colon may say what it is."""
_IDS: Final = re.compile(
    _EDGE[0]
    + rb"(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    + rb"|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})"
    + _EDGE[1]
)
_ID: Final = b"\xff"
"""Stands for an identifier: a byte that no text in UTF-8 has."""
_CHAINS: Final = re.compile(
    rb"(?<![A-Za-z\x80-\xff])[A-Za-z\x80-\xff]*+0[A-Za-z0\x80-\xff]*+"
    rb"(?:[^A-Za-z0\x80-\xff]{1,3}+[A-Za-z\x80-\xff]*+0[A-Za-z0\x80-\xff]*+)*+"
)
"""Digits and the letters they are joined to, up to where no further digit is near."""
_NUMBER: Final = re.compile(rb"0{1,6}(?:\.0{1,6})?|0{1,3}/0{1,3}")
_BEFORE: Final = b" \t\r\n[({<\"',=/_-|"
_AFTER: Final = re.compile(
    rb"$|[\s\])}>\"',;/_|%-]|[.:](?=\s|$)|\.[a-z]{2,8}(?:\.[a-z]{2,8})?(?![A-Za-z0-9.:@])"
)
"""What may follow a number: the end of a word or sentence, or the ending of a file's name."""
_MOMENT: Final = re.compile(
    rb"0000-00-00(?P<free>[T ]00:00:00(?:[.,]0{1,9})?(?:Z|[+-]00:?00)?)(?![A-Za-z0\x80-\xff])"
)


class _Form:
    """Texts that are equal but for their digits."""

    __slots__ = ("bound", "clean")

    def __init__(self, bound: tuple[slice, ...]) -> None:
        self.bound = bound
        self.clean: set[bytes] = set()

    def key(self, text: bytes) -> bytes:
        return b"\0".join([text[part] for part in self.bound]) if self.bound else b""


class Templates:
    """Which texts are clean. Safe for several threads; holds clean text only.

    Args:
        dirty: Tells for each of some texts whether anything is found in it.
    """

    def __init__(self, dirty: Callable[[Sequence[bytes]], Sequence[bool]]) -> None:
        self._dirty = dirty
        self._forms: dict[bytes, _Form] = {}
        self._once: set[bytes] = set()
        # Digits are drawn to try a form out: nothing secret depends on them.
        self._random = random.Random(0)  # noqa: S311

    def knows(self, text: bytes) -> bool:
        """Tell whether ``text`` is known to be clean; a microsecond for most lines."""
        form = self._forms.get(text.translate(_ZEROS))
        if form is not None:
            return form.key(text) in form.clean
        if b"-" not in text and len(text) < 32:  # noqa: PLR2004  # the shortest digest
            return False
        plain = _IDS.sub(_ID, text)
        form = None if plain is text else self._forms.get(plain.translate(_ZEROS))
        return form is not None and form.key(plain) in form.clean

    def learn(self, text: bytes) -> None:
        """Remember a text in which nothing was found, if its form comes a second time."""
        if len(text) > LONGEST or _ID in text:
            return
        plain = _IDS.sub(_ID, text)
        zeros = plain.translate(_ZEROS)
        form = self._forms.get(zeros)
        if form is None:
            if not self._seen_before(zeros):
                return
            if len(self._forms) >= _FORMS:
                self._forms = {}
            form = self._form(text, zeros)
            self._forms[zeros] = form
        if len(form.clean) >= _BOUND:
            form.clean = set()
        form.clean.add(form.key(plain))

    def _seen_before(self, zeros: bytes) -> bool:
        """To try a form out costs more than a scan: most values are seen once and never again."""
        if zeros in self._once:
            self._once.discard(zeros)
            return True
        if len(self._once) >= _FORMS:
            self._once.clear()
        self._once.add(zeros)
        return False

    def _form(self, text: bytes, zeros: bytes) -> _Form:
        bound = tuple(_bound(zeros))
        drawn = [self._drawn(text, bound if zeros.count(b"0") else None) for _ in range(_DRAWS)]
        changed = [one for one in drawn if one != text]
        if changed and any(self._dirty(changed)):
            return _Form((slice(None),))
        return _Form(bound)

    def _drawn(self, text: bytes, bound: tuple[slice, ...] | None) -> bytes:
        """Draw other free digits and identifiers; what is bound stays."""
        draw = self._random
        pieces, place = [], 0
        for match in [*_IDS.finditer(text), None]:
            plain = text[place : match.start() if match else len(text)]
            pieces.append(plain)
            if match:
                pieces.append(_other(match[0], b"0123456789abcdef", draw))
                place = match.end()
        if bound is None:
            return b"".join(pieces)
        return _free_drawn(pieces, bound, draw)


def _free_drawn(pieces: list[bytes], bound: tuple[slice, ...], draw: random.Random) -> bytes:
    """Draw the free digits of the plain pieces; bounds count in the text with short ids."""
    out, place = [], 0
    for number, piece in enumerate(pieces):
        if number % 2:
            out.append(piece)
            place += len(_ID)
            continue
        digits = bytearray(piece)
        for at, byte in enumerate(piece):
            if byte in b"0123456789" and not _within(place + at, bound):
                digits[at] = draw.choice(b"0123456789")
        out.append(bytes(digits))
        place += len(piece)
    return b"".join(out)


def _within(place: int, bound: tuple[slice, ...]) -> bool:
    return any(part.start <= place < part.stop for part in bound)


def _other(text: bytes, signs: bytes, draw: random.Random) -> bytes:
    """Draw an identifier of the same form; version and variant of a UUID stay."""
    drawn = bytearray(draw.choice(signs) if byte in signs else byte for byte in text)
    for at in (14, 19):
        if len(text) == 36:  # noqa: PLR2004  # a UUID
            drawn[at] = text[at]
    return bytes(drawn)


def _bound(zeros: bytes) -> list[slice]:
    """Return the stretches of a form whose digits must be known ones."""
    bound, last = [], 0
    for moment in _MOMENT.finditer(zeros):
        bound += _bound_between(zeros, last, moment.start())
        bound.append(slice(moment.start(), moment.start("free")))
        last = moment.end()
    return bound + _bound_between(zeros, last, len(zeros))


def _bound_between(zeros: bytes, first: int, last: int) -> list[slice]:
    return [
        slice(match.start(), match.end())
        for match in _CHAINS.finditer(zeros, first, last)
        if not (_NUMBER.fullmatch(match[0]) and _stands_alone(zeros, match.start(), match.end()))
    ]


def _stands_alone(zeros: bytes, start: int, end: int) -> bool:
    """Tell whether digits are written as numbers are, and not as a part of ``&#64;`` or ``%40``."""
    before = zeros[max(0, start - 1) : start]
    return (not before or before in _BEFORE) and _AFTER.match(zeros, end) is not None
