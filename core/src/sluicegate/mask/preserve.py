"""Format-preserving encryption of a column of texts: FF1 on their digits, or letters and digits.

What the format still tells, and this mask does not hide: which rows are equal, how long a value is,
where its blanks and punctuation stand and what they are, and whether its letters are all upper
case, all lower case or mixed. A value of one style is encrypted among all values of that style, so
the style is also what makes it reversible: a letter may become a digit, and then there is nothing
left at that place to tell its case from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sluicegate.errors import MaskingError, UnknownNameError
from sluicegate.mask.ff1 import FF1
from sluicegate.mask.limbs import Bytes
from sluicegate.mask.styles import REFUSED, STYLES, Style
from sluicegate.mask.textbytes import TextBytes
from sluicegate.model.sensitive import NeverPickled

if TYPE_CHECKING:
    from sluicegate.model.sensitive import Sensitive

LONGEST: Final = 256
"""Characters of the alphabet in one value; FF1's time grows with the square of it."""
_MANY: Final = 4  # more than there are styles
Step = Callable[[FF1, Bytes, bytes], Bytes]


class FormatPreserver(NeverPickled):
    """Encrypts the characters of an alphabet among themselves; the others stay where they are.

    Text and integers, which leave as text; NULL stays NULL and an empty text empty. ASCII blanks
    and punctuation may stand between. Everything else is an error, for it would leave as it is: a
    character beyond ASCII (full-width digits too), a letter where only digits are encrypted.

    Args:
        key: 16, 24 or 32 bytes, of one purpose.
        alphabet: ``digits`` (at least 6 in a value) or ``alphanumeric`` (at least 4).
        tweak: Public bytes, such as the name of the data class: values of two classes are
            encrypted in different ways.
    """

    __slots__ = ("_key", "_styles", "_tweak")

    def __init__(self, key: Sensitive[bytes], alphabet: str, tweak: bytes) -> None:
        if alphabet not in STYLES:
            raise UnknownNameError.of("alphabet", alphabet, STYLES)
        self._key = key
        self._styles = STYLES[alphabet]
        self._tweak = tweak

    def apply(self, array: pa.Array) -> pa.Array:
        """Encrypt every value.

        Returns:
            A ``string`` array.

        Raises:
            MaskingError: a value has too few or too many characters of the alphabet, or one that
                may not stay. The row is named by its place in the batch, from 0; no value is.
        """
        return self._each(array, FF1.encrypt)

    def reveal(self, array: pa.Array) -> pa.Array:
        """Undo ``apply``; an integer comes back as its text. The same errors."""
        return self._each(array, FF1.decrypt)

    def _each(self, array: pa.Array, step: Step) -> pa.Array:
        texts = TextBytes.of(_texts(array))
        kinds = self._styles.kinds[texts.data]
        self._check_characters(texts, kinds)
        places = np.flatnonzero(kinds)
        begins = np.searchsorted(places, texts.offsets)
        counts = np.diff(begins)
        styles = self._styles.of_rows(kinds, texts.offsets)
        self._check_counts(texts, counts, styles)
        result = texts.data.copy()
        keys = (counts * _MANY + styles).astype(np.uint16)
        for key in np.flatnonzero(np.bincount(keys)).tolist():
            count, number = divmod(key, _MANY)
            rows = np.flatnonzero(keys == key)
            if len(rows) == len(keys):
                at = places.reshape(len(rows), count)
            else:
                at = places[begins[rows][:, None] + np.arange(count)]
            if count:
                result[at] = self._encrypt(texts.data[at], self._styles.members[number], step)
        return texts.rebuild(result).cast(pa.string())

    def _encrypt(self, characters: Bytes, style: Style, step: Step) -> Bytes:
        """Encrypt, and go on for those rows that came out in another style ("cycle walking").

        A permutation that is followed until it comes back into a set permutes that set.
        """
        cipher = FF1(self._key, len(style.characters))
        tweak = self._tweak + b":" + style.name
        out = style.write(step(cipher, style.read(characters), tweak))
        while (again := np.flatnonzero(style.misfits(out))).size:
            out[again] = style.write(step(cipher, style.read(out[again]), tweak))
        return out

    def _check_characters(self, texts: TextBytes, kinds: Bytes) -> None:
        if kinds.size and kinds.max() == REFUSED:
            row = texts.row_of(int(np.argmax(kinds)))
            raise MaskingError(
                f"row {row} of the batch holds a character that format-preserving encryption"
                " neither encrypts nor may leave as it is",
                hint="only ASCII blanks and punctuation stay; pseudonymize or redact this column",
            )

    def _check_counts(
        self, texts: TextBytes, counts: npt.NDArray[np.int64], styles: npt.NDArray[np.int64]
    ) -> None:
        shortest = np.array([style.shortest for style in self._styles.members])[styles]
        empty = np.diff(texts.offsets) == 0
        wrong = np.flatnonzero(((counts < shortest) & ~empty) | (counts > LONGEST))
        if wrong.size:
            raise MaskingError(
                f"row {wrong[0]} of the batch has too few or too many characters for"
                f" format-preserving encryption: {self._styles.members[0].shortest} to {LONGEST}"
                " of the alphabet are needed",
                hint="SP 800-38G asks for a million possible values of a length; pseudonymize or"
                " suppress this column",
            )

    def __repr__(self) -> str:
        return "FormatPreserver(***)"


def _texts(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_dictionary(kind):
        return _texts(array.dictionary_decode())
    if pa.types.is_integer(kind):
        return array.cast(pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return array
    raise MaskingError(
        f"format-preserving encryption needs text or an integer, and the column is {kind}",
        hint="cast it to text in the query, or choose another mask",
    )
