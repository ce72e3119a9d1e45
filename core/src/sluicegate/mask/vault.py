"""Reversible tokens from a vault: random ones, kept with their encrypted values in a SQL table.

A token says nothing of its value, not even its length, and forgetting an entry makes its tokens
unreadable for good, whoever holds the key. Who may do what is the database's to enforce; the three
operations need no more than this (PostgreSQL; with MySQL the same, by column)::

    GRANT SELECT (lookup, token), INSERT ON sluicegate_vault TO extracts;   -- apply
    GRANT SELECT (token, sealed) ON sluicegate_vault TO unmasking;          -- reveal
    GRANT SELECT (lookup), DELETE ON sluicegate_vault TO erasure;           -- erase
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from sluicegate.errors import MaskingError
from sluicegate.mask.canonical import canonical_text, tag
from sluicegate.mask.distinct import each_distinct, first_row, pack, text_only
from sluicegate.mask.token import PREFIX
from sluicegate.mask.vault_engine import open_vault
from sluicegate.model.sensitive import NeverPickled

if TYPE_CHECKING:
    from sluicegate.model.data import DataClass
    from sluicegate.model.sensitive import Sensitive

_CONTEXT: Final = b"sluicegate:1:token:vault"
_AT_ONCE: Final = 500
"""Entries of one statement and transaction; every database takes so many parameters."""
_TRIES: Final = 50
_TOKEN_BYTES: Final = 16
_SHAPE: Final = re.compile(rb"tok_[A-Za-z0-9_-]{22}")

_METADATA: Final = sa.MetaData()
_TABLE: Final = sa.Table(
    "sluicegate_vault",
    _METADATA,
    sa.Column("lookup", sa.String(64), primary_key=True),  # HMAC of class, kind and value
    sa.Column("token", sa.String(32), nullable=False, unique=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # AES-SIV of the value
)


class Vault(NeverPickled):
    """Turns values into random tokens and back, by a table that many processes may share.

    Text, integers and UUIDs; the token is text and NULL stays NULL. Equal values of one data class
    get equal tokens as long as their entry is not erased. The table holds neither values nor
    hashes that could be tried without the key.

    Failure mode: closed. A database that cannot be used is a ``MaskingError``; locks are waited for
    up to 30 seconds; an entry that another process made meanwhile is looked up again.

    Args:
        url: SQLAlchemy URL of the database; the table is made if it is not there.
        key: At least 32 bytes, derived for the purpose: purposes do not share tokens.
    """

    __slots__ = ("_cipher", "_engine", "_lookup_key")

    def __init__(self, url: str, key: Sensitive[bytes]) -> None:
        keys = HKDFExpand(hashes.SHA256(), 96, _CONTEXT).derive(key.reveal())
        self._lookup_key = keys[:32]
        self._cipher = AESSIV(keys[32:])
        self._engine = open_vault(url, _METADATA)

    def apply(self, array: pa.Array, data_class: DataClass) -> pa.Array:
        """Tokenize a column: ``tok_`` and 22 characters of base64url, as a ``string`` array.

        Raises:
            MaskingError: the column is of another type, or the vault cannot be used.
        """
        texts, kind = canonical_text(array)
        prefix = tag(data_class, kind).encode()

        def tokens(values: list[bytes]) -> list[str]:
            lookups = [self._lookup(prefix + value) for value in values]
            packed = {
                lookup: pack(value, kind) for lookup, value in zip(lookups, values, strict=True)
            }
            with _failures(), self._engine.connect() as connection:
                known = self._known_or_made(connection, packed, data_class)
            return [known[lookup] for lookup in lookups]

        return each_distinct(texts, tokens)

    def reveal(self, array: pa.Array, data_class: DataClass) -> pa.Array:
        """Undo ``apply``: the canonical values as a ``string`` array.

        Raises:
            MaskingError: a value is no token of this vault, key, purpose and data class, or its
                entry was erased. The row is named by its place in the batch; no value is.
        """
        texts = text_only(array, "tokens")

        def values(tokens: list[bytes]) -> list[bytes]:
            with _failures(), self._engine.connect() as connection:
                names = [t.decode() for t in tokens if _SHAPE.fullmatch(t)]
                sealed = _select(connection, _TABLE.c.token, _TABLE.c.sealed, names)
            return [self._open(token, sealed, data_class, texts) for token in tokens]

        return each_distinct(texts, values)

    def erase(self, array: pa.Array, data_class: DataClass) -> int:
        """Forget the entries of these values, so that their tokens can never be read again.

        Args:
            array: Values as they are in the source, not tokens.
            data_class: Their class.

        Returns:
            How many entries there were.
        """
        texts, kind = canonical_text(array.unique())
        prefix = tag(data_class, kind).encode()
        values = texts.drop_null().cast(pa.large_binary()).to_pylist()
        count = 0
        with _failures(), self._engine.connect() as connection:
            for lookups in _batches(sorted(self._lookup(prefix + value) for value in values)):
                with connection.begin():
                    gone = connection.execute(sa.delete(_TABLE).where(_TABLE.c.lookup.in_(lookups)))
                count += gone.rowcount
        return count

    def _known_or_made(
        self, connection: sa.Connection, packed: dict[str, bytes], data_class: DataClass
    ) -> dict[str, str]:
        """Look up tokens and make those that are missing.

        All writers go in the order of the lookup, so that none waits for another in a circle.
        """
        known: dict[str, str] = {}
        for lookups in _batches(sorted(packed)):
            for _ in range(_TRIES):
                known |= _select(connection, _TABLE.c.lookup, _TABLE.c.token, lookups)
                missing = [lookup for lookup in lookups if lookup not in known]
                if not missing:
                    break
                rows = [self._entry(lookup, packed[lookup], data_class) for lookup in missing]
                try:
                    with connection.begin():
                        connection.execute(sa.insert(_TABLE), rows)
                except IntegrityError:  # another writer made one of them meanwhile: look again
                    continue
                known |= {row["lookup"]: row["token"] for row in rows}
                break
            else:
                raise MaskingError(f"other writers were faster {_TRIES} times in the token vault")
        return known

    def _entry(self, lookup: str, packed: bytes, data_class: DataClass) -> dict[str, Any]:
        token = PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        sealed = self._cipher.encrypt(packed, self._bound(token.encode(), data_class))
        return {"lookup": lookup, "token": token, "sealed": sealed}

    def _open(
        self, token: bytes, sealed: dict[str, bytes], data_class: DataClass, texts: pa.Array
    ) -> bytes:
        try:
            found = sealed[token.decode()]
            return self._cipher.decrypt(found, self._bound(token, data_class))[1:]
        except (InvalidTag, KeyError, ValueError):
            row = first_row(texts, token)
        raise MaskingError(
            f"row {row} of the batch is not a token that this vault can read with this key, purpose"
            " and data class",
            hint="its entry may have been erased",
        )

    def _lookup(self, message: bytes) -> str:
        return hmac.digest(self._lookup_key, message, "sha256").hex()

    @staticmethod
    def _bound(token: bytes, data_class: DataClass) -> list[bytes]:
        return [_CONTEXT, data_class.encode(), token]

    def __repr__(self) -> str:
        return "Vault(***)"


def _select(
    connection: sa.Connection, by: sa.Column[str], wanted: sa.Column[Any], keys: Iterable[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for batch in _batches(keys):
        with connection.begin():
            rows = connection.execute(sa.select(by, wanted).where(by.in_(batch)))
            found.update((row[0], row[1]) for row in rows)
    return found


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


@contextmanager
def _failures() -> Iterator[None]:
    """Name a database's failure by its kind; its text may hold what was sent."""
    try:
        yield
    except SQLAlchemyError as error:
        raise MaskingError(
            f"the token vault cannot be used: {type(error).__name__}",
            hint="check its URL, that it runs, and the grants of the login",
        ) from None
