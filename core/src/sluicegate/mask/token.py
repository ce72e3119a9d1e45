"""Reversible tokens without a store: AES-SIV (RFC 5297) of the canonical value."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sluicegate.errors import MaskingError
from sluicegate.mask.canonical import canonical_text
from sluicegate.mask.distinct import each_distinct, first_row, pack, text_only
from sluicegate.model.sensitive import NeverPickled

if TYPE_CHECKING:
    from sluicegate.model.data import DataClass
    from sluicegate.model.sensitive import Sensitive

PREFIX: Final = "tok_"
_PREFIX: Final = PREFIX.encode()
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
_CONTEXT: Final = b"sluicegate:1:token:siv"


class SivTokenizer(NeverPickled):
    """Turns values into tokens and back, under one key.

    Text, integers and UUIDs; the token is text and NULL stays NULL. Equal values of one data class
    get equal tokens, so joins hold. A token tells the length of its value in bytes, nothing else
    of it; whoever has the key can read it. It cannot be changed without being refused.

    Args:
        key: 64 bytes for AES-256 (32 or 48 for the shorter keys), derived for the purpose.
        purpose: Bound into each token beside the data class.
    """

    __slots__ = ("_cipher", "_purpose")

    def __init__(self, key: Sensitive[bytes], *, purpose: str = "") -> None:
        self._cipher = AESSIV(key.reveal())
        self._purpose = purpose.encode()

    def apply(self, array: pa.Array, data_class: DataClass) -> pa.Array:
        """Tokenize a column.

        Returns:
            A ``string`` array of ``tok_`` and base64url (RFC 4648, section 5) without padding.

        Raises:
            MaskingError: the column is neither text, integers nor UUIDs.
        """
        texts, kind = canonical_text(array)
        bound = self._bound(data_class)
        seal = self._cipher.encrypt
        return each_distinct(
            texts, lambda values: [_written(seal(pack(v, kind), bound)) for v in values]
        )

    def reveal(self, array: pa.Array, data_class: DataClass) -> pa.Array:
        """Undo ``apply``: the canonical values as a ``string`` array.

        Raises:
            MaskingError: a value is no token, or one of another key, purpose or data class. The
                row is named by its place in the batch, from 0; no value is.
        """
        texts = text_only(array, "tokens")
        bound = self._bound(data_class)
        return each_distinct(texts, lambda tokens: [self._read(t, bound, texts) for t in tokens])

    def _read(self, token: bytes, bound: list[bytes], texts: pa.Array) -> bytes:
        try:
            return self._cipher.decrypt(_read(token), bound)[1:]
        except (InvalidTag, ValueError):
            row = first_row(texts, token)
        raise MaskingError(
            f"row {row} of the batch is not a token of this key, purpose and data class"
        )

    def _bound(self, data_class: DataClass) -> list[bytes]:
        return [_CONTEXT, self._purpose, data_class.encode()]

    def __repr__(self) -> str:
        return "SivTokenizer(***)"


def _written(sealed: bytes) -> bytes:
    return _PREFIX + binascii.b2a_base64(sealed, newline=False).translate(_URL_SAFE, b"=")


def _read(token: bytes) -> bytes:
    """Decode a token; what is not written exactly as we write it is a ``ValueError``."""
    body = token.removeprefix(_PREFIX)
    try:
        sealed = base64.b64decode(body + b"=" * (-len(body) % 4), b"-_", validate=True)
    except binascii.Error:
        raise ValueError from None
    if _written(sealed) != token:
        raise ValueError
    return sealed
