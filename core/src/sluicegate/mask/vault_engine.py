"""Opens the database of a token vault."""

from __future__ import annotations

import contextlib
import os
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from sluicegate.errors import ConfigurationError, MaskingError, MissingDependencyError

_WAIT_SECONDS: Final = 30
_DRIVERS: Final = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}


def open_vault(url: str, metadata: sa.MetaData) -> sa.Engine:
    """Return an engine of the database, in which the tables are.

    A file of SQLite is made so that its owner alone can read it. Connections are not kept, so that
    a process may fork.

    Raises:
        ConfigurationError: the URL is none, or of a database that is not known.
        MissingDependencyError: its driver is not installed.
        MaskingError: the tables are not there and cannot be made.
    """
    address = _address(url)
    options: dict[str, object] = {}
    if address.get_backend_name() == "sqlite":
        _create_private(address.database)
        options["connect_args"] = {"timeout": _WAIT_SECONDS}
    else:
        options["isolation_level"] = "READ COMMITTED"
    try:
        engine = sa.create_engine(address, poolclass=NullPool, hide_parameters=True, **options)
    except NoSuchModuleError:
        raise ConfigurationError("the token vault's URL names no known database") from None
    except ModuleNotFoundError:
        raise MissingDependencyError.of(
            "the token vault", "mysql" if "mysql" in address.drivername else "postgres"
        ) from None
    _prepare(engine, metadata)
    return engine


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "the token vault's URL cannot be read", hint="for example sqlite:////srv/vault.db"
        ) from None
    return address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))


def _create_private(path: str | None) -> None:
    if not path or path == ":memory:":
        raise ConfigurationError("a token vault in memory would be forgotten with the process")
    with contextlib.suppress(FileExistsError):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as error:
            if isinstance(error, FileExistsError):
                raise
            raise ConfigurationError(
                f"the token vault {path} cannot be made: {os.strerror(error.errno or 0)}"
            ) from None


def _prepare(engine: sa.Engine, metadata: sa.MetaData) -> None:
    """Make the tables, unless they are there or another process is making them."""
    try:
        with contextlib.suppress(SQLAlchemyError):
            metadata.create_all(engine)
        there = all(sa.inspect(engine).has_table(name) for name in metadata.tables)
    except SQLAlchemyError as error:
        kind = type(error).__name__
    else:
        if there:
            return
        kind = "its table is not there and cannot be made"
    raise MaskingError(
        f"the token vault cannot be used: {kind}",
        hint="check its URL, that it runs, and the grants of the login",
    )
