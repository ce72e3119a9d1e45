"""Errors of SQLAlchemy and DB-API drivers as ours: codes only, since texts quote values."""

from __future__ import annotations

from sluicegate.errors import (
    MissingDependencyError,
    SluicegateError,
    SourceError,
    SourceUnavailable,
)

_LATER = (
    "08",
    "53",
    "57P",
    "40001",
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "2002",
    "2003",
    "2006",
    "2013",
)
_LOGIN = ("28", "1044", "1045", "1049", "3D000")


def code_of(error: Exception) -> str:
    """Return what tells the kind of an error: SQLSTATE, number or name; never its text."""
    original = getattr(error, "orig", None) or error
    for name in ("sqlstate", "pgcode", "sqlite_errorname"):
        if isinstance(found := getattr(original, name, None), str):
            return found
    first = original.args[0] if original.args else None
    return str(first) if isinstance(first, int) else type(original).__name__


def of_connection(source: str, error: Exception) -> SluicegateError:
    """Translate what connecting raised."""
    if isinstance(error, ImportError) or type(error).__name__ == "NoSuchModuleError":
        return MissingDependencyError(
            f"{source!r}: the driver that its URL names is not installed",
            hint="install the SQLAlchemy dialect and driver of this database",
        )
    code = code_of(error)
    if code.startswith(_LOGIN):
        return SourceError(f"{source!r}: the login is refused ({code})")
    if code.startswith(_LATER) or code in {"OperationalError", "InterfaceError"}:
        return SourceUnavailable(f"{source!r}: the database cannot be reached ({code})")
    return SourceError(f"{source!r}: no connection could be made ({code})")


def of_statement(source: str, error: Exception) -> SluicegateError:
    """Translate what a statement raised."""
    code = code_of(error)
    if code.startswith(_LATER) or getattr(error, "connection_invalidated", False):
        return SourceUnavailable(f"{source!r}: the connection broke or the server cannot ({code})")
    return SourceError(f"{source!r}: the statement failed ({code})")
