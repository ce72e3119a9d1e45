"""What a statement may do in SQLite, and the one function that masks need there."""

from __future__ import annotations

import hashlib
import sqlite3

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_CHANGING = _ALLOWED | {
    sqlite3.SQLITE_INSERT,
    sqlite3.SQLITE_UPDATE,
    sqlite3.SQLITE_DELETE,
    sqlite3.SQLITE_CREATE_TABLE,
    sqlite3.SQLITE_CREATE_INDEX,
    sqlite3.SQLITE_ALTER_TABLE,
    sqlite3.SQLITE_DROP_TABLE,
    sqlite3.SQLITE_DROP_INDEX,
    sqlite3.SQLITE_REINDEX,
}
_DENIED_FUNCTIONS = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}


def authorize(
    action: int, first: str | None, second: str | None, database: str | None, origin: str | None
) -> int:
    """Allow reading of the main database and nothing else (for ``set_authorizer``).

    SQLite's own tables hold the schema and, with the right extension, raw pages: denied too.
    """
    del database, origin
    if action not in _ALLOWED:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and (first or "").lower().startswith("sqlite_"):
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _DENIED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def authorize_change(
    action: int, first: str | None, second: str | None, database: str | None, origin: str | None
) -> int:
    """Allow changes of rows, tables and indexes too, and no other file, setting or trigger."""
    del first, database, origin
    if action not in _CHANGING:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _DENIED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def sha256(value: object) -> str | None:
    """``sluicegate_sha256``: 64 lower-case hex digits of the text's UTF-8; NULL stays NULL.

    Raises:
        TypeError: the value is a float or a blob, whose text is not one thing; the statement fails.
    """
    if value is None:
        return None
    if not isinstance(value, (str, int)):
        raise TypeError("cast to TEXT first")
    return hashlib.sha256(str(value).encode()).hexdigest()
