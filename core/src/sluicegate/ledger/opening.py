"""Opens a ledger by its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from sluicegate.errors import ConfigurationError
from sluicegate.ledger.ledger import Ledger
from sluicegate.ledger.postgres import PostgresStore
from sluicegate.ledger.sqlite import SqliteStore

if TYPE_CHECKING:
    from sluicegate.ledger.signing import Signer
    from sluicegate.ledger.store import Store

_HINT = "name a file, sqlite:///file, or postgresql://user@host/database"


def open_ledger(
    url: str,
    signer: Signer | None,
    *,
    timeout_seconds: float = 10.0,
    trusted: Mapping[str, bytes] = MappingProxyType({}),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Ledger:
    """Open a ledger; with a signer, make it if it is not there.

    Args:
        url: A file, ``sqlite:///file``, or ``postgresql://…`` (also ``postgres://``).
        signer: Signs new records; ``None`` to read and verify only.
        timeout_seconds: Longest that opening or one ``append`` may take.
        trusted: Key id → public key of other writers whose records count.
        clock: Tells the time of a record.

    Raises:
        ConfigurationError: the address is no such address.
        LedgerUnavailable: it cannot be reached or made now.
        LedgerError: there is no ledger, or something else stands there.
    """
    if not timeout_seconds > 0:
        raise ConfigurationError("the timeout of a ledger must be more than 0 seconds")
    store = _store(url, timeout_seconds, read_only=signer is None)
    store.prepare(create=signer is not None)
    return Ledger(store, signer, trusted=trusted, timeout_seconds=timeout_seconds, clock=clock)


def _store(url: str, timeout: float, *, read_only: bool) -> Store:
    if "://" not in url:
        return _file(url, timeout, read_only=read_only)
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        # the address may hold a password, so it is not repeated
        raise ConfigurationError("the ledger's address cannot be read", hint=_HINT) from None
    if backend in {"postgresql", "postgres"}:
        return PostgresStore(parsed, timeout_seconds=timeout)
    if backend != "sqlite":
        raise ConfigurationError(f"a ledger cannot be kept in {backend!r}", hint=_HINT)
    if parsed.query or parsed.host:
        raise ConfigurationError("a SQLite ledger's address takes no options", hint=_HINT)
    return _file(parsed.database or "", timeout, read_only=read_only)


def _file(path: str, timeout: float, *, read_only: bool) -> SqliteStore:
    """Refuse what SQLite would keep in memory or take for an address of its own."""
    if not path.strip() or "\0" in path or path.startswith((":memory:", "file:")):
        raise ConfigurationError("the ledger needs the path of a file", hint=_HINT)
    return SqliteStore(Path(path).expanduser(), timeout_seconds=timeout, read_only=read_only)
